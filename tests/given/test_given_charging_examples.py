"""Do the examples that councils publish come out to the penny, and is each that does not shown to be in error?

The inputs and results are the councils'. What an example does not say (a date of birth, a date) is set here so that it
fits what it does say. Care home examples lend only their tariff income: that charge is not built yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from joinedup.base import parameter_files
from joinedup.funding.rules import RULES

TODAY = date(2026, 11, 2)
FOLDER = "charging-worked-examples"
INCOME_KINDS = {
    "ESA": "employment_and_support_allowance",
    "Universal Credit": "universal_credit",
    "PIP daily living enhanced": "pip_daily_living_enhanced",
    "PIP mobility standard": "pip_mobility_standard",
    "PIP mobility enhanced": "pip_mobility_enhanced",
    "state pension": "state_pension",
    "private pension": "occupational_pension",
    "attendance allowance": "attendance_allowance_lower",
    "attendance allowance higher": "attendance_allowance_higher",
}
BOTH = ["disability", "enhanced_disability"]
SETTINGS: Mapping[str, Mapping[str, object]] = {
    "devon-peter-2023-24": {
        "as_at": "2023-10-02",
        "date_of_birth": "1986-01-01",
        "household": "single",
        "premiums": BOTH,
    },
    "knowsley-client-a": {
        "as_at": "2024-10-07",
        "date_of_birth": "2002-01-01",
        "household": "single",
        "premiums": BOTH,
        "disregards": [{"kind": "night_care", "weekly": "35.90"}],
    },
    "kingston-joan": {"as_at": "2023-10-02", "date_of_birth": "1938-01-01", "household": "single"},
    "appendix1-couple-2016-17": {
        "as_at": "2016-10-03",
        "date_of_birth": "1931-01-01",
        "household": "couple_pension_age",
        "capital": [{"kind": "savings", "amount": "9500.00", "share": "1/2"}],
        "disability_related_expenditure": [{"kind": "other", "weekly": "25.00"}],
        "local_policy": {"minimum_income_guarantee_weekly": "148.47"},
        "weekly_cost": "200.00",
    },
}


def examples(given: Path, part: str) -> list[dict[str, Any]]:
    file = given / FOLDER / "worked_examples.json"
    found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return list(found[part])


def pounds(amount: Decimal | int) -> str:
    return f"{amount:.2f}"


def answered(case: dict[str, object]) -> dict[str, Any]:
    return RULES[0].answer(case, parameter_files.shipped(), TODAY)


def case_of(example: Mapping[str, Any]) -> dict[str, object]:
    def others(name: str) -> list[dict[str, str]]:
        return [{"kind": "other", "weekly": pounds(amount)} for amount in example.get(name, {}).values()]

    return {
        "setting": "home",
        "income": [{"kind": INCOME_KINDS[name], "weekly": pounds(each)} for name, each in example["income"].items()],
        "capital": [],
        "housing_costs": others("housing_costs"),
        "disability_related_expenditure": others("disability_related_expenditure"),
        "weekly_cost": pounds(example.get("weekly_cost_of_care", 0)),
        **SETTINGS[example["id"]],
    }


@pytest.mark.parametrize("name", SETTINGS)
def test_a_published_example_of_care_at_home(given: Path, name: str) -> None:
    example = next(each for each in examples(given, "worked_examples") if each["id"] == name)
    answer = answered(case_of(example))
    assert answer["weekly_charge"] == pounds(example["expected_weekly_contribution"])
    assert answer["tariff_income"] == pounds(example["tariff_income"])
    steps = {step["rule"]: step["result"] for step in answer["steps"]}
    floor = steps.get("local-minimum-income", steps["national-minimum-income"])
    assert floor == pounds(example["minimum_income_guarantee"])


def test_every_example_is_worked_or_explained(given: Path) -> None:
    at_home = {each["id"] for each in examples(given, "worked_examples") if each["setting"] == "community"}
    assert at_home == {*SETTINGS, "liverpool-dorothy"}


def test_the_example_that_does_not_add_up_is_an_error_of_its_page(given: Path) -> None:
    example = next(each for each in examples(given, "worked_examples") if each["id"] == "liverpool-dorothy")
    left = example["income_total"] - sum(example["deductions"].values())
    assert left == Decimal("54.03")
    assert left - example["expected_assessable_income_as_published"] == Decimal("1.00")


def test_published_tariff_income(given: Path) -> None:
    pairs = [
        (each["capital"], each["expected_weekly_tariff_income"]) for each in examples(given, "tariff_income_examples")
    ]
    pairs += [(15250, 4), (18436, 17)]  # Lambeth and Leeds, from their care home examples
    assert len(pairs) == 8
    for capital, expected in pairs:
        case: dict[str, object] = {
            "as_at": "2024-10-07",
            "setting": "home",
            "pension_age": True,
            "household": "single",
            "income": [],
            "capital": [{"kind": "savings", "amount": pounds(capital)}],
            "weekly_cost": "100.00",
        }
        assert answered(case)["tariff_income"] == pounds(expected)
