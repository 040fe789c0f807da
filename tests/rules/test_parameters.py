"""Does each day have one sourced answer, and is a careless parameter file refused with the reason?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.errors import OperatorMustAct, WeMustAct
from joinedup.base.money import Money
from joinedup.base.nhs_number import TEST_PREFIX
from joinedup.base.parameters import Parameter, Parameters

HEAD = "topic: t\nabout: a\nparameters:\n"
GOOD = """  - name: floor
    question: How much?
    unit: pounds
    values:
      - {group: single, from: 2024-04-08, to: 2025-04-07, value: '12.50', source: made up, verified: false}
      - {group: single, from: 2025-04-07, value: '13.00', source: made up, verified: false}
      - {group: couple, from: always, value: '20', source: made up, verified: true}
"""


def written(folder: Path, text: str, name: str = "t.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_each_day_has_its_value(tmp_path: Path) -> None:
    known = parameter_files.load_file(written(tmp_path, HEAD + GOOD))
    assert known.value_at("floor", date(2025, 4, 6), "single").money() == Money(1250)
    later = known.value_at("floor", date(2025, 4, 7), "single")
    assert (later.money(), later.starts_on, later.ends_on) == (Money(1300), date(2025, 4, 7), None)
    assert known.value_at("floor", date(1900, 1, 1), "couple").money() == Money(2000)
    assert [each.value_text() for each in known.history("floor")] == ["20.00", "12.50", "13.00"]


@pytest.mark.parametrize(("name", "group"), [("floor", "single"), ("floor", None), ("roof", None)])
def test_a_day_without_a_value_is_never_guessed(tmp_path: Path, name: str, group: str | None) -> None:
    known = parameter_files.load_file(written(tmp_path, HEAD + GOOD))
    with pytest.raises(OperatorMustAct) as caught:
        known.value_at(name, date(2024, 4, 7), group)
    assert caught.value.code == "parameter-missing"
    assert name in caught.value.what
    assert "2024-04-07" in caught.value.what


def one(unit: str, value: str, dates: str = "from: always", rest: str = "source: s, verified: true") -> str:
    return f"  - name: n\n    question: q?\n    unit: {unit}\n    values: [{{{dates}, value: {value}, {rest}}}]\n"


@pytest.mark.parametrize(
    ("unit", "value", "read"),
    [
        ("pounds", "'14250.00'", Money(1425000)),
        ("pence", "'1425000'", Money(1425000)),
        ("count", "20", 20),
        ("percent", "'3.8'", Decimal("3.8")),
        ("text", "'999'", "999"),
    ],
)
def test_units(tmp_path: Path, unit: str, value: str, read: object) -> None:
    known = parameter_files.load_file(written(tmp_path, HEAD + one(unit, value)))
    assert known.value_at("n", date(2026, 1, 1)).value == read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one("pounds", "14250.00"), "in quotes"),
        (one("pounds", "'14250.005'"), "two decimals"),
        (one("pence", "'1.5'"), "whole number in quotes"),
        (one("count", "'20'"), "without quotes"),
        (one("count", "true"), "without quotes"),
        (one("percent", "3.8"), "in quotes"),
        (one("text", "999"), "text in quotes"),
        (one("euros", "'1'"), "unit must be one of"),
        (one("count", "1", dates="from: yesterday"), "must be a date"),
        (one("count", "1", dates="from: 2026-02-30"), "not a real one"),
        (one("count", "1", dates="from: 2026-04-06, to: 2026-04-06"), "later than"),
        (one("count", "1", dates="to: 2026-04-06"), "key from is missing"),
        (one("count", "1", rest="verified: true"), "key source is missing"),
        (one("count", "1", rest="source: '', verified: true"), "needs a source"),
        (one("count", "1", rest="source: s, verified: 'yes'"), "true or false"),
        (one("count", "1", rest="source: s, verified: true, note: x"), "key note is not known"),
        (one("count", "1", rest="source: s, source: t, verified: true"), "stands twice"),
        (one("count", "1", dates="from: always, group: Big Group"), "a group must be"),
        (one("count", "1", dates="from: always, known_from: soon"), "'known_from' must be a date"),
        (one("count", "1").replace("unit: count", "unit: count\n    local: never"), "local must be one of"),
        (
            one("count", "1").replace("unit: count", "unit: count\n    introduced: 1"),
            "introduced must be true",
        ),
        ("  - {name: Bad Name, question: q, unit: count, values: []}\n", "a name must be"),
        ("  - {name: n, question: q, unit: count, values: []}\n", "at least one entry"),
        ("  - [1]\n  oops: {", "line"),
    ],
)
def test_careless_files_are_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OperatorMustAct) as caught:
        parameter_files.load_file(written(tmp_path, HEAD + text))
    assert caught.value.code == "parameter-file"
    assert said in caught.value.why.lower()
    assert "t.yaml" in caught.value.what


@pytest.mark.parametrize(
    "dates",
    [
        ("from: always", "from: 2026-04-06"),
        ("from: 2025-04-06, to: 2026-04-07", "from: 2026-04-06"),
        ("from: 2026-04-06", "from: 2026-04-06, to: 2027-04-06"),
        ("from: always", "from: always"),
    ],
)
def test_overlapping_dates_are_refused(tmp_path: Path, dates: tuple[str, str]) -> None:
    values = "".join(f"      - {{{each}, value: 1, source: s, verified: true}}\n" for each in dates)
    text = f"{HEAD}  - name: n\n    question: q?\n    unit: count\n    values:\n{values}"
    with pytest.raises(OperatorMustAct) as caught:
        parameter_files.load_file(written(tmp_path, text))
    assert caught.value.code == "parameter-overlap"


def test_two_files_may_not_hold_one_name_on_the_same_day(tmp_path: Path) -> None:
    written(tmp_path, HEAD + one("count", "1"), "a.yaml")
    written(tmp_path, HEAD + one("count", "2"), "b.yaml")
    with pytest.raises(OperatorMustAct):
        parameter_files.load_folder(tmp_path)


def test_an_empty_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorMustAct, match="parameter files"):
        parameter_files.load_folder(tmp_path)
    with pytest.raises(OperatorMustAct, match="cannot be opened"):
        parameter_files.load_file(tmp_path / "none.yaml")


def test_an_overlay_speaks_for_its_days_and_leaves_the_rest(tmp_path: Path) -> None:
    law = parameter_files.load_file(written(tmp_path, HEAD + one("pounds", "'10.00'")))
    reform_text = HEAD + one("pence", "'1500'", dates="from: 2027-04-06, to: 2028-04-06")
    reformed = parameter_files.overlay_from(written(tmp_path, reform_text, "reform.yaml"), law)
    amounts = [reformed.value_at("n", date(year, 6, 1)).money().pence for year in (2026, 2027, 2028)]
    assert amounts == [1000, 1500, 1000]
    assert law.value_at("n", date(2027, 6, 1)).money().pence == 1000


@pytest.mark.parametrize("text", [GOOD, one("count", "1")])
def test_an_overlay_that_would_change_nothing_is_refused(tmp_path: Path, text: str) -> None:
    law = parameter_files.load_file(written(tmp_path, HEAD + one("pounds", "'10.00'")))
    with pytest.raises(OperatorMustAct):
        parameter_files.overlay_from(written(tmp_path, HEAD + text, "reform.yaml"), law)


def test_overlays_stack_with_the_last_on_top() -> None:
    layers = [Parameters.of([Parameter("n", None, "count", count, None, None, "s", True)]) for count in (1, 2, 3)]
    one_by_one = layers[0].overlaid(layers[1]).overlaid(layers[2])
    stacked_first = layers[0].overlaid(layers[1].overlaid(layers[2]))
    for known in (one_by_one, stacked_first):
        assert known.value_at("n", date(2026, 1, 1)).count() == 3
        assert [each.count() for each in known.history("n")] == [3, 2, 1]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(0, 3500))
def test_back_to_back_years_leave_no_gap(lengths_days: list[int], offset_days: int) -> None:
    first = date(2015, 4, 6).toordinal()
    edges = [first + sum(lengths_days[:count]) for count in range(len(lengths_days) + 1)]
    entries = [
        Parameter("n", None, "count", index, date.fromordinal(start), date.fromordinal(stop), "s", True)
        for index, (start, stop) in enumerate(pairwise(edges))
    ]
    known = Parameters.of(reversed(entries))
    day = first + offset_days % (edges[-1] - first)
    assert known.value_at("n", date.fromordinal(day)).count() == max(i for i, edge in enumerate(edges) if edge <= day)


def test_a_rule_that_asks_for_the_wrong_unit_is_our_fault() -> None:
    rate = Parameter("n", None, "percent", Decimal("3.8"), None, None, "s", True)
    assert rate.percent() == Decimal("3.8")
    for ask in (rate.money, rate.count, rate.text):
        with pytest.raises(WeMustAct):
            ask()


def test_the_shipped_files_load_and_agree_with_the_code() -> None:
    known, day = parameter_files.shipped(), date(2026, 11, 23)
    assert known.value_at("break-glass-hours", day).count() == 1
    assert known.value_at("search-results-limit", day).count() == 20
    for name in ("trace-hourly-limit", "idle-sign-in-minutes", "session-hours"):
        assert known.value_at(name, day).count() > 0
    assert known.value_at("nhs-number-test-prefix", day).text() == TEST_PREFIX


def test_every_shipped_file_is_called_as_its_topic() -> None:
    assert parameter_files.load_folder(parameter_files.FOLDER).names()
