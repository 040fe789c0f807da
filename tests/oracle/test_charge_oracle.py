"""The project's charges against a second implementation, and that one against the facts sheet's vectors."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from joinedup.base.errors import JoinedUpError
from joinedup.base.parameter_files import shipped
from joinedup.funding.rules import RULES
from tests.oracle import other_oracles as other
from tests.oracle.charge_oracle import Refused, charge
from tests.oracle.random_people import SETTINGS, people

COMPARED_SETTINGS = SETTINGS
COMPARED_FIELDS = (
    "weekly_charge", "council_pays", "nhs_pays", "assessed_maximum", "tariff_income", "top_up", "arrangement_fee",
    "personal_expenses_allowance", "notional_capital_reduction",
)  # fmt: skip
EXTENDED = True
HOW_MANY = 10_000
TODAY = date(2026, 11, 26)


def _case(day: str, setting: str, cost: str, incomes: str = "", **more: Any) -> dict[str, Any]:
    lines = [pair.split("=") for pair in incomes.split()]
    income = [{"kind": kind, "weekly": weekly} for kind, weekly in lines]
    case = {"as_at": day, "setting": setting, "household": "single", "weekly_cost": cost}
    return case | {"pension_age": True, "income": income} | more


def _savings(amount: str, share: str = "1") -> list[dict[str, str]]:
    return [{"kind": "savings", "amount": amount, "share": share}]


@pytest.mark.parametrize(
    ("amount", "share", "tariff"),
    [
        ("15750", "1", "6.00"),
        ("18450", "1", "17.00"),
        ("23250", "1", "36.00"),
        ("18100", "1", "16.00"),
        ("14250", "1", "0.00"),
        ("14250.01", "1", "1.00"),
        ("14500", "1", "1.00"),
        ("14500.01", "1", "2.00"),
        ("40000", "1/2", "23.00"),
    ],
)
def test_tariff_income_of_vectors_1_to_5_and_14(amount: str, share: str, tariff: str) -> None:
    case = _case("2025-06-02", "home", "900", capital=_savings(amount, share))
    assert charge(case)["tariff_income"] == tariff


PENSIONS = "state_pension=230.25 occupational_pension=60"
EXTRA = "disability_related_expenditure"
TEN: dict[str, Any] = {
    "pension_age": False,
    "premiums": ["disability", "enhanced_disability"],
    EXTRA: [{"kind": "other", "weekly": "15"}],
}
HOUSE = [{"kind": "main_home", "amount": "300000"}, *_savings("12000")]
REABLEMENT = {"kind": "reablement", "started_on": "2025-06-02"}
VECTORS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    (
        "5 above the limit",
        _case("2025-06-02", "care_home_permanent", "900", capital=_savings("23250.01")),
        {"weekly_charge": "900.00"},
    ),
    (
        "6",
        _case("2024-06-03", "care_home_permanent", "900", "other=170", capital=_savings("15250")),
        {"weekly_charge": "143.85"},
    ),
    (
        "7",
        _case("2025-06-02", "care_home_permanent", "900", PENSIONS, capital=_savings("10000")),
        {"weekly_charge": "259.60", "council_pays": "640.40"},
    ),
    (
        "8",
        _case("2025-06-02", "care_home_permanent", "900")
        | {
            "income": [
                {"kind": "state_pension", "weekly": "230.25"},
                {"kind": "occupational_pension", "weekly": "200", "half_to_partner": True},
            ]
        },
        {"weekly_charge": "299.60"},
    ),
    (
        "9",
        _case(
            "2025-06-02",
            "home",
            "900",
            "state_pension=230.25 attendance_allowance_lower=73.90",
            capital=_savings("16100"),
            disability_related_expenditure=[{"kind": "other", "weekly": "12"}],
        ),
        {"weekly_charge": "67.55"},
    ),
    ("10", _case("2025-06-02", "home", "900", "other=250.80", **TEN), {"weekly_charge": "49.40"}),
    ("11", _case("2025-06-02", "home", "40", "other=250.80", **TEN), {"weekly_charge": "40.00"}),
    (
        "12",
        _case(
            "2026-06-01",
            "home",
            "900",
            "state_pension=241.30 attendance_allowance_higher=114.60",
            disability_related_expenditure=[{"kind": "other", "weekly": "20"}],
        ),
        {"weekly_charge": "94.45"},
    ),
    (
        "15 in week 12",
        _case(
            "2025-08-24",
            "care_home_permanent",
            "900",
            capital=HOUSE,
            became_permanent_on="2025-06-02",
        ),
        {"weekly_charge": "0.00", "tariff_income": "0.00"},
    ),
    (
        "15 in week 13",
        _case(
            "2025-08-25",
            "care_home_permanent",
            "900",
            capital=HOUSE,
            became_permanent_on="2025-06-02",
        ),
        {"weekly_charge": "900.00"},
    ),
    (
        "18",
        _case("2025-06-02", "care_home_permanent", "700", PENSIONS, chosen_home_weekly_cost="820"),
        {"top_up": "120.00", "weekly_charge": "259.60", "council_pays": "440.40"},
    ),
    (
        "19",
        _case(
            "2025-06-02",
            "care_home_permanent",
            "1100",
            capital=_savings("30000"),
            funded_nursing_care="standard",
        ),
        {"nhs_pays": "254.06", "weekly_charge": "845.94"},
    ),
    (
        "20",
        _case(
            "2025-06-02",
            "care_home_temporary",
            "900",
            "state_pension=230.25 attendance_allowance_lower=73.90",
            housing_costs=[{"kind": "other", "weekly": "25"}],
        ),
        {"weekly_charge": "174.60"},
    ),
    (
        "21",
        _case("2025-06-02", "home", "900", "other=80", pension_age=False),
        {"weekly_charge": "0.00"},
    ),
    (
        "22",
        _case("2024-06-03", "care_home_permanent", "900", "state_pension=200 savings_credit=4"),
        {"weekly_charge": "169.85"},
    ),
]


@pytest.mark.parametrize(("case", "expected"), [pytest.param(*v[1:], id=v[0]) for v in VECTORS])
def test_the_oracle_gives_the_vectors(case: dict[str, Any], expected: dict[str, str]) -> None:
    answer = charge(case)
    assert {field: answer[field] for field in expected} == expected


def test_vector_13_eight_weeks_of_reablement() -> None:
    days = ["2025-06-02", "2025-06-09", "2025-06-16", "2025-06-23"]
    days += ["2025-06-30", "2025-07-07", "2025-07-14", "2025-07-21"]
    weeks = [charge(_case(d, "home", "150", "other=292.60", free_service=REABLEMENT)) for d in days]
    assert sum(Decimal(week["weekly_charge"]) for week in weeks) == 120


def test_every_random_answer_of_the_oracle_adds_up() -> None:
    answered = 0
    for case in people(7, 4000, SETTINGS, extended=True):
        try:
            answer = charge(case)
        except Refused:
            continue
        answered += 1
        parts = ("weekly_charge", "council_pays", "nhs_pays")
        amounts = {field: Decimal(value) for field, value in answer.items()}
        assert sum(amounts[part] for part in parts) == Decimal(case["weekly_cost"]), case
        assert min(amounts.values()) >= 0, case
    assert answered > 2000


def _project(case: dict[str, Any]) -> dict[str, Any] | str:
    try:
        answer = RULES[0].answer(case, shipped(), TODAY)
    except JoinedUpError as refusal:
        return f"refused: {refusal}"
    return {field: answer[field] for field in COMPARED_FIELDS}


def _oracle(case: dict[str, Any], reading: str) -> dict[str, Any] | str:
    try:
        answer = charge(case, reading)
    except Refused as refusal:
        return f"refused: {refusal}"
    return {field: answer[field] for field in COMPARED_FIELDS}


def _readings(case: dict[str, Any]) -> tuple[str, ...]:
    """More than one where the sheet leaves open how much of a savings credit is disregarded."""
    open_question = any(line["kind"] == "savings_credit" for line in case["income"])
    return ("lesser", "none", "flat") if open_question else ("lesser",)


def _refused_for_threshold(case: dict[str, Any], answer: dict[str, Any] | str) -> bool:
    """The sheet has no savings credit threshold for the first days of April 2015, nor has the project."""
    return case["as_at"] < "2015-04-06" and isinstance(answer, str) and "savings-credit-threshold" in answer


def test_the_project_and_the_oracle_agree_to_the_penny() -> None:
    differing = []
    answered = settled = 0
    for case in people(2026, HOW_MANY, COMPARED_SETTINGS, EXTENDED):
        theirs = _project(case)
        possible = [_oracle(case, reading) for reading in _readings(case)]
        ours = possible[0]
        answered += isinstance(ours, dict)
        settled += isinstance(ours, dict) and len(possible) == 1
        both_refuse = isinstance(ours, str) and isinstance(theirs, str)
        if theirs not in possible and not both_refuse and not _refused_for_threshold(case, theirs):
            differing.append((case, ours, theirs))
    if differing:
        case, ours, theirs = min(differing, key=lambda found: len(json.dumps(found[0])))
        pytest.fail(
            f"{len(differing)} of {HOW_MANY} differ; the smallest:\n{json.dumps(case, indent=1)}\n"
            f"oracle  {ours}\nproject {theirs}"
        )
    assert answered > HOW_MANY / 2
    assert settled > HOW_MANY / 2


def test_deferred_payment_vectors_16_and_17() -> None:
    limit = other.equity_limit(Decimal(165_000))
    assert limit == 134_250
    assert other.equity_limit(Decimal(165_000), Decimal(20_000)) == 114_250
    paid, deferred = other.deferred_weekly(Decimal(900), Decimal("290.25"))
    assert (paid, deferred) == (Decimal("146.25"), Decimal("753.75"))
    assert other.weeks_until_limit(limit, deferred) == 178


@pytest.mark.parametrize(
    ("excess", "owner", "tenant"),
    [("30", "565.50", "331.20"), ("60", "1358.02", "795.55"), ("120", "6344.65", "3717.58")],
)
def test_adaptation_grant_vectors(excess: str, owner: str, tenant: str) -> None:
    loan = other.adaptation_contribution(Decimal(excess), "owner")
    assert loan == Decimal(owner)
    assert other.adaptation_contribution(Decimal(excess), "tenant") == Decimal(tenant)
    assert other.adaptation_grant(Decimal(40_000), loan) == 30_000 - Decimal(owner)


@pytest.mark.parametrize(
    ("levels", "positive"),
    [
        ("AACCCCC", True),
        ("BBBBBCC", True),
        ("ABBBBCC", True),
        ("ABBBCCC", False),
        ("BBBBCCC", False),
    ],
)
def test_checklist_vectors(levels: str, positive: bool) -> None:
    plain = ["nutrition", "continence", "skin", "mobility", "communication", "psychological", "cognition"]
    assert other.checklist_positive(dict(zip(plain, levels, strict=True))) is positive


def test_one_high_level_in_a_starred_domain_is_positive() -> None:
    assert other.checklist_positive({"behaviour": "A"})


def test_support_tool_vectors() -> None:
    assert other.support_tool_indicator({"cognition": "severe", "mobility": "severe"}) == "clear"
    assert other.support_tool_indicator({"breathing": "priority"}) == "clear"
    four = dict.fromkeys(("nutrition", "continence", "mobility", "communication"), "high")
    assert other.support_tool_indicator(four | {"cognition": "severe"}) == "judgement"
    assert other.support_tool_indicator({"cognition": "low", "mobility": "none"}) == "unlikely"
