"""Is a day that lies ahead refused where it would charge too early, and does none end in a crash?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from joinedup.base.errors import SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.base.period import Period
from joinedup.funding.rules import RULES
from joinedup.funding.rules.charge_days import Version, charge_days
from joinedup.funding.rules.evidence import Evidence, Holding, Line

LAW, TODAY = shipped(), date(2026, 11, 26)
BY_NAME = {rule.name: rule for rule in RULES}
RESIDENT: dict[str, Any] = {
    "as_at": "2025-05-01", "setting": "care_home_permanent", "pension_age": True, "household": "single",
    "weekly_cost": "900.00", "income": [{"kind": "state_pension", "weekly": "230.25"}], "capital": [],
}  # fmt: skip


def answered(name: str, case: dict[str, Any]) -> dict[str, Any]:
    return BY_NAME[name].answer(case, LAW, TODAY)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"became_permanent_on": "2025-05-02"}, "became_permanent_on"),
        ({"property_disregard_ended_on": "2025-05-02"}, "property_disregard_ended_on"),
        ({"capital": [{"kind": "main_home", "amount": "200000.00", "intends_to_occupy_since": "2025-05-02"}]},
         "capital[1].intends_to_occupy_since"),
        ({"capital": [{"kind": "cash", "amount": "5.00"},
                      {"kind": "personal_injury_payment", "amount": "90000.00", "received_on": "2025-05-02"}]},
         "capital[2].received_on"),
        ({"capital": [{"kind": "home_sale_proceeds_for_new_home", "amount": "90000.00",
                       "bought_to_replace_since": "2025-05-02"}]}, "capital[1].bought_to_replace_since"),
    ],
)  # fmt: skip
def test_a_time_that_has_not_begun_charges_nobody(more: dict[str, Any], field: str) -> None:
    """What is not yet for good, sold or received may not be charged for as if it were; on its day it may."""
    with pytest.raises(SenderMustAct) as caught:
        answered("charge", RESIDENT | more)
    assert f"{field} must not be later than as_at" in caught.value.why
    assert answered("charge", RESIDENT | more | {"as_at": "2025-05-02"})["weekly_charge"] == "199.60"


def test_of_a_period_only_the_days_before_are_refused() -> None:
    since = date(2025, 5, 8)
    resident = Evidence(
        as_at=since, household="single", weekly_cost=Money(90_000), pension_age=True, setting="care_home_permanent",
        income=(Line("state_pension", Money(23_025)),), capital=(Holding("main_home", Money(20_000_000)),),
        permanent_on=since,
    )  # fmt: skip
    always = [Version(Period(date(2025, 1, 1)), resident)]
    assert charge_days(always, Period(since, since + timedelta(days=7)), LAW).weeks[0].charge == Money(19_960)
    with pytest.raises(SenderMustAct, match="became_permanent_on must not be later"):
        charge_days(always, Period(since - timedelta(days=1), since + timedelta(days=7)), LAW)
    assert charge_days([Version(Period(date(2025, 1, 1), since), replace(resident, permanent_on=None,
                                setting="care_home_temporary")), Version(Period(since), resident)],
                       Period(since - timedelta(days=7), since), LAW).weeks[0].charge == Money(19_960)  # fmt: skip


HOME = {name: value for name, value in RESIDENT.items() if name != "as_at"} | {"setting": "home"}
CHECKLIST = {
    "scores": dict.fromkeys(
        ("breathing", "nutrition", "continence", "skin", "mobility", "communication", "psychological_and_emotional",
         "cognition", "behaviour", "drug_therapies", "altered_consciousness"), "A"),
}  # fmt: skip
WORKS = {"cost_of_works": "900.00", "tenure": "owner", "for_child": True}


@pytest.mark.parametrize(
    ("name", "case", "named"),
    [
        ("charge-period", {"from": "2024-02-29", "to": "2024-02-29", "cases": [{"from": "2024-01-01", "case": HOME}]},
         "to must be later than from"),
        ("charge-period", {"from": "9999-12-25", "to": "2025-01-01", "cases": [{"from": "2024-01-01", "case": HOME}]},
         "to must be later than from"),
        ("chc-checklist", CHECKLIST | {"on": "9999-12-31", "received_on": "9999-12-30"}, "received_on"),
        ("dfg", WORKS | {"applied_on": "9999-12-31"}, "applied_on"),
        ("dfg", WORKS | {"approved_on": "9999-06-01"}, "approved_on"),
    ],
)  # fmt: skip
def test_no_day_of_the_calendar_ends_in_a_crash(name: str, case: dict[str, Any], named: str) -> None:
    with pytest.raises(SenderMustAct, match=named):
        answered(name, case)


def test_a_period_before_the_rules_begin_names_its_first_day() -> None:
    case = {"from": "2015-03-30", "to": "2015-04-06", "cases": [{"from": "2014-01-01", "case": HOME}]}
    with pytest.raises(SenderMustAct, match="from must be 2015-04-01 or later"):
        answered("charge-period", case)
