"""Does every worked case come out to the penny?

The tables beside this file are for a finance officer: `at_home.csv` and `tariff.csv`, each row with its working. Cases
called A14 are the vectors of the domain facts; the rest were worked by hand with the figures of parameters/.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.funding.rules import RULES

HERE = Path(__file__).parent
CHARGE = RULES[0]
TODAY = date(2026, 11, 2)


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answered(case: dict[str, object]) -> dict[str, object]:
    answer = CHARGE.answer(case, parameter_files.shipped(), TODAY)
    assert not list(faults(CHARGE.output_schema, answer))
    return answer


def lines(cell: str, amount: str = "weekly") -> list[dict[str, str]]:
    """'savings 40000.00 x 1/2 + main_home 1.00' as the case's lines."""
    found = []
    for part in filter(None, cell.split(" + ")):
        kind, value, *share = part.split(" ")
        found.append({"kind": kind, amount: value} | ({"share": share[1]} if share else {}))
    return found


def case_of(row: dict[str, str]) -> dict[str, object]:
    case: dict[str, object] = {
        "as_at": row["as_at"],
        "setting": "home",
        "household": row["household"],
        "premiums": [each for each in row["premiums"].split(" + ") if each],
        "dependent_children": int(row["children"]),
        "income": lines(row["income"]),
        "capital": lines(row["capital"], "amount"),
        "housing_costs": lines(row["housing"]),
        "disability_related_expenditure": lines(row["disability"]),
        "disregards": lines(row["disregards"]),
        "weekly_cost": row["cost"],
    }
    if row["date_of_birth"]:
        case["date_of_birth"] = row["date_of_birth"]
    if row["pension_age"]:
        case["pension_age"] = row["pension_age"] == "true"
    if row["local_minimum"]:
        case["local_policy"] = {"minimum_income_guarantee_weekly": row["local_minimum"]}
    return case


@pytest.mark.parametrize("row", rows("at_home.csv"), ids=lambda row: row["case"])
def test_worked_case(row: dict[str, str]) -> None:
    answer = answered(case_of(row))
    assert answer["tariff_income"] == row["tariff"]
    assert answer["assessed_maximum"] == row["assessed"]
    assert answer["weekly_charge"] == row["charge"]
    assert answer["council_pays"] == row["council"]
    left = [step["result"] for step in answer["steps"] if step["rule"] == "allowances"]
    assert left == ([row["must_be_left"]] if row["must_be_left"] else [])


@pytest.mark.parametrize("row", rows("tariff.csv"), ids=lambda row: row["capital"])
@pytest.mark.parametrize("as_at", ["2015-04-01", "2019-01-01", "2024-05-06", "2025-05-05", "2026-05-04"])
def test_tariff_income(row: dict[str, str], as_at: str) -> None:
    case: dict[str, object] = {
        "as_at": as_at,
        "setting": "home",
        "pension_age": True,
        "household": "single",
        "income": [],
        "capital": [{"kind": "savings", "amount": row["capital"]}],
        "weekly_cost": "100.00",
    }
    assert answered(case)["tariff_income"] == row["tariff"]
