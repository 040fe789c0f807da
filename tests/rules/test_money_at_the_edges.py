"""Do the smaller rules of who pays stay right where a sum reaches its limit?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from joinedup.base.errors import SenderMustAct
from joinedup.base.parameter_files import shipped
from joinedup.funding.rules import RULES

LAW, TODAY = shipped(), date(2026, 11, 26)
BY_NAME = {rule.name: rule for rule in RULES}


def answered(name: str, **case: Any) -> dict[str, Any]:
    return BY_NAME[name].answer(case, LAW, TODAY)


@pytest.mark.parametrize(
    ("cost", "weekly", "changed"),
    [("1100.00", "180.31", "14.75"), ("170.00", "170.00", "4.44"), ("165.56", "165.56", "0.00"),
     ("100.00", "100.00", "0.00")],
)  # fmt: skip
def test_what_was_changed_backwards_is_what_is_owed(cost: str, weekly: str, changed: str) -> None:
    """2019-20 was 165.56 and became 180.31; where the home costs less, the NHS never paid and never owes the rest."""
    answer = answered("fnc", needs_registered_nurse=True, nursing_home=True, on="2019-06-01", weekly_cost=cost)
    assert (answer["weekly"], answer["changed_since_first_known"]) == (weekly, changed)
    assert any("changed backwards" in each for each in answer["warnings"]) == (changed != "0.00")


def test_nothing_is_deferred_beyond_the_limit() -> None:
    """20,000 x 90 % - 14,250 = 3,750: four weeks of 753.75 are 3,015, and 3,015 bears interest for the rest of a year.

    By hand at 4.25 % of 365 days, seven days a week, a fraction of a penny dropped each week: 126.38 in 52 weeks.
    """
    answer = answered(
        "deferred-payment", on="2025-01-01", property_value="20000.00", weekly_fee="900.00", weekly_income="290.25",
        interest_percent="4.25",
    )  # fmt: skip
    assert (answer["weeks_without_interest"], answer["weeks_with_interest"]) == (4, 4)
    balance, interest = 0, 0
    for week in range(1, 53):
        balance += 75_375 if week <= 4 else 0
        added = balance * 425 * 7 // (100 * 100 * 365)
        balance, interest = balance + added, interest + added
    assert answer["interest_of_first_year"] == f"{interest // 100}.{interest % 100:02}" == "126.38"
    assert answer["review_week"] is None  # 70 % of 20,000 is never reached


def test_no_security_bears_no_interest() -> None:
    answer = answered(
        "deferred-payment", on="2025-01-01", property_value="0.00", weekly_fee="900.00", weekly_income="290.25"
    )
    assert (answer["weeks_with_interest"], answer["interest_of_first_year"]) == (0, "0.00")
    assert answer["must_offer"] is False


def test_a_childs_benefits_are_not_guessed() -> None:
    with pytest.raises(SenderMustAct, match="date_of_birth must be of somebody of 18 or more"):
        answered("benefits-check", household="single", date_of_birth="2020-01-01", on="2025-06-01")


def test_nobody_lives_alone_with_a_partner() -> None:
    """The severe disability addition is for somebody who lives alone: of a couple it would be 82.90 too much."""
    with pytest.raises(SenderMustAct, match="lives_alone"):
        answered(
            "benefits-check", household="couple", date_of_birth="1950-01-01", on="2025-06-01", lives_alone=True,
            claims=["attendance_allowance"], weekly_income="200.00", capital="0.00",
        )  # fmt: skip


def test_nothing_is_approved_before_it_was_applied_for() -> None:
    with pytest.raises(SenderMustAct, match="approved_on must not be earlier than applied_on"):
        answered(
            "dfg", cost_of_works="9000.00", tenure="owner", for_child=True, applied_on="2025-08-31",
            approved_on="2025-02-28", on="2025-09-01",
        )  # fmt: skip
