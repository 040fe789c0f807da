"""Where the law of charging jumps or is not steady yet: examples beside what must always hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from joinedup.base import parameter_files
from joinedup.base.errors import JoinedUpError, OperatorMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.funding.rules import charge_cases
from joinedup.funding.rules.treatments import SETTINGS

LAW = parameter_files.shipped()
Case = dict[str, Any]


def answered(*asked: Case) -> list[dict[str, int]]:
    """The amounts of cases in pence."""
    found = charge_cases(asked, LAW)
    assert [each for each in found if isinstance(each, JoinedUpError)] == []
    return [dict(each) for each in found if not isinstance(each, JoinedUpError)]


def plain(**more: object) -> Case:
    return {"as_at": "2024-06-03", "setting": "care_home_permanent", "pension_age": True, "household": "single",
            "weekly_cost": "900.00", "capital": [], **more}  # fmt: skip


def test_where_the_law_is_not_steady_a_savings_credit_lowers_the_charge() -> None:
    """A penny of pension above the threshold and 4.00 of savings credit are left out that were not before."""
    threshold = LAW.value_at("savings-credit-threshold", date(2024, 6, 3), "single").money()

    def of(pension: Money) -> Case:
        return plain(income=[{"kind": "state_pension", "weekly": pension.to_text()},
                             {"kind": "savings_credit", "weekly": "4.00"}])  # fmt: skip

    at, above = answered(of(threshold), of(Money(threshold.pence + 1)))
    assert above["weekly_charge"] == at["weekly_charge"] + 1 - 400


def test_where_the_law_jumps_a_penny_of_savings_brings_the_home_in() -> None:
    """In the twelve weeks 23,250.00 of other savings leave the home out, and 23,250.01 charge the whole cost."""

    def of(savings: str) -> Case:
        return plain(became_permanent_on="2024-06-03", income=[{"kind": "state_pension", "weekly": "221.20"}], capital=[
            {"kind": "main_home", "amount": "200000.00"}, {"kind": "savings", "amount": savings}])  # fmt: skip

    at, above = answered(of("23250.00"), of("23250.01"))
    assert (at["weekly_charge"], above["weekly_charge"]) == (22_120 + 3_600 - 3_015, 90_000)


def test_a_missing_figure_of_one_holds_up_no_other() -> None:
    """The savings credit's threshold begins on 6 April 2015, five days after the Care Act: only who has one waits."""
    first = plain(as_at="2015-04-02", income=[])
    credit = first | {"income": [{"kind": "savings_credit", "weekly": "4.00"}]}
    found = charge_cases([first, credit, {"setting": "hospital"}, first], LAW)
    assert isinstance(found[1], OperatorMustAct)
    assert isinstance(found[2], SenderMustAct)
    assert found[0] == found[3]
    assert not isinstance(found[0], JoinedUpError)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_child_is_refused_in_every_setting(setting: str) -> None:
    case = plain(setting=setting, date_of_birth="2010-01-01", income=[]) | {"pension_age": False}
    (found,) = charge_cases([case], LAW)
    assert isinstance(found, SenderMustAct)
    assert "date_of_birth" in found.why
