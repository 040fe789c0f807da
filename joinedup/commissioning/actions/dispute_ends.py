"""The end of a dispute in two hands, and handing its care to another.

Somebody who speaks for one party proposes the end: who pays from which day. Somebody who speaks for the other confirms
or refuses it; only then does the dispute end, and every week since that day is settled. Until then the interim payer
goes on paying and the clock runs. Where nobody here speaks for the other party, whoever writes down its answer says who
of it agreed and on which paper.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.commissioning.actions.disputes import settle_week
from joinedup.commissioning.models import DeliveredWeek, Dispute, DisputeHandover, ProposedEnd
from joinedup.commissioning.queries.spoken_for import body_of, other_party
from joinedup.commissioning.refusals import ask_settlement_now, in_words
from joinedup.commissioning.sight import dispute_key, pass_on
from joinedup.person.actions import end_timeline

CONFIRMED, REFUSED, WITHDRAWN = "confirmed", "refused", "withdrawn"


def propose_end(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, dispute_id: UUID, words: str,
    settled_from: date, settled_payer_id: UUID | None,
) -> UUID:  # fmt: skip
    """Propose for one's own side how a dispute ends: who pays from which day (None: as the package's split says).

    Returns the proposal's key. Nothing ends by it. NotNow when one waits already or the caller speaks for no party;
    Conflict when the dispute changed since it was read.
    """
    by.must("run_panel")
    if not words.strip():
        raise PersonMustAct("words-empty", "Say how it would end.", "The other side reads it.", "Write a few words.")

    def act() -> str:
        dispute = _running(dispute_id, expected_version)
        made = ProposedEnd(
            id=new_id(), dispute_id=dispute_id, person_id=dispute.person_id, proposed_for_id=_own_party(by, dispute),
            proposed_by_id=by.id, proposed_at=at, words=words.strip(), settled_payer_id=settled_payer_id,
            settled_from=settled_from,
        )  # fmt: skip
        made.save(force_insert=True)
        note("dispute.end_proposed", person_id=dispute.person_id, thing_id=dispute_id, place_id=dispute.place_id)
        return str(made.id)

    arguments = {
        "dispute": dispute_id, "version": expected_version, "words": words, "from": settled_from,
        "payer": settled_payer_id,
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="propose_end", arguments=arguments, act=act)
    return UUID(made)


def answer_end(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, proposed_end_id: UUID, answer: str,
    words: str, heard_from: str = "",
) -> int:  # fmt: skip
    """Answer a proposed end: `confirmed` or `refused` for the other side, or `withdrawn` for the side that proposed it.

    Confirming ends the dispute: what is owed for every posted week is worked out and, for partners of the fund, posted
    today. Returns how many rows of what is owed were made. `heard_from` says who of the other side agreed and on which
    paper, where nobody here speaks for it. Conflict when the dispute changed since it was read.
    """
    by.must("run_panel")
    if answer == REFUSED and not words.strip():
        raise PersonMustAct("words-empty", "Say why it is refused.", "The other side reads it.", "Write a few words.")

    def act() -> int:
        found = ProposedEnd.objects.filter(id=proposed_end_id).first()
        if found is None:
            raise NotFound("proposed-end-not-found", "There is no such proposal, or you may not see it.")
        dispute = _running(found.dispute_id, expected_version)
        other = other_party(dispute, found.proposed_for_id)
        changed = ProposedEnd.objects.filter(id=proposed_end_id, answer="").update(
            answer=answer, answered_for_id=None if answer == WITHDRAWN else other, answered_by_id=by.id,
            answered_at=at, answer_words=words.strip(), heard_from=heard_from.strip(),
        )  # fmt: skip
        if not changed:
            raise Conflict("proposed-end-answered", "This was answered since you opened it.")
        note(f"dispute.end_{answer}", person_id=dispute.person_id, thing_id=dispute.id, place_id=dispute.place_id)
        return _end(by, at, request_key, dispute, found) if answer == CONFIRMED else 0

    arguments = {
        "end": proposed_end_id, "version": expected_version, "answer": answer, "words": words, "heard": heard_from,
    }  # fmt: skip
    with in_words():
        made: int = once(by=by.id, at=at, request_key=request_key, action="answer_end", arguments=arguments, act=act)
    return made


def hand_over_dispute(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, dispute_id: UUID, to_owner_id: UUID,
    because: str,
) -> int:  # fmt: skip
    """Hand the care of a dispute's end to another who is in post in its place; its day stays. Returns its version.

    The new owner sees the person from now on. Conflict when the dispute changed since it was read.
    """
    by.must("run_panel")
    if not because.strip():
        raise PersonMustAct(
            "because-empty", "Say why it is handed over.", "The history shows it.", "Write a few words."
        )

    def act() -> int:
        dispute = _running(dispute_id, expected_version)
        DisputeHandover(
            id=new_id(), dispute_id=dispute_id, person_id=dispute.person_id, from_owner_id=dispute.owner_id,
            to_owner_id=to_owner_id, because=because.strip(), handed_by_id=by.id, handed_at=at,
        ).save(force_insert=True)  # fmt: skip
        pass_on(by=by, at=at, request_key=request_key, receivers=[to_owner_id], person_id=dispute.person_id,
                package_id=dispute.package_id)  # fmt: skip
        note("dispute.handed_over", person_id=dispute.person_id, thing_id=dispute_id, place_id=dispute.place_id)
        return expected_version + 1

    arguments = {"dispute": dispute_id, "version": expected_version, "to": to_owner_id, "because": because}
    with in_words():
        version: int = once(
            by=by.id, at=at, request_key=request_key, action="hand_over_dispute", arguments=arguments, act=act
        )
    return version


def _end(by: Caller, at: datetime, request_key: str, dispute: Dispute, agreed: ProposedEnd) -> int:
    """End a dispute as both sides agreed and settle its weeks; returns how many rows of what is owed were made."""
    Dispute.objects.filter(id=dispute.id).update(
        ended_at=at, ended_by_id=by.id, ended_words=agreed.words, settled_payer_id=agreed.settled_payer_id,
        settled_from=agreed.settled_from, version=dispute.version + 1,
    )  # fmt: skip
    dispute.refresh_from_db()
    weeks = DeliveredWeek.objects.select_related("package__line", "package__decision").filter(
        package_id=dispute.package_id, week_starts_on__gte=agreed.settled_from
    )
    made = sum(
        len(settle_week(by=by, at=at, request_key=f"{request_key}.{number}", dispute=dispute, week=week))
        for number, week in enumerate(weeks.order_by("week_starts_on"))
    )
    ask_settlement_now()
    end_timeline(by=by, at=at, person_id=dispute.person_id, source_key=dispute_key(dispute.id), ends_on=london_date(at))
    note("dispute.ended", person_id=dispute.person_id, thing_id=dispute.id, place_id=dispute.place_id)
    return made


def _running(dispute_id: UUID, expected_version: int) -> Dispute:
    """The dispute, held until the transaction ends; NotFound, or Conflict when it is at another version."""
    found = (
        Dispute.objects.select_related("interim_payer").select_for_update(of=("self",)).filter(id=dispute_id).first()
    )
    if found is None:
        raise NotFound("dispute-not-found", "There is no such dispute, or you may not see it.")
    if found.version != expected_version:
        raise Conflict("dispute-changed", "This dispute has changed since you opened it.")
    return found


def _own_party(by: Caller, dispute: Dispute) -> UUID:
    """The party that the caller works for."""
    own = body_of(by.id)
    if own not in (dispute.one_body_id, dispute.other_body_id):
        raise NotNow(
            "end-proposed-by-a-party", "You speak for neither side of this dispute.",
            "Its end is for the two who disagree.", "Ask a commissioner or the accounting officer of one of them.",
        )  # fmt: skip
    return own
