"""Raising a complaint or an appeal about a decided charge, handing it over, and its answer by another than its decider.

The record's timeline does not tell of it: its lines are told by bodies, and a person belongs to none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.funding.appeal_rules import KINDS, OUTCOMES, RAISED_FOR, days_between
from joinedup.funding.models import Appeal, AppealHandover, AppealOutcome, Assessment
from joinedup.funding.queries.appeals import owner_of
from joinedup.funding.queries.charges import commissioners_of
from joinedup.funding.refusals import in_words
from joinedup.plan.sight import give_sight


def raise_appeal(
    *, by: Caller, at: datetime, request_key: str, charge_id: UUID, kind: str, raised_for: str, words: str
) -> UUID:  # fmt: skip
    """Raise a complaint or an appeal about a charge; its clock starts now. Returns its key.

    Its owner is a commissioner of the place, who has seen the charge since it was decided, or, where there is none, who
    decided it, until somebody else answers.
    """
    by.must("raise_appeal")
    if not words.strip():
        raise PersonMustAct("appeal-empty", "Say what is wrong.", "Whoever answers has to know.", "Write it in a line.")
    if kind not in KINDS or raised_for not in RAISED_FOR:
        raise PersonMustAct("appeal-words", "Choose what it is and for whom.", "", "Choose one of the answers.")

    def act() -> str:
        charge = Assessment.objects.select_related("plan").filter(id=charge_id).first()
        if charge is None:
            raise NotFound("charge-not-found", "There is no such charge, or you may not see it.")
        owner_id, place_id = _owner(charge, at), charge.plan.place_id
        due_on = london_date(at) + timedelta(days=shipped().value_at("charge-appeal-days", london_date(at)).count())
        made = Appeal(
            id=new_id(), person_id=charge.person_id, charge=charge, place_id=place_id, kind=kind, raised_for=raised_for,
            words=words.strip(), owner_id=owner_id, due_on=due_on, raised_by_id=by.id, raised_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        note("appeal.raised", person_id=made.person_id, thing_id=made.id, place_id=place_id)
        return str(made.id)

    arguments = {"charge": charge_id, "kind": kind, "for": raised_for, "words": words}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="raise_appeal", arguments=arguments, act=act))


def answer_appeal(
    *, by: Caller, at: datetime, request_key: str, appeal_id: UUID, outcome: str, reason: str
) -> UUID:  # fmt: skip
    """Answer an appeal with a reason that the person reads. Conflict when it was answered since.

    NotAllowed for whoever decided the charge or raised the appeal: the database refuses them too.
    """
    by.must("answer_appeal")
    if outcome not in OUTCOMES or not reason.strip():
        raise PersonMustAct("appeal-unanswered", "Choose an outcome and give the reason.", "The person reads it.", "")

    def act() -> str:
        appeal = Appeal.objects.select_related("charge").filter(id=appeal_id).first()
        if appeal is None:
            raise NotFound("appeal-not-found", "There is no such appeal, or you may not see it.")
        if by.id in (appeal.charge.decided_by_id, appeal.raised_by_id):
            raise NotAllowed(
                "appeal-own-decision", "You decided this charge or raised this appeal.",
                "Somebody else looks at it again.", "Ask a colleague to answer.",
            )  # fmt: skip
        made = AppealOutcome(
            id=new_id(), appeal=appeal, person_id=appeal.person_id, outcome=outcome, reason=reason.strip(),
            days_taken=days_between(london_date(appeal.raised_at), london_date(at)), decided_by_id=by.id, decided_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            if AppealOutcome.objects.filter(appeal_id=appeal.id).exists():
                raise Conflict("appeal-answered", "This was answered since you opened it.") from error
            raise
        note(
            "appeal.answered", person_id=appeal.person_id, thing_id=appeal.id, place_id=appeal.place_id, reason=outcome
        )
        return str(made.id)

    arguments = {"appeal": appeal_id, "outcome": outcome, "reason": reason}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="answer_appeal", arguments=arguments, act=act))


def hand_over_appeal(
    *, by: Caller, at: datetime, request_key: str, appeal_id: UUID, from_owner_id: UUID, to_owner_id: UUID, because: str
) -> UUID:  # fmt: skip
    """Hand an appeal that waits to another who may answer it; its day stays. Returns the key of the handover.

    `from_owner_id` is the owner whom the caller saw: Conflict when it is somebody else's by now. The new owner sees the
    person from now on.
    """
    by.must("answer_appeal")
    if not because.strip():
        raise PersonMustAct(
            "because-empty", "Say why it is handed over.", "The history shows it.", "Write a few words."
        )

    def act() -> str:
        appeal = Appeal.objects.filter(id=appeal_id).first()
        if appeal is None:
            raise NotFound("appeal-not-found", "There is no such appeal, or you may not see it.")
        if owner_of(appeal_id) != from_owner_id:
            raise Conflict("appeal-handed-over", "Somebody else owns this appeal by now.")
        made = AppealHandover(
            id=new_id(), appeal_id=appeal_id, person_id=appeal.person_id, from_owner_id=from_owner_id,
            to_owner_id=to_owner_id, because=because.strip(), handed_by_id=by.id, handed_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        give_sight(by=by, at=at, request_key=request_key, receiver=to_owner_id, person_id=appeal.person_id,
                   source=f"funding.appeal/{appeal_id}", ends_at=None)  # fmt: skip
        note("appeal.handed_over", person_id=appeal.person_id, thing_id=appeal_id, place_id=appeal.place_id)
        return str(made.id)

    arguments = {"appeal": appeal_id, "from": from_owner_id, "to": to_owner_id, "because": because}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="hand_over_appeal", arguments=arguments, act=act)
    return UUID(made)


def _owner(charge: Assessment, at: datetime) -> UUID:
    others = [each for each in commissioners_of(charge.plan.place_id, at) if each != charge.decided_by_id]
    return others[0] if others else charge.decided_by_id
