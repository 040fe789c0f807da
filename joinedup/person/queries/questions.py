"""Which questions about who is who wait for somebody to decide? Both people side by side, as far as the reader may see.

A question is seen by whoever may see its person, and by the privacy officers of its place; a person in it is shown
only to those who hold a grant on them, to nobody by way of the question. No address is shown in this list. A question
is decided on its own page (links.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.person.models import Person, PersonIdentifier, SourceIdentity, WorkItem
from joinedup.person.queries.person_row import full_name

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two people: what tells them apart, and which bodies know them."""

    person_id: UUID
    name: str
    birth_date: date | None
    gender: str
    nhs_numbers: tuple[str, ...]
    verified: bool
    deceased: bool
    restricted: bool
    known_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, when it came up, and both people; a side is None when the reader may not see that person."""

    item_id: UUID
    kind: str
    asks: str
    made_at: datetime
    asked_of: str
    one: Side | None
    other: Side | None


@dataclass(frozen=True, slots=True)
class Questions:
    """The oldest open questions; `waiting` counts all that the caller may see."""

    shown: tuple[Question, ...]
    waiting: int


def work_items(caller: Caller) -> Questions:
    """The fifty oldest open questions, in five reads; a line of the log. NotAllowed without see_work_items."""
    caller.must("see_work_items")
    waiting = WorkItem.objects.filter(done_at__isnull=True)
    items = list(waiting.order_by("made_at", "id")[:AT_ONCE])
    sides = sides_of({key for item in items for key in (item.person_id, item.other_person_id) if key})
    note("questions.read", place_id=caller.holdings[0].place_id, found=len(items))
    shown = tuple(
        Question(
            item_id=item.id,
            kind=item.kind,
            asks=str(item.get_kind_display()),
            made_at=item.made_at,
            asked_of=item.asked_of,
            one=sides.get(item.person_id),
            other=sides.get(item.other_person_id) if item.other_person_id else None,
        )
        for item in items
    )
    return Questions(shown, waiting.count() if len(items) == AT_ONCE else len(items))


def sides_of(keys: Iterable[UUID]) -> Mapping[UUID, Side]:
    """What tells each of these people apart, of those whom the caller may see."""
    people = Person.objects.in_bulk(list(keys))
    numbers = _grouped(
        PersonIdentifier.objects.filter(person_id__in=people, system="nhs-number").values_list("person_id", "value")
    )
    bodies = _grouped(SourceIdentity.objects.filter(person_id__in=people).values_list("person_id", "body__name"))
    return {
        key: Side(
            person_id=key,
            name=full_name(person.prefix, person.given, person.family),
            birth_date=person.birth_date,
            gender=person.gender,
            nhs_numbers=numbers.get(key, ()),
            verified=bool(person.nhs_number),
            deceased=person.deceased,
            restricted=person.restricted,
            known_to=bodies.get(key, ()),
        )
        for key, person in people.items()
    }


def _grouped(rows: Iterable[tuple[UUID, str]]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, set[str]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return {key: tuple(sorted(values)) for key, values in found.items()}
