"""What do the sources together say of a person, who told each fact and when, and who told it differently?

The same survivorship as the projection (joinedup/person/rules.py) over the same sources, so that the page shows what
holds and why. Of a restricted person nothing is given that could lead to where they live: address, telephone and
practice are left out with every telling of them. A fact whose sources were destroyed by retention is still shown,
without a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.person import projection
from joinedup.person.models import Person
from joinedup.person.queries.person_row import full_name
from joinedup.person.rules import SurvivingFacts, Telling, ToldFact, surviving_facts

LEADS_HOME = frozenset({"address", "phone", "gp_practice_code"})
ORDER = (
    "name", "nhs_number", "birth_date", "death_date", "gender", "address", "phone", "gp_practice_code", "restricted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OtherTelling:
    """A telling that does not hold: its value as text (a date as a date), the body's key and when they told it."""

    value: str | date
    body_id: UUID
    told_at: datetime


@dataclass(frozen=True, slots=True)
class FactTold:
    """A fact that holds, with the body that told it; both None when no source is kept any more."""

    name: str
    value: str | date
    body_id: UUID | None
    told_at: datetime | None
    others: tuple[OtherTelling, ...] = ()


def tellings_of(person_id: UUID) -> tuple[Telling, ...]:
    """Everything that bodies told about who this person is, as the projection reads it."""
    with connection.cursor() as cursor:
        return tuple(projection.tellings_of(cursor, [person_id], with_closed=True).get(person_id, ()))


def facts_of(person: Person, tellings: Sequence[Telling]) -> tuple[FactTold, ...]:
    """Each known fact in the order of the page; `restricted` stands among them when somebody told it."""
    told, held = surviving_facts(tellings), _held(person)
    shown = []
    for name in ORDER:
        if person.restricted and name in LEADS_HOME:
            continue
        fact = _fact(name, told.fields.get("deceased" if name == "death_date" and not _dated(told) else name))
        if fact is None and held.get(name):
            fact = FactTold(name, held[name], None, None)
        if fact is not None:
            shown.append(fact)
    return tuple(shown)


def _dated(told: SurvivingFacts) -> bool:
    return "death_date" in told.fields


def _fact(name: str, told: ToldFact | None) -> FactTold | None:
    if told is None:
        return None
    others = tuple(OtherTelling(text_told(name, value), body_id, at) for value, body_id, at in told.others)
    return FactTold(name, text_told(name, told.value), told.by, told.on, others)


def text_told(name: str, value: object) -> str | date:
    """A told value as the page shows it: names and addresses in one line, dates as dates."""
    if name == "name" and isinstance(value, (list, tuple)):
        family, given, prefix = (str(part) for part in value)
        return full_name(prefix, given, family)
    if name == "address" and isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value if part)
    if value is True:
        return "Yes"
    if name in ("birth_date", "death_date"):
        try:
            return date.fromisoformat(str(value))
        except ValueError:  # as told, so that a wrong date can be seen to be wrong
            return str(value)
    return str(value)


def _held(person: Person) -> dict[str, str | date]:
    named = person.given or person.family
    return {
        "name": full_name(person.prefix, person.given, person.family) if named else "",
        "nhs_number": person.nhs_number,
        "birth_date": person.birth_date or "",
        "death_date": person.death_date or ("Yes" if person.deceased else ""),
        "gender": person.gender if person.gender != "unknown" else "",
        "address": ", ".join(part for part in (person.address, person.postcode) if part),
        "phone": person.phone,
        "gp_practice_code": person.gp_practice_code,
        "restricted": "Yes" if person.restricted else "",
    }
