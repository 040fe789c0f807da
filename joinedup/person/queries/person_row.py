"""Which person does a key stand for, and how are they named? The row that every other read of a record starts from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from joinedup.base.errors import NotFound
from joinedup.person.models import AboutMe, Person
from joinedup.person.queries.joined_rows import JoinedRows
from joinedup.places.models import Place

WHOLE = """
    with leader as materialized (select coalesce(canonical_id, id) as id from person_person where id = %(person)s)
    select id, canonical_id from person_person where id = (select id from leader)
    union all select id, canonical_id from person_person where canonical_id = (select id from leader)
"""
PERSON = JoinedRows(
    {"person": Person, "place": Place, "about": AboutMe},
    "from person_person person join places_place place on place.id = person.place_id "
    "left join person_aboutme about on about.person_id = person.id where person.id = %(person)s",
)
ABOUT_ME = Person._meta.get_field("about_me")


def person_row(person_id: UUID) -> Person:
    """The person, with their place and “About me”, if the caller of this transaction may see them.

    A key that was linked into another person's gives that person. NotFound (person-not-found) is worded alike whether
    there is no such record or the caller may not see it.
    """
    found = _one(person_id)
    if found is not None and found.canonical_id is not None:
        found = _one(found.canonical_id)
    if found is None:
        raise NotFound("person-not-found", "There is no such record, or you may not see it.")
    return found


def _one(person_id: UUID) -> Person | None:
    rows = PERSON.read({"person": person_id})
    if not rows:
        return None
    person: Person
    [(person, person.place, about_me)] = rows
    ABOUT_ME.set_cached_value(person, about_me)  # None too: nobody wrote any, and nobody asks again
    return person


def names_of(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Key to name, of those whom the caller of this transaction may see, in one read."""
    rows = Person.objects.filter(id__in=list(person_ids)).values_list("id", "prefix", "given", "family")
    return {key: full_name(*parts) for key, *parts in rows}


def whole_of(person_id: UUID) -> tuple[UUID, ...]:
    """Keys of all records that stand for one person with this one, the canonical one first; this alone if unknown.

    A caller who sees one record of a whole sees them all, because sight is copied between them.
    """
    with connection.cursor() as cursor:
        cursor.execute(WHOLE, {"person": person_id})
        found = sorted(cursor.fetchall(), key=lambda each: (each[1] is not None, each[0]))
    return tuple(key for key, _ in found) or (person_id,)


def full_name(prefix: str, given: str, family: str) -> str:
    """A name as people say it; 'Name not known' when nobody told one.

    >>> full_name("Mrs", "Edith", "Smith"), full_name("", "", "")
    ('Mrs Edith Smith', 'Name not known')
    """
    return " ".join(part for part in (prefix, given, family) if part) or "Name not known"


def name_of_whole(person: Person) -> str:
    """The name of the joined person for whom a record stands: its leader's, else its own.

    For lists: read with `select_related("canonical")`, so that no row asks again. Whoever sees one record of a whole
    sees its leader too; where that is not so, the record's own name stands.
    """
    leader = person.canonical or person
    return full_name(leader.prefix, leader.given, leader.family)


def age_on(birth_date: date | None, day: date) -> int | None:
    """Whole years lived on a day; None when the birth date is not known or later. 29 February counts on 1 March.

    >>> age_on(date(1941, 3, 2), date(2026, 3, 1)), age_on(date(1941, 3, 2), date(2026, 3, 2))
    (84, 85)
    """
    if birth_date is None or birth_date > day:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
