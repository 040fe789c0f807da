"""Do the few pairs of an arrival come out exactly as DuckDB weighs them, who compares the many?"""

from __future__ import annotations

import doctest
import random

import duckdb
import pytest

from joinedup.base.errors import WeMustAct
from joinedup.person.linking import comparing, conditions, spelling, weighing
from joinedup.person.linking.cleaning import FIELDS, CleanRow, clean

GIVEN = ("Ann", "Anne", "Mary Ann", "Jon", "John", "Jonathan", "Bob", "Robert", "Zoë", "O’Shea", "E", "", "unknown")
FAMILY = ("Smith", "Smyth", "Smithson", "Brown-Jones", "Jones", "Browne", "Müller", "Mueller", "Ann", "Li", "")
STREETS = ("1 High Street", "12a High St", "High Road", "Flat 2, 3 Mill Lane", "3 Mill Lane", "")
ALPHABET = "abcdé 1"


def somebody(chance: random.Random) -> CleanRow:
    """A row with some of everything that rows hold, alike to others of its kind, some of it missing."""
    number = f"943476{chance.randrange(100):02}{chance.randrange(20):02}"
    told = {
        "given": chance.choice(GIVEN), "family": chance.choice(FAMILY), "sex": chance.choice(("male", "f", "")),
        "born": f"19{chance.randrange(40, 60)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        "postcode": f"TQ{chance.randrange(1, 3)} {chance.randrange(1, 4)}A{chance.choice('ABC')}",
        "town": chance.choice(("Torquay", "Torqay", "Paignton")), "county": chance.choice(("Devon", "Dorset")),
        "line_1": chance.choice(STREETS), "line_2": chance.choice(("Mill Lane", "Chelston", "")),
        "phone": f"0771234{chance.randrange(3)}{chance.randrange(100):03}", "nhs_number": number,
        "email": f"{chance.choice(('ann', 'anne', 'jon'))}@{chance.choice(('a.org', 'b.org'))}",
        "social_id": f"QQ12{chance.randrange(30):02}56C",
    }  # fmt: skip
    return clean({name: value for name, value in told.items() if chance.random() < 0.85})


def everybody(count: int, seed: int) -> list[tuple[CleanRow, ...]]:
    """People who are each told of in one way or two."""
    chance = random.Random(seed)
    return [tuple(somebody(chance) for _ in range(chance.choice((1, 1, 2)))) for _ in range(count)]


def test_what_the_docstrings_show_is_so() -> None:
    for module in (conditions, spelling):
        assert doctest.testmod(module).failed == 0


def test_few_pairs_reach_the_same_steps_as_many() -> None:
    people, ladders = everybody(40, 4), comparing.ladders(FIELDS)
    pairs = [(one, other) for one in range(len(people)) for other in range(one)]
    many = weighing.steps_by_duckdb(ladders, people, pairs)
    assert weighing.steps_here(ladders, people, pairs) == many
    met = {(place, step) for steps in many for place, step in enumerate(steps)}
    assert len(met) > 0.8 * sum(len(ladder.levels) + 2 for ladder in ladders)  # most conditions were tried


def test_both_weigh_to_the_same_bits() -> None:
    people, ladders = everybody(12, 9), tuple(comparing.ladders(FIELDS))
    weights = weighing.Weights(
        ladders, {each.name: tuple(0.1 + 3.7 * step for step in range(len(each.levels) + 1)) for each in ladders}, -14.3
    )
    few = [(one, other) for one in range(len(people)) for other in range(one)]
    many = few * 6
    assert len(few) < weighing.COMPARED_HERE < len(many)
    assert weighing.weigh(weights, people, many) == weighing.weigh(weights, people, few) * 6


def test_spellings_are_as_alike_as_duckdb_says() -> None:
    chance, told = random.Random(3), []
    for _ in range(3_000):
        one = [chance.choice(ALPHABET) for _ in range(chance.randrange(1, 10))]
        other = (
            list(one) if chance.random() < 0.8 else [chance.choice(ALPHABET) for _ in range(chance.randrange(1, 70))]
        )
        for _ in range(chance.randrange(5)):
            place = chance.randrange(len(other))
            other[place:place] = [chance.choice(ALPHABET)] if chance.random() < 0.5 else []
            if chance.random() < 0.5 and len(other) > 2:
                other[place % (len(other) - 1)], other[-1] = other[-1], other[place % (len(other) - 1)]
        told.append(("".join(one), "".join(other)))
    duck = duckdb.connect(":memory:")
    asked = "select unnest($one) as one, unnest($other) as other"
    measured = duck.execute(
        f"select jaro_winkler_similarity(one, other), damerau_levenshtein(one, other) from ({asked})",
        {"one": [one for one, _ in told], "other": [other for _, other in told]},
    ).fetchall()
    assert [distance for _, distance in measured] == [spelling.keystrokes(*each) for each in told]
    assert [alike for alike, _ in measured] == [pytest.approx(spelling.likeness(*each), abs=1e-15) for each in told]


def test_a_condition_of_an_unknown_kind_is_refused() -> None:
    for text in ("soundex(\"given_l\") = 'a'", "\"given_l\" like 'a%'", '"given_l" is not null'):
        with pytest.raises(WeMustAct, match="cannot be read"):
            conditions.condition(text)
