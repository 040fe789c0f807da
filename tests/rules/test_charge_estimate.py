"""Does the range of a first call hold the charge that comes out at the end, and does it say what to ask next?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.errors import BadValue, OperatorMustAct
from joinedup.base.money import Money
from joinedup.funding.rules import Band, Estimate, estimate
from joinedup.funding.rules.charge import charge_of
from joinedup.funding.rules.evidence import Evidence, Holding, Line

LAW = parameter_files.shipped()
DAY = date(2025, 5, 5)
NO_SAVINGS = Band(Money(0), Money(1_425_000))


def estimated(income: Band, savings: Band = NO_SAVINGS, cost: int = 40_000, **changed: object) -> Estimate:
    asked = {"age_group": "pension_age", "household": "single", "as_at": DAY, "parameters": LAW, **changed}
    return estimate(income=income, savings=savings, weekly_cost=Money(cost), **asked)  # type: ignore[arg-type]


def test_the_range_and_what_would_narrow_it() -> None:
    found = estimated(Band(Money(25_000), Money(35_000)))
    assert found.lowest == Money(0)
    assert found.highest == Money(35_000 - 23_260)
    assert found.what_would_narrow_it[0].startswith("The exact weekly income")
    assert not any("savings" in each for each in found.what_would_narrow_it)
    assert any("home costs" in each for each in found.what_would_narrow_it)


def test_savings_that_may_be_above_the_limit_are_asked_first() -> None:
    found = estimated(Band(Money(25_000), Money(25_000)), Band(Money(1_000_000), None))
    assert found.highest == Money(40_000)
    assert found.what_would_narrow_it[0].startswith("The exact savings")


def test_above_the_limit_there_is_nothing_to_narrow() -> None:
    found = estimated(Band(Money(0), None), Band(Money(5_000_000), None))
    assert found == Estimate(Money(40_000), Money(40_000), ())


def test_an_open_income_reaches_the_whole_cost() -> None:
    assert estimated(Band(Money(0), None)).highest == Money(40_000)


@given(
    income=st.integers(20_000, 50_000),
    savings=st.integers(0, 3_000_000),
    costs=st.integers(0, 6_000),
    premiums=st.sets(st.sampled_from(["disability", "carer"])),
    household=st.sampled_from(["single", "couple_working_age"]),
)
@settings(max_examples=100, deadline=None)
def test_the_final_charge_lies_in_the_range(
    income: int, savings: int, costs: int, premiums: set[str], household: str
) -> None:
    found = estimated(
        Band(Money(20_000), Money(50_000)),
        Band(Money(0), None),
        age_group="25_to_pension_age",
        household=household,
    )
    case = Evidence(
        as_at=DAY,
        household=household,
        weekly_cost=Money(40_000),
        pension_age=False,
        premiums=tuple(premiums),
        income=(Line("universal_credit", Money(income)),),
        capital=(Holding("savings", Money(savings)),),
        disability_related_expenditure=(Line("other", Money(costs)),),
    )
    charge = charge_of(case, LAW).answer["weekly_charge"]
    assert isinstance(charge, Money)
    assert found.lowest <= charge <= found.highest


@given(
    setting=st.sampled_from(["care_home_permanent", "care_home_temporary", "care_home_short_term"]),
    household=st.sampled_from(["single", "couple_pension_age"]),
    pension=st.integers(0, 30_000),
    benefit=st.integers(0, 11_040),
    savings=st.integers(0, 3_000_000),
    home=st.sampled_from([None, 1_000_000, 30_000_000]),
    half=st.booleans(),
    nursing=st.booleans(),
    housing=st.integers(0, 6_000),
)
@settings(max_examples=60, deadline=None)
def test_the_final_charge_of_a_care_home_lies_in_the_range_of_its_setting(
    setting: str, household: str, pension: int, benefit: int, savings: int, home: int | None, half: bool,
    nursing: bool, housing: int,
) -> None:  # fmt: skip
    total = Money(20_000 + pension + benefit)
    found = estimated(Band(total, total), Band(Money(0), None), 110_000, household=household, setting=setting)
    case = Evidence(
        as_at=DAY, household=household, weekly_cost=Money(110_000), pension_age=True, setting=setting,
        nursing_care="standard" if nursing else None,
        income=(
            Line("state_pension", Money(20_000)),
            Line("occupational_pension", Money(pension), half_to_partner=half and household != "single"),
            Line("attendance_allowance_higher", Money(benefit)),
        ),
        capital=(
            Holding("savings", Money(savings)), *(() if home is None else (Holding("main_home", Money(home)),)),
        ),
        housing_costs=(Line("other", Money(housing)),) if setting != "care_home_permanent" else (),
    )  # fmt: skip
    charge = charge_of(case, LAW).answer["weekly_charge"]
    assert isinstance(charge, Money)
    assert found.lowest <= charge <= found.highest


def test_what_is_known_of_a_care_home_narrows_the_range_and_what_is_not_is_asked() -> None:
    rich, exact = Band(Money(5_000_000), None), Band(Money(40_000), Money(40_000))
    stay = {"setting": "care_home_permanent", "cost": 110_000}
    open_range = estimated(exact, **stay)
    assert open_range.what_would_narrow_it[0].startswith("Whether the person owns a home")
    assert any("gives nursing" in each for each in open_range.what_would_narrow_it)
    told = estimated(exact, own_home=False, nursing=True, **stay)
    assert (told.highest, told.what_would_narrow_it) == (Money(40_000 - 3_065), ())
    assert estimated(exact, rich, nursing=True, **stay) == Estimate(Money(84_594), Money(84_594), (), Money(25_406))
    for_a_time = estimated(exact, setting="care_home_temporary", cost=110_000, nursing=False)
    assert any("Attendance Allowance" in each for each in for_a_time.what_would_narrow_it)
    assert not any("owns a home" in each for each in for_a_time.what_would_narrow_it)


@pytest.mark.parametrize(
    "changed",
    [
        {"setting": "ship"},
        {"nursing": True},
        {"age_group": "old"},
        {"household": "commune"},
        {"household": "couple_working_age"},
    ],
)
def test_words_that_are_not_known_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(BadValue):
        estimated(Band(Money(0), None), **changed)


def test_a_band_runs_upwards() -> None:
    with pytest.raises(BadValue):
        Band(Money(2), Money(1))


def test_a_day_without_law_is_refused() -> None:
    with pytest.raises(OperatorMustAct):
        estimated(Band(Money(0), None), as_at=date(2010, 1, 1))
