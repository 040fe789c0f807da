"""Do the other tests of who pays come out to the penny, as a practitioner works them by hand?

The tables in `funding/` are for people: each row has its working. A14, B1 and B3 are the vectors of the domain facts;
the rest were worked by hand with the figures of parameters/.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.rulebook import gathered
from joinedup.funding import rules
from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST

FOLDER = Path(__file__).with_name("funding")
BOOK = gathered([rules])
TODAY = date(2026, 11, 2)


def rows(table: str) -> list[Any]:
    return list(_rows(table))


def _rows(table: str) -> Iterator[Any]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield pytest.param(row, id=f"{row['case']} (line {number})")


def put(name: str, case: dict[str, Any]) -> dict[str, Any]:
    rule = BOOK.rule(name)
    answer = rule.answer({key: each for key, each in case.items() if each not in ("", None)}, KNOWN, TODAY)
    assert not list(faults(rule.output_schema, answer))
    return answer


KNOWN = parameter_files.shipped()


@pytest.mark.parametrize("row", rows("fnc"))
def test_funded_nursing_care(row: dict[str, str]) -> None:
    case = {name: row[name] for name in ("on", "known_on", "rate", "weekly_cost")}
    answer = put("fnc", {**case, "needs_registered_nurse": True, "nursing_home": True})
    found = (answer["weekly"], answer["left_for_means_test"], answer["changed_since_first_known"])
    assert found == (row["weekly"], row["left"], row["changed"])


@pytest.mark.parametrize("row", rows("dfg"))
def test_disabled_facilities_grant(row: dict[str, str]) -> None:
    answer = put(
        "dfg",
        {
            "on": "2026-05-04",
            "tenure": row["tenure"],
            "cost_of_works": row["cost"],
            "weekly_income": row["income"],
            "capital": row["capital"],
            "is_60_or_over": row["is_60"] == "yes",
            "applicable_amount_weekly": row["applicable"],
            "benefits": row["benefits"].split(),
            "for_child": row["child"] == "yes",
        },
    )
    found = [answer[name] for name in ("weekly_excess", "contribution", "grant", "person_pays")]
    assert found == [row[name] for name in ("excess", "contribution", "grant", "pays")]


@pytest.mark.parametrize("row", rows("deferred_payment"))
def test_deferred_payment(row: dict[str, str]) -> None:
    answer = put(
        "deferred-payment",
        {
            "on": row["on"],
            "property_value": row["value"],
            "debts_secured": row["debts"],
            "weekly_fee": row["fee"],
            "weekly_income": row["income"],
            "keeps_weekly": row["keeps"],
            "interest_percent": row["percent"],
        },
    )
    found = [answer[name] for name in ("equity_limit", "weekly_deferred", "review_at")]
    assert found == [row[name] for name in ("limit", "weekly", "review_at")]
    weeks = [answer[name] for name in ("weeks_without_interest", "weeks_with_interest")]
    assert weeks == [int(row[name]) if row[name] else None for name in ("weeks", "weeks_with_interest")]


@pytest.mark.parametrize("row", rows("self_funding"))
def test_self_funding(row: dict[str, str]) -> None:
    answer = put(
        "self-funding",
        {
            "on": row["on"],
            "setting": row["setting"],
            "savings": row["savings"],
            "weekly_cost": row["cost"],
            "weekly_income": row["income"],
            "other_spending_weekly": row["other"],
        },
    )
    assert answer["crosses_in_week"] == (int(row["week"]) if row["week"] else None)
    assert answer["crosses_on"] == (row["crosses_on"] or None)
    crossed = [week for week in answer["series"] if not week["above_limit"]]
    assert [week["tariff_income"] for week in crossed[:1]] == ([row["tariff"]] if row["tariff"] else [])


@pytest.mark.parametrize("row", rows("checklist"))
def test_checklist(row: dict[str, str]) -> None:
    scores = dict.fromkeys(DOMAINS, "C")
    scores.update(dict.fromkeys(row["b"].split(), "B"), **dict.fromkeys(row["a"].split(), "A"))
    answer = put("chc-checklist", {"scores": scores, "on": "2026-05-04"})
    assert answer["outcome"] == row["outcome"]
    assert answer["decided_by"] == "people"


@pytest.mark.parametrize("row", rows("dst"))
def test_decision_support_tool(row: dict[str, str]) -> None:
    levels = dict.fromkeys(HIGHEST, "none")
    levels.update(pair.split() for pair in row["levels"].split(" + ") if pair)
    answer = put("dst", {"levels": levels, "on": "2026-05-04"})
    assert answer["advice_code"] == row["advice"]
    assert answer["decided_by"] == "people"
