"""Where does each fact come from, why does it hold, and what else was told?

The same tellings as the record, with the reason for each (joinedup/person/fact_reasons.py). What leads to where a
restricted person lives is left out with every telling of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.person.fact_reasons import NumberTold, numbers_told, reason_of
from joinedup.person.models import PersonIdentifier
from joinedup.person.queries.facts import LEADS_HOME, tellings_of, text_told
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.places.models import Body

ORDER = ("name", "address", "gp_practice_code", "birth_date", "gender", "phone", "deceased", "death_date", "restricted")


@dataclass(frozen=True, slots=True)
class OtherValue:
    """A value that was told and does not hold, by whom, when, and why not."""

    value: str | date
    body_id: UUID
    told_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class FactSource:
    """A fact as it holds: who told it when, with a verified number or not, why it holds, and what it outdoes."""

    name: str
    value: str | date
    body_id: UUID
    told_at: datetime
    verified: bool
    why: tuple[str, ...]
    agreeing: tuple[UUID, ...]
    others: tuple[OtherValue, ...]


@dataclass(frozen=True, slots=True)
class FactSources:
    """Every fact of one person with its sources; `held` is the verified number that this person holds, or ''.

    `superseded` are older numbers that a source says were replaced; they still find the person.
    """

    person_id: UUID
    name: str
    restricted: bool
    held: str
    numbers: tuple[NumberTold, ...]
    superseded: tuple[str, ...]
    facts: tuple[FactSource, ...]
    bodies: Mapping[UUID, str]


def fact_sources(caller: Caller, person_id: UUID) -> FactSources:
    """Where each fact of a person comes from; reading it is a line of the log.

    NotAllowed without the permission open_record; NotFound alike for no such record and for one that the caller may not
    see.
    """
    caller.must("open_record")
    person = person_row(person_id)
    note("record.sources_read", person_id=person.id, place_id=person.place_id)
    tellings = tellings_of(person.id)
    facts = []
    for name in ORDER:
        if person.restricted and name in LEADS_HOME:
            continue
        if (reason := reason_of(name, tellings)) is not None:
            others = tuple(
                OtherValue(text_told(name, each.value), each.body_id, each.told_at, each.why) for each in reason.outdone
            )
            facts.append(FactSource(
                name, text_told(name, reason.value), reason.body_id, reason.told_at, reason.verified,
                tuple(step.text for step in reason.explanation.steps), reason.agreeing, others,
            ))  # fmt: skip
    numbers = numbers_told(tellings)
    known = PersonIdentifier.objects.filter(person_id=person.id, system="nhs-number").values_list("value", flat=True)
    replaced = {each.superseded for each in numbers if each.superseded}
    keys = {fact.body_id for fact in facts} | {other.body_id for fact in facts for other in fact.others}
    keys |= {key for fact in facts for key in fact.agreeing} | {each.body_id for each in numbers}
    return FactSources(
        person.id, full_name(person.prefix, person.given, person.family), person.restricted, person.nhs_number, numbers,
        tuple(sorted(replaced & set(known))), tuple(facts),
        dict(Body.objects.filter(id__in=keys).values_list("id", "name")),
    )  # fmt: skip
