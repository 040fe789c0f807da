"""The reads of evidence: everything told of a person's money, and the set as it holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotAllowed
from joinedup.base.parameter_files import shipped
from joinedup.funding.evidence_set import TOPICS, EvidenceSet, Held, Piece, set_on
from joinedup.funding.models import Evidence
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import full_name, person_row, whole_of


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """A person's evidence: the set of the day, and everything ever told, corrected pieces among it, newest first."""

    person_id: UUID
    name: str
    now: EvidenceSet
    told: tuple[Held, ...]


def evidence_of(caller: Caller, person_id: UUID, day: date) -> EvidenceShown:
    """Everything told of a person's money; a line of the log. NotFound for somebody whom the caller may not see."""
    person = person_row(person_id)
    must_see_money(caller, person.id)
    agreed_look(person)
    note("evidence.opened", person_id=person.id, place_id=person.place_id)
    held = held_of(whole_of(person.id))
    name = full_name(person.prefix, person.given, person.family)
    return EvidenceShown(person.id, name, set_on(held, day, shelf_days(day)), tuple(reversed(held)))


def must_see_money(caller: Caller, person_id: UUID) -> None:
    """Refuse whoever lacks see_money, and whoever acts for this person in health and welfare alone.

    Without this a page would say that nothing is decided to somebody who may not know of it.
    """
    caller.must("see_money")
    with connection.cursor() as cursor:
        cursor.execute("select not access.holds_role(array['person']) or access.may_see_money(%s)", [person_id])
        if not cursor.fetchone()[0]:
            raise NotAllowed(
                "money-not-yours", "You act for this person in health and welfare, and not in money.",
                "What somebody owns and pays is shown to them, and to those whom they or a court chose for it.",
                "Ask the person to agree to it, or whoever manages access in your place.",
            )  # fmt: skip


def evidence_on(caller: Caller, person_id: UUID, day: date) -> EvidenceSet:
    """The set as it holds on a day, with the case of the charge and every other test made of it."""
    caller.must("see_money")
    return set_on(held_of(whole_of(person_row(person_id).id)), day, shelf_days(day))


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
