"""Everything about who pays for one person's care, as one JSON file beside the record's document.

FHIR has no resource that holds evidence, a worked statement, an appeal or a dispute without loss, and the record's
document leaves them out; this file holds them whole, as `money-record/1`. Amounts are whole pence, days are ISO days.
It is for whoever may see the person's money: the person, and staff. Left out: what members of the panel said before
anything was decided, and journals of the fund, which name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import sight_of
from joinedup.base.errors import NotAllowed
from joinedup.commissioning import queries as commissioning
from joinedup.commissioning.queries.told import DisputeTold, PackageDecided
from joinedup.funding import queries as funding
from joinedup.funding.evidence_set import Held
from joinedup.funding.queries.money_person import must_see_money
from joinedup.funding.queries.taken_away import ChargeTaken, charges_taken, evidence_taken
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import person_row, whole_of

SCHEMA = "money-record/1"
NO_FHIR = (
    "Evidence of money, charges with their statements, appeals and disputes about who pays are left out: they leave as "
    "a file of their own (money-record/1)."
)
Json = dict[str, Any]


def money_record(caller: Caller, person_id: UUID, at: datetime) -> Json:
    """The file's content; a line of the log. NotAllowed without export_record or for whoever may not see the money;
    NotFound for whom the caller may not see."""
    caller.must("open_record")
    caller.must("export_record")
    person = person_row(person_id)
    must_see_money(caller, person.id)
    agreed_look(person)
    whole = whole_of(person.id)
    purpose = next((each.purpose for each in sight_of(person.id)), "")
    note("money.exported", person_id=person.id, place_id=person.place_id, reason=purpose)
    residences, aftercare = commissioning.residence_about(caller, whole)
    return {
        "schema": SCHEMA, "made_at": _plain(at), "made_by": caller.label, "amounts": "whole pence",
        "person": {"id": str(person.id), "nhs_number": person.nhs_number},
        "evidence": [_evidence(each) for each in evidence_taken(caller, whole)],
        "charges": [_charge(each) for each in charges_taken(caller, whole)],
        "adjustments": [_fields(each) for each in funding.adjustments_of(caller, whole)],
        "first_estimates": [_fields(each) for each in funding.estimates_of(caller, whole)],
        "appeals": [_appeal(each) for each in funding.appeals_of(caller, whole, at)],
        "packages": [_package(each) for each in commissioning.decisions_about(caller, whole)],
        "disputes": [_dispute(each) for each in commissioning.disputes_about(caller, whole)],
        "residence": [
            _picked(each, "id", "since", "basis", "words", "written_at", council=each.council.name,
                    placed_by=each.placed_by and each.placed_by.name, written_by=each.written_by.label)
            for each in residences
        ],
        "aftercare": [
            _picked(each, "id", "detained_on", "section", "residence_id", "icb_words", "written_at",
                    council=each.council.name, icb=each.icb.name, written_by=each.written_by.label)
            for each in aftercare
        ],
    }  # fmt: skip


def sees_money(caller: Caller, person_id: UUID) -> bool:
    """Whether the caller may take this file of somebody whose record they may export."""
    try:
        must_see_money(caller, person_id)
    except NotAllowed:
        return False
    return True


def _evidence(held: Held) -> Json:
    piece = held.piece
    return {
        "id": str(held.evidence_id), "topic": piece.topic, "kind": piece.kind, "amount_pence": piece.amount_pence,
        "more": dict(piece.more), "from": _plain(piece.starts_on), "until_before": _plain(piece.ends_on),
        "document": piece.document, "seen_on": _plain(piece.seen_on), "told_by": piece.told_by,
        "written_down_by": held.recorded_by, "written_down_on": _plain(held.recorded_on),
        "corrects": _plain(held.corrects), "because": held.because, "corrected": held.corrected,
    }  # fmt: skip


def _charge(taken: ChargeTaken) -> Json:
    return _picked(
        taken.row, "id", "plan_id", "as_at", "rule", "weekly_charge_pence", "council_pays_pence", "weekly_cost_pence",
        "supersedes_id", "decided_at", "case", decided_by=taken.row.decided_by.label,
        statement=[
            {
                "title": part.title,
                "lines": [
                    {"number": line.number, "text": line.text, "sum": line.sum, "result": line.result, "law": line.law,
                     "figure": line.figure and dict(zip(("words", "source", "verified"), line.figure, strict=True))}
                    for line in part.lines
                ],
            }
            for part in taken.statement.parts
        ],
    )  # fmt: skip


def _appeal(shown: funding.AppealShown) -> Json:
    held = _fields(shown)
    for name in ("name", "may_answer", "person_id", "place_id", "owner_id", "late", "ownerless"):
        del held[name]
    return held


def _package(decided: PackageDecided) -> Json:
    row, decision = decided.row, decided.decision
    return _picked(
        row, "id", "state", "starts_on", "ends_on", "ended_why", "weekly_cost_pence", care=row.line.title,
        provider=row.provider.name,
        decision=decision and _picked(
            decision, "decided_at", "weekly_cost_pence", "rule", "charge_id", "appeal_route", "review_on",
            decided_by=decision.decided_by.label, by_panel=decision.item_id is not None,
        ),
        conditions=[
            _picked(each, "words", "due_on", "state", "closed_words", owner=each.owner.label)
            for each in decided.conditions
        ],
        told=[
            _picked(each, "what", "told_whom", "told_how", "told_on", "person_pence", told_by=each.told_by.label)
            for each in decided.tellings
        ],
        looked_at_again=[
            _picked(each, "reviewed_on", "words", "next_on", reviewed_by=each.reviewed_by.label)
            for each in decided.reviews
        ],
    )  # fmt: skip


def _dispute(told: DisputeTold) -> Json:
    row = told.row
    return _picked(
        row, "id", "package_id", "kind", "question", "interim_from", "due_on", "opened_at", "ended_at", "ended_words",
        "settled_from", between=list(told.between), interim_payer=row.interim_payer.name, owner=row.owner.label,
        settled_payer=row.settled_payer and row.settled_payer.name,
        proposed_ends=[
            _picked(each, "proposed_at", "words", "settled_from", "answer", "answered_at", "answer_words", "heard_from",
                    proposed_for=each.proposed_for.name, proposed_by=each.proposed_by.label,
                    payer=each.settled_payer and each.settled_payer.name,
                    answered_by=each.answered_by and each.answered_by.label)
            for each in told.ends
        ],
        handed_over=[
            _picked(each, "handed_at", "because", from_owner=each.from_owner.label, to_owner=each.to_owner.label,
                    by=each.handed_by.label)
            for each in told.handed
        ],
        settled_weeks=[
            _picked(each, "amount_pence", week_from=each.week.week_starts_on, owed_by=each.owed_by.name,
                    owed_to=each.owed_to.name, posted=each.journal_id is not None)
            for each in told.weeks
        ],
    )  # fmt: skip


def _picked(row: object, *names: str, **more: object) -> Json:
    """Some fields of a row and what is said besides, as JSON holds them."""
    return {name: _plain(getattr(row, name)) for name in names} | {name: _plain(each) for name, each in more.items()}


def _fields(shown: Any) -> Json:
    """Every field of what a query showed, as JSON holds it."""
    return {name: _plain(getattr(shown, name)) for name in shown.__dataclass_fields__}


def _plain(value: Any) -> Any:
    """A value as JSON holds it: days and instants in ISO form, keys as text."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return _fields(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
