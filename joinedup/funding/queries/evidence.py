"""The reads of evidence: everything told of a person's money, and the set as it holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.parameter_files import shipped
from joinedup.funding.evidence_set import TOPICS, EvidenceSet, Held, Piece, set_on
from joinedup.funding.models import Evidence
from joinedup.funding.queries.money_person import money_person


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """A person's evidence: the set of the day, and everything ever told, corrected pieces among it, newest first."""

    person_id: UUID
    name: str
    now: EvidenceSet
    told: tuple[Held, ...]


def evidence_of(caller: Caller, person_id: UUID, day: date) -> EvidenceShown:
    """Everything told of a person's money; a line of the log. NotFound for somebody whom the caller may not see."""
    person = money_person(caller, person_id)
    note("evidence.opened", person_id=person.id, place_id=person.place_id)
    held = held_of(person.whole)
    return EvidenceShown(person.id, person.name, set_on(held, day, shelf_days(day)), tuple(reversed(held)))


def evidence_on(caller: Caller, person_id: UUID, day: date) -> EvidenceSet:
    """The set as it holds on a day, with the case of the charge and every other test made of it."""
    caller.must("see_money")
    return set_on(held_of(money_person(caller, person_id).whole), day, shelf_days(day))


def held_of(person_ids: Iterable[UUID]) -> list[Held]:
    """Every piece told of these records, the first told first; row security limits it to whom the caller may see."""
    rows = Evidence.objects.select_related("recorded_by").prefetch_related("corrected_by")
    return [_held(row) for row in rows.filter(person_id__in=tuple(person_ids)).order_by("recorded_at", "id")]


def piece_of(row: Evidence) -> Piece:
    """What a row tells."""
    return Piece(
        row.topic, row.kind, row.amount_pence, row.starts_on, row.ends_on, row.more, row.document, row.seen_on,
        row.told_by,
    )  # fmt: skip


def shelf_days(day: date) -> dict[str, int]:
    """For how many days each topic is taken without asking again, by the figures of a day."""
    return {
        topic: shipped().value_at("evidence-shelf-life-days", day, topic.replace("_", "-")).count() for topic in TOPICS
    }


def _held(row: Evidence) -> Held:
    return Held(
        row.id, piece_of(row), row.recorded_by.label, london_date(row.recorded_at), row.because, row.corrects_id,
        bool(row.corrected_by.all()),
    )  # fmt: skip
