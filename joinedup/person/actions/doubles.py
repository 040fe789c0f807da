"""Asking about records that look like one person: likeness over everybody, by the linking of people files.

Nobody is joined by it. Each likely pair becomes a question, with its weight in bits, and somebody decides on the review
page; a pair that was decided is not asked about again. Left out: restricted people, because a question would tell that
they are here, and pairs whose verified NHS numbers differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2

from django.db import connection

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note

MOST_BITS = 40.0
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

    def act() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE)
            people = cursor.fetchall()
            cursor.execute(DECIDED)
            decided = {frozenset(pair) for pair in cursor.fetchall()}
            found = likely_pairs([_fields(row) for row in people], least, say)
            asked = 0
            for left, right, probability in found:
                one, other = people[left], people[right]
                if frozenset((one[0], other[0])) in decided or (one[1] and other[1] and one[1] != other[1]):
                    continue
                cursor.execute(
                    "select access.ask_question('likely_same', %s, %s, '', %s, %s)",
                    [one[0], other[0], bits_of(probability), at],
                )
                asked += int(cursor.fetchone()[0])
        note("doubles.asked", found=asked)
        return {"people": len(people), "likely": len(found), "asked": asked}

    arguments = {"least": str(least)}
    done: Mapping[str, int] = once(
        by=by.id, at=at, request_key=request_key, action="ask_about_doubles", arguments=arguments, act=act
    )
    return Doubles(**done)


def likely_pairs(
    rows: Sequence[Mapping[str, str]], least: float, say: Callable[[str], None]
) -> list[tuple[int, int, float]]:
    """The pairs of rows, by their places, that are at least so likely one person; the likeliest first."""
    from joinedup.person.linking import cleaning, groups, model  # here, since DuckDB and Splink take a while to import
    from joinedup.person.linking.running import WORTH_GROUPING

    cleaned = [cleaning.clean(row) for row in rows]
    used = cleaning.used_fields(cleaned)
    if len(cleaned) < 2 or not used:
        return []
    outcome = model.link([cleaned], used, least=min(least, WORTH_GROUPING), say=say)
    found = groups.grouped([(each.left, each.right, each.probability) for each in outcome.pairs], least)
    pairs = [(left, right, odds) for (left, right), odds in found.items() if odds >= least]
    return sorted(pairs, key=lambda each: (-each[2], each[0], each[1]))


def bits_of(probability: float) -> float:
    """The weight of a probability in bits, within what a reader can use.

    >>> bits_of(0.5), round(bits_of(0.99), 1), bits_of(1.0)
    (0.0, 6.6, 40.0)
    """
    if probability >= 1:
        return MOST_BITS
    return max(min(log2(probability / (1 - probability)), MOST_BITS), -MOST_BITS)


def _fields(row: Sequence[object]) -> dict[str, str]:
    """One person as the linking of files reads a row."""
    names = ("family", "given", "born", "sex", "postcode", "phone", "nhs_number", "line_1")
    return {name: str(value or "") for name, value in zip(names, row[2:], strict=True)}
