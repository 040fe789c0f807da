"""Asking about records that look like one person: likeness over everybody, by the linking of people files.

Nobody is joined by it. Each likely pair becomes a question, with its weight in bits, and somebody decides on the review
page; a pair that was decided is not asked about again. Left out: restricted people, because a question would tell that
they are here, and pairs whose verified NHS numbers differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note

PEOPLE = """
    select p.id, p.nhs_number, p.family, p.given, coalesce(p.birth_date::text, ''), p.gender, p.postcode, p.phone,
        coalesce(nullif(p.nhs_number, ''), (select min(i.value) from person_personidentifier i
            where i.person_id = p.id and i.system = 'nhs-number'), ''), split_part(p.address, ',', 1)
    from person_person p where p.canonical_id is null and not p.restricted and p.family <> '' order by p.id
"""
DECIDED = """
    select n.one_id, n.other_id from person_notthesame n where n.withdrawn_at is null
    union select w.person_id, w.other_person_id from person_workitem w where w.other_person_id is not null
"""


@dataclass(frozen=True, slots=True)
class Doubles:
    """What a search for doubles found: people compared, likely pairs, and how many of those were not asked before."""

    people: int
    likely: int
    asked: int


def ask_about_doubles(
    *, by: Caller, at: datetime, request_key: str, least: float, say: Callable[[str], None] = lambda words: None
) -> Doubles:
    """Ask about every pair at least so likely to be one person, unless it was asked about or decided before.

    Works on everybody, as the service `loader`. `least` is a probability above 0 and below 1.
    """

    from joinedup.person.linking import doubles  # here, since DuckDB and Splink take a while to import

    def act() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE)
            people = cursor.fetchall()
            cursor.execute(DECIDED)
            decided = {frozenset(pair) for pair in cursor.fetchall()}
            found = doubles.likely_pairs([_fields(row) for row in people], least, say)
            asked = 0
            for left, right, probability in found:
                one, other = people[left], people[right]
                if frozenset((one[0], other[0])) in decided or (one[1] and other[1] and one[1] != other[1]):
                    continue
                cursor.execute(
                    "select access.ask_question('likely_same', %s, %s, '', %s, %s)",
                    [one[0], other[0], doubles.bits_of(probability), at],
                )
                asked += int(cursor.fetchone()[0])
        note("doubles.asked", found=asked)
        return {"people": len(people), "likely": len(found), "asked": asked}

    arguments = {"least": str(least)}
    done: Mapping[str, int] = once(
        by=by.id, at=at, request_key=request_key, action="ask_about_doubles", arguments=arguments, act=act
    )
    return Doubles(**done)


def _fields(row: Sequence[object]) -> dict[str, str]:
    """One person as the linking of files reads a row."""
    names = ("family", "given", "born", "sex", "postcode", "phone", "nhs_number", "line_1")
    return {name: str(value or "") for name, value in zip(names, row[2:], strict=True)}
