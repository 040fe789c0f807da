"""Is a bill of last year worked out with what was known then when asked, and with what is known now when not?"""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.errors import OperatorMustAct
from joinedup.base.parameters import Parameter, Parameters

FIRST = date(2019, 1, 1).toordinal()
DAYS = 60


def dated(number: int, starts: int, ends: int | None, known: int | None) -> Parameter:
    day = date.fromordinal
    return Parameter(
        name="rate",
        group=None,
        unit="count",
        value=number,
        starts_on=day(FIRST + starts),
        ends_on=None if ends is None else day(FIRST + ends),
        source="made up",
        verified=True,
        known_from=None if known is None else day(FIRST + known),
    )


@st.composite
def announcements(draw: st.DrawFn) -> list[Parameter]:
    """Any announcements: each a run of values without overlap, on a day of its own or known all along."""
    found: list[Parameter] = []
    for known in draw(st.lists(st.one_of(st.none(), st.integers(0, DAYS)), min_size=1, max_size=4, unique=True)):
        edges = sorted(draw(st.lists(st.integers(0, DAYS), min_size=2, max_size=5, unique=True)))
        for starts, ends in zip(edges, [*edges[1:], None], strict=True):
            found.append(dated(len(found), starts, ends, known))
    return found


def by_hand(values: list[Parameter], on: date, known_on: date | None) -> int | None:
    """The rule in one line, written again: of those that hold and were known, the last announced."""
    fitting = [each for each in values if each.holds_on(on) and each.is_known_on(known_on)]
    return max(fitting, key=lambda each: each.known_from or date.min).count() if fitting else None


def asked(known: Parameters, on: date, known_on: date | None) -> int | None:
    try:
        return known.value_at("rate", on, known_on=known_on).count()
    except OperatorMustAct:
        return None


@given(announcements(), st.integers(0, DAYS + 5), st.one_of(st.none(), st.integers(-5, DAYS + 5)), st.randoms())
def test_the_last_announced_counts_whatever_the_order(
    values: list[Parameter], on: int, known_on: int | None, shuffle: random.Random
) -> None:
    day = date.fromordinal(FIRST + on)
    seen_on = None if known_on is None else date.fromordinal(FIRST + known_on)
    mixed = list(values)
    shuffle.shuffle(mixed)
    assert asked(Parameters.of(values), day, seen_on) == asked(Parameters.of(mixed), day, seen_on)
    assert asked(Parameters.of(values), day, seen_on) == by_hand(values, day, seen_on)


@given(announcements(), st.integers(0, DAYS), st.integers(0, DAYS), st.integers(1, 9))
def test_a_later_announcement_never_changes_what_was_known_before(
    values: list[Parameter], on: int, known_on: int, later: int
) -> None:
    day, seen_on = date.fromordinal(FIRST + on), date.fromordinal(FIRST + known_on)
    with_news = [*values, dated(999, 0, None, DAYS + later)]
    assert asked(Parameters.of(with_news), day, seen_on) == asked(Parameters.of(values), day, seen_on)
    assert asked(Parameters.of(with_news), day, None) == 999


@given(announcements(), announcements(), st.integers(0, DAYS), st.one_of(st.none(), st.integers(0, DAYS)))
def test_an_overlay_that_was_not_known_leaves_the_value_below(
    below: list[Parameter], top: list[Parameter], on: int, known_on: int | None
) -> None:
    day = date.fromordinal(FIRST + on)
    seen_on = None if known_on is None else date.fromordinal(FIRST + known_on)
    both = Parameters.of(below).overlaid(Parameters.of(top))
    above = by_hand(top, day, seen_on)
    assert asked(both, day, seen_on) == (by_hand(below, day, seen_on) if above is None else above)


def test_two_announcements_of_one_day_for_one_day_are_refused() -> None:
    with pytest.raises(OperatorMustAct) as caught:
        Parameters.of([dated(1, 0, 10, 20), dated(2, 5, None, None), dated(3, 9, None, 20)])
    assert caught.value.code == "parameter-overlap"
    assert "known_from" in caught.value.why


@pytest.mark.parametrize(
    ("on", "known_on", "standard", "higher"),
    [
        ("2019-04-01", None, "180.31", "248.06"),
        ("2019-04-01", "2020-04-29", "165.56", "227.77"),
        ("2019-04-01", "2020-04-30", "180.31", "248.06"),
        ("2020-04-15", "2020-04-15", "165.56", "227.77"),
        ("2020-04-15", None, "183.92", "253.02"),
        ("2016-06-01", "2016-06-01", "112.00", "154.14"),
        ("2016-06-01", None, "156.25", "215.04"),
        ("2025-06-01", None, "254.06", "349.50"),
    ],
)
def test_funded_nursing_care_as_it_was_announced(on: str, known_on: str | None, standard: str, higher: str) -> None:
    seen_on = None if known_on is None else date.fromisoformat(known_on)
    for group, text in (("standard", standard), ("higher", higher)):
        found = parameter_files.shipped().value_at("funded-nursing-care", date.fromisoformat(on), group, seen_on)
        assert found.value_text() == text


def test_the_minimum_income_as_made_was_replaced_before_it_came_into_force() -> None:
    first, group = date(2015, 4, 1), "single-pension-age"
    known = parameter_files.shipped()
    assert known.value_at("minimum-income-guarantee", first, group).value_text() == "189.00"
    as_made = known.value_at("minimum-income-guarantee", first, group, date(2014, 12, 1))
    assert as_made.value_text() == "185.45"


def test_a_day_that_nobody_knew_of_says_so() -> None:
    known = Parameters.of([dated(1, 0, None, 10)])
    with pytest.raises(OperatorMustAct, match="as it was known on 2019-01-02"):
        known.value_at("rate", date(2019, 1, 5), known_on=date(2019, 1, 2))
