"""Do the value types keep their promises for every value, and do their docstrings tell the truth?"""

from __future__ import annotations

import doctest
import pkgutil
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joinedup.base
from joinedup.base.errors import BadValue
from joinedup.base.money import Money, share_out
from joinedup.base.names import folded
from joinedup.base.nhs_number import NhsNumber, check_digit
from joinedup.base.period import Period
from joinedup.base.postcode import Postcode

MODULES = sorted(module.name for module in pkgutil.iter_modules(joinedup.base.__path__))
PENCE = st.integers(-(10**12), 10**12)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    starts_on = draw(DAYS)
    length_days = draw(st.none() | st.integers(1, 2000))
    return Period(starts_on, None if length_days is None else starts_on + timedelta(days=length_days))


@pytest.mark.parametrize("name", MODULES)
def test_docstring_sessions_run(name: str) -> None:
    module = import_module(f"joinedup.base.{name}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@given(PENCE)
def test_money_text_reads_back(pence: int) -> None:
    assert Money.from_text(Money(pence).to_text()) == Money(pence)


@pytest.mark.parametrize("text", ["1.005", "", ".5", "5.", "1,000.00", "£5", "+5", " 5", "1e3", "NaN", "٣", "9" * 16])
def test_money_refuses(text: str) -> None:
    with pytest.raises(BadValue):
        Money.from_text(text)


@pytest.mark.parametrize("text", [1.5, 1, None])
def test_money_refuses_what_is_not_text(text: object) -> None:
    with pytest.raises(BadValue):
        Money.from_text(text)  # type: ignore[arg-type]


def test_money_display() -> None:
    assert Money(-300).display() == "-£3.00"
    assert str(Money(123456789)) == "£1,234,567.89"
    assert Money.from_text("-0.05") + Money(2) - Money(1) * 3 == Money(-6)


@given(PENCE, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_shares_sum_exactly_and_stay_within_a_penny(total_pence: int, weights: list[int]) -> None:
    parts = share_out(total_pence, weights)
    assert sum(parts) == total_pence
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total_pence * weight) < sum(weights)


@given(st.integers(0, 10**9), st.integers(1, 12), st.integers(1, 50))
def test_equal_shares_give_odd_pennies_to_the_earliest(total_pence: int, count: int, weight: int) -> None:
    parts = share_out(total_pence, [weight] * count)
    assert list(parts) == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@given(PENCE, st.lists(st.integers(0, 100), min_size=1, max_size=8).filter(any))
def test_a_correction_undoes_its_shares(total_pence: int, weights: list[int]) -> None:
    assert [-part for part in share_out(-total_pence, weights)] == list(share_out(total_pence, weights))


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5], [0.5, 0.5]])
def test_shares_refuse_weights(weights: list[int]) -> None:
    with pytest.raises(BadValue):
        share_out(100, weights)


@given(periods(), periods(), DAYS)
def test_intersection_holds_where_both_hold(one: Period, other: Period, day: date) -> None:
    both = one.intersection(other)
    assert both == other.intersection(one)
    assert one.overlaps(other) == (both is not None)
    assert (both is not None and both.contains(day)) == (one.contains(day) and other.contains(day))


@given(periods(), DAYS)
def test_weeks_cover_a_period_once(period: Period, day: date) -> None:
    closed = period.until(max(day, period.starts_on + timedelta(days=1)))
    assert closed is not None
    weeks = closed.weeks()
    assert sum(week.days for week in weeks) == closed.days
    assert all(week.days == 7 for week in weeks[:-1])
    assert (weeks[0].starts_on, weeks[-1].ends_on) == (closed.starts_on, closed.ends_on)


def test_period_refuses() -> None:
    for make in (
        lambda: Period(date(2026, 4, 6), date(2026, 4, 5)),
        lambda: Period(datetime(2026, 4, 6, tzinfo=UTC)),
        lambda: Period(date(2026, 4, 6)).days,
        lambda: Period(date(2026, 4, 6)).weeks(),
    ):
        with pytest.raises(BadValue):
            make()
    assert Period(date(2026, 4, 6)).until(date(2026, 4, 6)) is None


@pytest.mark.parametrize("text", ["9434765919", "943 476 5870", "987-654-3210", "9990000018", " 999\u2013000 0018\n"])
def test_valid_nhs_numbers(text: str) -> None:
    assert NhsNumber.parse(NhsNumber.parse(text).display()) == NhsNumber.parse(text)


@pytest.mark.parametrize(
    "text", ["9434765918", "9123456780", "9990000009", "999000000X", "943476591", "94347659190", "", "٩٤٣٤٧٦٥٩١٩"]
)
def test_invalid_nhs_numbers(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        NhsNumber.parse(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("last", range(10))
def test_no_digit_completes_999000000(last: int) -> None:
    with pytest.raises(BadValue):
        NhsNumber(f"999000000{last}")


@given(st.from_regex(r"\A[0-9]{9}\Z"), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(nine: str, position: int, shift: int) -> None:
    digit = check_digit(nine)
    if digit is None:
        return
    wrong = nine[:position] + str((int(nine[position]) + shift) % 10) + nine[position + 1 :]
    assert NhsNumber(f"{nine}{digit}").is_test_range == nine.startswith("999")
    with pytest.raises(BadValue):
        NhsNumber(f"{wrong}{digit}")


@pytest.mark.parametrize("digit", "0123456789")
def test_fillers_pass_the_check_and_are_named(digit: str) -> None:
    assert NhsNumber(digit * 10).is_one_digit_repeated


@pytest.mark.parametrize(
    ("text", "stored", "area"),
    [
        ("tq11aa", "TQ1 1AA", "TQ"),
        ("M1 1AE", "M1 1AE", "M"),
        ("B338TH", "B33 8TH", "B"),
        ("bd1  1hx", "BD1 1HX", "BD"),
        ("DN55 1PT", "DN55 1PT", "DN"),
        ("W1A 1HQ", "W1A 1HQ", "W"),
        ("EC1A 1BB", "EC1A 1BB", "EC"),
        ("gir 0aa", "GIR 0AA", "GIR"),
        ("W1M 0AF", "W1M 0AF", "W"),
        ("NPT 0AG", "NPT 0AG", "NPT"),
    ],
)
def test_postcodes(text: str, stored: str, area: str) -> None:
    found = Postcode.parse(text)
    assert (found.text, found.area) == (stored, area)
    assert f"{found.district} {found.inward}" == stored
    assert Postcode(stored) == found


@pytest.mark.parametrize(
    "text", ["", "TQ1", "TQ1 1A", "TQ1 1CA", "Q1 1AA", "TQ111 1AA", "GIR 0AB", "1AA TQ1", "TQ1-1AA"]
)
def test_not_postcodes(text: str) -> None:
    with pytest.raises(BadValue):
        Postcode.parse(text)


def test_a_postcode_is_made_in_the_stored_form_only() -> None:
    with pytest.raises(BadValue):
        Postcode("tq1 1aa")


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12), st.text(alphabet="' -\u2019.", max_size=4))
def test_folding_ignores_case_and_marks(name: str, marks: str) -> None:
    assert folded(name.upper() + marks + name) == name + name


@pytest.mark.parametrize(
    ("one", "other"), [("Siân", "SIAN"), ("Núñez", "nunez"), ("Łukasz", "Lukasz"), ("D’Arcy", "darcy")]
)
def test_names_written_differently_share_a_key(one: str, other: str) -> None:
    assert folded(one) == folded(other)
