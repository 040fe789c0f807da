"""How alike are two records, and what speaks for it? Pure: levels of agreement in words.

Every comparison has levels from exact agreement to none, told in words. It takes every name and postcode that was ever
told of a record, so that a maiden name or a former home counts. What the kept model weighs stands beside it as a number
of bits (joinedup/person/linking/); nicknames come from the one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from joinedup.person.nicknames import alike
from joinedup.person.rules import Telling, searchable_names, surviving_facts, usable_number

FIRST_NAME = "First name"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one record for comparing: every name and postcode ever told, the rest as it holds."""

    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    birth_date: str = ""
    gender: str = ""
    postcodes: frozenset[str] = frozenset()
    practice: str = ""
    phones: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @staticmethod
    def of(tellings: Sequence[Telling]) -> Known:
        """What tellings together make known."""
        facts = surviving_facts(tellings)
        names = [name for telling in tellings for name in searchable_names(telling.facts)]
        numbers = (usable_number(telling.facts.get("nhs_number")) for telling in tellings)
        return Known(
            given=frozenset(name[3].split()[0] for name in names if name[3]),
            family=frozenset(name[2] for name in names if name[2]),
            birth_date=str(facts.value("birth_date", "") or ""),
            gender=str(facts.value("gender", "")),
            postcodes=frozenset(_values(tellings, "addresses", "postcode")),
            practice=str(facts.value("gp_practice_code")),
            phones=frozenset(_values(tellings, "telecoms", "value")),
            numbers=frozenset(filter(None, numbers)),
        )


def _values(tellings: Sequence[Telling], field: str, key: str) -> list[str]:
    found = []
    for telling in tellings:
        rows = telling.facts.get(field)
        for row in rows if isinstance(rows, (list, tuple)) else ():
            if isinstance(row, Mapping) and row.get(key):
                found.append(str(row[key]).replace(" ", "").upper())
    return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison in words, and whether it speaks for one person (1), against it (-1) or for neither (0)."""

    about: str
    words: str
    speaks: int


def evidence_of(one: Known, other: Known) -> tuple[Evidence, ...]:
    """What agrees and what does not, in the order in which people ask.

    >>> [each.words for each in evidence_of(Known(birth_date="1941-03-02"), Known(birth_date="1941-02-03"))]
    ['Day and month are swapped']
    >>> [each.words for each in evidence_of(Known(given=frozenset({"bob"})), Known(given=frozenset({"robert"})))]
    ['A short form of the same name']
    """
    found = [
        _numbers(one.numbers, other.numbers), _names(FIRST_NAME, one.given, other.given),
        _names("Family name", one.family, other.family), _births(one.birth_date, other.birth_date),
        _sets("Postcode", one.postcodes, other.postcodes, "One postcode in common", "No postcode in common"),
        _sets("Telephone", one.phones, other.phones, "The same telephone", "Other telephones"),
        _sets("GP practice", _one(one.practice), _one(other.practice), "The same practice", "Another practice"),
        _sets("Gender", _one(one.gender), _one(other.gender), "The same gender", "Another gender"),
    ]  # fmt: skip
    return tuple(each for each in found if each is not None)


def _one(value: str) -> frozenset[str]:
    return frozenset({value}) if value and value != "unknown" else frozenset()


def _sets(about: str, one: frozenset[str], other: frozenset[str], same: str, none: str) -> Evidence | None:
    if not one or not other:
        return None
    return Evidence(about, same, 1) if one & other else Evidence(about, none, -1)


def _numbers(one: frozenset[str], other: frozenset[str]) -> Evidence | None:
    if not one or not other:
        return None
    if one & other:
        return Evidence("NHS number", "The same number was told of both", 1)
    close = any(sum(a != b for a, b in zip(left, right, strict=True)) == 1 for left in one for right in other)
    return Evidence("NHS number", "One digit differs" if close else "Different numbers", 0 if close else -1)


def _names(about: str, one: frozenset[str], other: frozenset[str]) -> Evidence | None:
    if not one or not other:
        return None
    if one & other:
        return Evidence(about, "The same", 1)
    if about == FIRST_NAME and any(right in alike(left) for left in one for right in other):
        return Evidence(about, "A short form of the same name", 1)
    like = max(SequenceMatcher(None, left, right).ratio() for left in one for right in other)
    if like >= 0.75:
        return Evidence(about, "Nearly the same spelling", 1)
    return Evidence(about, "Different", -1)


def _births(one: str, other: str) -> Evidence | None:
    if not one or not other:
        return None
    about = "Date of birth"
    if one == other:
        return Evidence(about, "The same", 1)
    try:
        left, right = date.fromisoformat(one), date.fromisoformat(other)
    except ValueError:
        return Evidence(about, "Different", -1)
    if (left.year, left.month, left.day) == (right.year, right.day, right.month):
        return Evidence(about, "Day and month are swapped", 1)
    if sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return Evidence(about, "One digit differs", 1)
    return Evidence(about, "Different", -1)
