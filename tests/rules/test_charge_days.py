"""Is each day charged by the rules and the evidence of that day, and is a change an adjustment of that week only?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import SenderMustAct
from joinedup.base.money import Money
from joinedup.base.period import Period
from joinedup.funding.rules.charge import charge_of
from joinedup.funding.rules.charge_days import Adjustment, Version, adjustments, charge_days
from joinedup.funding.rules.charge_period import RULE
from joinedup.funding.rules.evidence import Evidence, Holding, Line

LAW = parameter_files.shipped()
FROM = date(2025, 3, 31)
YEAR_TURNS = date(2025, 4, 6)


def resident(income: int = 22_120, **more: object) -> Evidence:
    held = {"capital": (), "income": (Line("state_pension", Money(income)),)} | more
    return Evidence(as_at=FROM, household="single", weekly_cost=Money(90_000), pension_age=True,
                    setting="care_home_permanent", **held)  # type: ignore[arg-type]  # fmt: skip


def for_ever(evidence: Evidence, since: date = date(2020, 1, 1)) -> list[Version]:
    return [Version(Period(since), evidence)]


def weeks(count: int, since: date = FROM) -> Period:
    return Period(since, since + timedelta(days=7 * count))


def test_a_rate_that_changes_in_the_middle_of_a_week_begins_a_stretch() -> None:
    """221.20 - 30.15 = 191.05 for six days, 221.20 - 30.65 = 190.55 for the seventh.

    A week of 191.05 is 27.30 on its first day and 27.30, 27.29 ... after: six days are 163.76 less the last 27.29. A
    week of 190.55 has 27.22 on its seventh day.
    """
    charged = charge_days(for_ever(resident()), weeks(2), LAW)
    assert [(str(each.period), each.weekly_charge) for each in charged.stretches] == [
        ("2025-03-31 to 2025-04-06", Money(19_105)), ("2025-04-06 to 2025-04-14", Money(19_055)),
    ]  # fmt: skip
    first, second = charged.weeks
    assert first.charge == Money(19_105 - 2_729 + 2_722)
    assert second.charge == Money(19_055)
    assert first.charge.pence + first.council.pence + first.nhs.pence == 90_000


def test_twelve_weeks_end_on_their_day() -> None:
    home = (Holding("main_home", Money(20_000_000)),)
    charged = charge_days(for_ever(resident(capital=home, permanent_on=FROM)), weeks(14), LAW)
    last = charged.stretches[-1]
    assert (last.period.starts_on, last.weekly_charge) == (FROM + timedelta(weeks=12), Money(90_000))
    assert all(each.weekly_charge < Money(20_000) for each in charged.stretches[:-1])


def test_backdated_evidence_changes_exactly_its_weeks() -> None:
    """Attendance Allowance turns out to have been paid from the third week on."""
    before = charge_days(for_ever(resident()), weeks(8), LAW)
    richer = resident(income=22_120 + 7_390)
    since = FROM + timedelta(days=16)
    now = charge_days([Version(Period(date(2020, 1, 1), since), resident()), Version(Period(since), richer)],
                      weeks(8), LAW)  # fmt: skip
    changed = adjustments({week.begins_on: week.charge for week in before.weeks}, now.weeks)
    assert [each.begins_on for each in changed] == [FROM + timedelta(weeks=number) for number in range(2, 8)]
    assert {each.difference for each in changed[1:]} == {Money(7_390)}
    assert Money(0) < changed[0].difference < Money(7_390)


def test_the_past_with_what_was_known_then_is_unchanged_and_later_news_is_an_adjustment() -> None:
    """Funded nursing care of 2019-20 was 165.56 and became 180.31 backwards: 14.75 less to pay in each week."""
    rich = replace(resident(nursing_care="standard"), capital=(Holding("savings", Money(9_000_000)),))
    nursed, span = for_ever(rich, date(2015, 4, 1)), weeks(4, date(2019, 4, 8))
    then = LAW.as_known(date(2019, 5, 1))
    sent = {week.begins_on: week.charge for week in charge_days(nursed, span, then).weeks}
    assert set(sent.values()) == {Money(90_000 - 16_556)}
    assert adjustments(sent, charge_days(nursed, span, LAW.as_known(date(2020, 4, 29))).weeks) == ()
    news = adjustments(sent, charge_days(nursed, span, LAW).weeks)
    assert [each.difference for each in news] == [Money(-1_475)] * 4


def test_notional_capital_falls_by_the_charge_that_it_causes() -> None:
    """16,250 given away, 8 bands above the lower limit: 8.00 more each week until a band is gone, and so on."""
    given_away = resident(capital=(Holding("notional_capital", Money(1_625_000)),))
    charged = charge_days(for_ever(given_away, YEAR_TURNS), weeks(40, date(2025, 4, 7)), LAW)
    plain = charge_days(for_ever(resident(), YEAR_TURNS), weeks(40, date(2025, 4, 7)), LAW)
    extra = [mine.charge.pence - other.charge.pence for mine, other in zip(charged.weeks, plain.weeks, strict=True)]
    left = 1_625_000
    for pence in extra:
        assert pence == -(-max(left - 1_425_000, 0) // 25_000) * 100
        left -= pence
    assert extra[0] == 800
    assert extra[-1] == 700


def test_free_weeks_begin_and_end_in_the_middle_of_a_week() -> None:
    """60.00 a week, free from the third day for six weeks: two days of 8.58 and 8.57, then the five others' 42.85."""
    helped = Evidence(
        as_at=FROM, household="single", weekly_cost=Money(15_000), pension_age=True, free_service="reablement",
        free_since=date(2025, 6, 4), income=(Line("state_pension", Money(29_260)),),
    )  # fmt: skip
    charged = charge_days(for_ever(helped), weeks(8, date(2025, 6, 2)), LAW)
    assert [week.charge.pence for week in charged.weeks] == [1_715, 0, 0, 0, 0, 0, 4_285, 6_000]
    said = [next(step.text for step in each.explained(LAW).steps if step.rule == "free-service")
            for each in charged.stretches]  # fmt: skip
    assert ["It has not begun" in said[0], said[1].endswith("first weeks."), "no longer so" in said[2]] == [True] * 3


def test_reaching_pension_age_begins_a_stretch() -> None:
    """Born on 4 June 1959, 66 on that day of 2025: the minimum income is the higher one from then on."""
    born = Evidence(as_at=FROM, household="single", weekly_cost=Money(15_000), born=date(1959, 6, 4),
                    income=(Line("universal_credit", Money(29_260)),))  # fmt: skip
    charged = charge_days(for_ever(born), weeks(2, date(2025, 6, 2)), LAW)
    assert [(each.period.starts_on, each.weekly_charge.pence) for each in charged.stretches] == [
        (date(2025, 6, 2), 15_000), (date(2025, 6, 4), 6_000),
    ]  # fmt: skip


def test_each_day_needs_one_version() -> None:
    gap = [Version(Period(FROM, FROM + timedelta(days=3)), resident())]
    with pytest.raises(SenderMustAct, match="2025-04-03 has 0"):
        charge_days(gap, weeks(1), LAW)
    with pytest.raises(SenderMustAct, match="2025-03-31 has 2"):
        charge_days(for_ever(resident()) * 2, weeks(1), LAW)


def test_a_week_that_was_never_counted_so_is_refused() -> None:
    charged = charge_days(for_ever(resident()), weeks(1), LAW)
    with pytest.raises(SenderMustAct, match="2025-04-01"):
        adjustments({date(2025, 4, 1): Money(1)}, charged.weeks)
    assert adjustments({FROM: Money(1)}, charged.weeks) == (Adjustment(FROM, Money(1), charged.weeks[0].charge),)


@given(
    costs=st.integers(0, 150_000), income=st.integers(0, 60_000), nursed=st.booleans(), start=st.integers(0, 3_800),
    days=st.integers(1, 40), cut=st.integers(1, 39),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_days_sum_to_the_week_and_nobody_pays_below_nothing(costs, income, nursed, start, days, cut) -> None:
    evidence = Evidence(
        as_at=FROM, household="single", weekly_cost=Money(costs), born=date(1940, 1, 1), setting="care_home_permanent",
        nursing_care="standard" if nursed else None, income=(Line("other", Money(income)),),
    )  # fmt: skip
    since = date(2015, 4, 6) + timedelta(days=start)
    period = Period(since, since + timedelta(days=days))
    charged = charge_days(for_ever(evidence, date(2015, 4, 1)), period, LAW)
    for week in charged.weeks:
        parts = (week.charge.pence, week.council.pence, week.nhs.pence)
        assert min(parts) >= 0
        if week.days == 7:
            assert sum(parts) == costs
    for stretch in charged.stretches:
        assert stretch.explained(LAW).answer["weekly_charge"] == stretch.weekly_charge
    if len(charged.stretches) == 1:
        assert all(week.charge == charged.stretches[0].weekly_charge for week in charged.weeks if week.days == 7)
    split = [Version(Period(date(2015, 4, 1), since + timedelta(days=cut)), evidence),
             Version(Period(since + timedelta(days=cut)), evidence)]  # fmt: skip
    assert charge_days(split, period, LAW).weeks == charged.weeks


def test_the_rule_answers_as_its_form_says() -> None:
    case = {
        "setting": "care_home_permanent", "pension_age": True, "household": "single", "weekly_cost": "900.00",
        "income": [{"kind": "state_pension", "weekly": "221.20"}], "capital": [],
    }  # fmt: skip
    asked = {"from": "2025-03-31", "to": "2025-04-14", "cases": [{"from": "2025-01-01", "case": case}],
             "already_charged": [{"week_begins": "2025-04-07", "charge": "190.00"}]}  # fmt: skip
    answer = RULE.answer(asked, LAW, date(2026, 11, 2))
    assert not list(faults(RULE.output_schema, answer))
    assert answer["adjustments"] == [
        {"week_begins": "2025-04-07", "was": "190.00", "is_now": "190.55", "difference": "0.55"}
    ]
    assert answer["charge"] == "381.53"
    headings = [step["result"] for step in answer["steps"] if step["rule"] == "from-day"]
    assert headings == ["2025-03-31", "2025-04-06"]
    assert charge_of(resident(), LAW).answer["weekly_charge"] == Money(19_105)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"to": "2025-03-31"}, "to must be later than from"), ({"to": "2045-03-31"}, "to must be at most"),
     ({"already_charged": [{"week_begins": "2025-03-31", "charge": "£3"}]}, r"already_charged\[1\]\.charge"),
     ({"cases": []}, "2025-03-31 has 0")],
)  # fmt: skip
def test_what_cannot_be_used_is_named(change: dict[str, object], named: str) -> None:
    case = {"setting": "home", "pension_age": True, "household": "single", "weekly_cost": "90.00"}
    asked = {"from": "2025-03-31", "to": "2025-04-14", "cases": [{"from": "2025-01-01", "case": case}]} | change
    with pytest.raises(SenderMustAct, match=named):
        RULE.answer(asked, LAW, date(2026, 11, 2))
