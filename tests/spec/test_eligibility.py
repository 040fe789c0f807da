"""Do the worked cases of Care Act eligibility in `eligibility/*.yaml` come out as a practitioner would say?

A case names the outcomes out of reach and how; all others are achieved, unless it says that they were not looked at or
do not apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from joinedup.assessment import rules
from joinedup.assessment.eligibility_case import OUTCOMES
from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.rulebook import gathered
from joinedup.base.yaml_text import plain_data

FOLDER = Path(__file__).with_name("eligibility")
RULE = gathered([rules]).rule("care-act-eligibility")
CASE_KEYS = {"needs_arise_from_impairment", "significant_impact", "areas", "fluctuates"}
OTHER_KEYS = {"says", "day", "unable", "met_by_carer", "does_not_apply", "not_looked_at", "period_considered"}
EXPECTED_KEYS = {"expect", "not_achieved", "missing"}


def worked_cases() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*.yaml")):
        content: Any = plain_data(file.read_text(encoding="utf-8"))
        for number, case in enumerate(content["cases"], start=1):
            yield pytest.param(case, id=f"{file.stem}-{number}")


def put(case: dict[str, Any]) -> dict[str, Any]:
    """The case as the rule takes it."""
    outcomes: list[dict[str, Any]] = []
    for code in OUTCOMES:
        outcome: dict[str, Any] = {"code": code, "met_by_carer": code in case.get("met_by_carer", [])}
        if code in case.get("does_not_apply", []):
            outcome["applies"] = False
        elif code not in case.get("not_looked_at", []):
            outcome["unable"] = case["unable"].get(code, [])
        outcomes.append(outcome)
    asked = {key: case[key] for key in CASE_KEYS & set(case)}
    if period := case.get("period_considered"):
        asked["period_considered"] = {key: day.isoformat() for key, day in period.items()}
    return {"on": case["day"].isoformat(), "outcomes": outcomes, **asked}


@pytest.mark.parametrize("case", list(worked_cases()))
def test_worked_case(case: dict[str, Any]) -> None:
    assert set(case) <= CASE_KEYS | OTHER_KEYS | EXPECTED_KEYS
    answer = RULE.answer(put(case), parameter_files.shipped(), date(2026, 11, 2))
    assert answer["result"] == case["expect"], case["says"]
    assert answer["outcomes_not_achieved"] == case["not_achieved"]
    assert answer["missing"] == case.get("missing", [])
    assert not list(faults(RULE.output_schema, answer))
