"""What people tell of their own money: told, taken back, accepted as evidence by somebody else, or refused.

Nothing that is told here is read by a test before an officer accepted it. What is accepted says who told it; where the
set holds the same kind already, the officer says whether it takes that piece's place or stands beside it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.funding.actions.evidence import keep_piece
from joinedup.funding.evidence_set import Piece, check_piece
from joinedup.funding.models import Evidence, OwnTelling, OwnTellingEnd
from joinedup.funding.own_telling_models import OWN_TOPICS, TOLD_AS
from joinedup.funding.queries.evidence import piece_of
from joinedup.funding.queries.money_person import money_person

TAKES_ITS_PLACE = "Told anew by the person, and accepted"


def tell_own(*, by: Caller, at: datetime, request_key: str, person_id: UUID, piece: Piece) -> UUID:
    """Say one thing of one's own money, or of that of somebody for whom one acts in money. It waits for an officer.

    `piece.document` is a paper that can be shown. NotAllowed for whoever is neither. Returns the key of what was told.
    """
    by.must("tell_own_money")
    person = money_person(by, person_id)
    if piece.topic not in OWN_TOPICS:
        raise PersonMustAct("own-telling-topic", "Choose what it is about.", "", "Choose one of the list.")
    check_piece(replace(piece, document="", seen_on=None, told_by="own word"), london_date(at))
    own = by.person_id in person.whole
    if not own and not person.by_money_right:
        raise NotAllowed("own-telling-not-yours", "Only the person, or who acts for them in money, tells this.", "",
                         "Ask the person, or an officer who may write it down.")  # fmt: skip

    def act() -> str:
        made = OwnTelling(
            id=new_id(), person_id=person.id, topic=piece.topic, kind=piece.kind, amount_pence=piece.amount_pence or 0,
            more=dict(piece.more), starts_on=piece.starts_on, paper=piece.document,
            told_as="person" if own else "money_right", told_by_id=by.id, told_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        note("own_telling.told", person_id=person.id, thing_id=made.id, place_id=person.place_id)
        return str(made.id)

    arguments = {"person": person_id, "piece": asdict(piece)}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="tell_own", arguments=arguments, act=act))


def withdraw_own(*, by: Caller, at: datetime, request_key: str, telling_id: UUID) -> UUID:
    """Take back what one told, before anybody answered it. Conflict when it was answered since."""
    by.must("tell_own_money")

    def act() -> str:
        told = _told(telling_id)
        if told.told_by_id != by.id:
            raise NotAllowed("own-telling-another", "Somebody else told this.", "Who told it takes it back.", "")
        return _ended(by, at, told, "withdrawn")

    arguments = {"telling": telling_id}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="withdraw_own", arguments=arguments, act=act))


def accept_own(
    *, by: Caller, at: datetime, request_key: str, telling_id: UUID, replaces: UUID | None, document: str = "",
    seen_on: date | None = None,
) -> UUID:  # fmt: skip
    """Take what was told into the evidence, as it was told; returns the key of the piece.

    `replaces` names the piece whose place it takes from its first day on; None: it stands beside the others.
    """
    by.must("tell_evidence")

    def act() -> str:
        told = _told(telling_id)
        whole = money_person(by, told.person_id).whole
        if told.told_by_id == by.id:
            raise NotAllowed("own-telling-own-word", "You told this yourself.", "Somebody else answers it.", "")
        piece = Piece(
            told.topic, told.kind, told.amount_pence, told.starts_on, None, told.more, document, seen_on,
            TOLD_AS[told.told_as],
        )  # fmt: skip
        check_piece(piece, london_date(at))
        if replaces is not None:
            _end(by, at, replaces, told, whole)
        made = keep_piece(by=by, at=at, person_id=told.person_id, piece=piece)
        _ended(by, at, told, "accepted", evidence=made)
        return str(made.id)

    arguments = {"telling": telling_id, "replaces": replaces, "document": document, "seen_on": seen_on}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="accept_own", arguments=arguments, act=act))


def refuse_own(*, by: Caller, at: datetime, request_key: str, telling_id: UUID, reason: str) -> UUID:
    """Do not take what was told into the evidence, with a reason that the person reads."""
    by.must("tell_evidence")
    if not reason.strip():
        raise PersonMustAct("own-telling-no-reason", "Say why it is not accepted.", "The person reads it.", "")

    def act() -> str:
        told = _told(telling_id)
        money_person(by, told.person_id)
        if told.told_by_id == by.id:
            raise NotAllowed("own-telling-own-word", "You told this yourself.", "Somebody else answers it.", "")
        return _ended(by, at, told, "refused", reason=reason.strip())

    arguments = {"telling": telling_id, "reason": reason}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="refuse_own", arguments=arguments, act=act))


def _told(telling_id: UUID) -> OwnTelling:
    found = OwnTelling.objects.filter(id=telling_id).first()
    if found is None:
        raise NotFound("own-telling-not-found", "There is nothing told there, or you may not see it.")
    return found


def _end(by: Caller, at: datetime, evidence_id: UUID, told: OwnTelling, whole: tuple[UUID, ...]) -> None:
    """The older piece ends where the new one begins; one that began no earlier never held."""
    row = Evidence.objects.filter(id=evidence_id, person_id__in=whole, topic=told.topic).first()
    if row is None:
        raise NotFound("evidence-not-found", "There is no such evidence, or you may not see it.")
    if Evidence.objects.filter(corrects_id=row.id).exists():
        raise Conflict("evidence-corrected", "This was corrected since you opened it.")
    before = piece_of(row)
    ended = replace(before, ends_on=max(before.starts_on, told.starts_on))
    keep_piece(by=by, at=at, person_id=row.person_id, piece=ended, corrects=row, because=TAKES_ITS_PLACE)


def _ended(
    by: Caller, at: datetime, told: OwnTelling, ends: str, *, reason: str = "", evidence: Evidence | None = None
) -> str:
    made = OwnTellingEnd(
        id=new_id(), telling=told, person_id=told.person_id, ends=ends, reason=reason, evidence=evidence,
        ended_by_id=by.id, ended_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if OwnTellingEnd.objects.filter(telling_id=told.id).exists():
            raise Conflict("own-telling-ended", "This was answered or taken back since you opened it.") from error
        raise
    note("own_telling.ended", person_id=told.person_id, thing_id=told.id, reason=ends)
    return str(made.id)
