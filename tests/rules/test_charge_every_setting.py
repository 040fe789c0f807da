"""At home, in a care home for good, for a time and for a short stay: does what must always hold, hold?

Cases are drawn as JSON, as anybody may send them, over every year of the Care Act. Where the law itself is not steady
(a savings credit, the twelve weeks' limit on other savings) an example says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.errors import JoinedUpError, OperatorMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.period import Period
from joinedup.funding.rules import RULES, charge_cases
from joinedup.funding.rules.charge_days import Version, adjustments, charge_days
from joinedup.funding.rules.charge_reading import read_case
from joinedup.funding.rules.treatments import (
    CAPITAL,
    FREE_FOR_WEEKS,
    FREE_SERVICES,
    INCOME,
    LIGHT_TOUCH,
    OCCUPIERS,
    PENSIONS_TO_HALVE,
    PREMIUMS,
    SETTINGS,
)
from tests.rules.law_by_hand import national_floor

LAW = parameter_files.shipped()
TODAY = date(2026, 11, 2)
IN_MONEY = sorted(
    {(each.name, each.group) for name in LAW.names() for each in LAW.history(name)
     if isinstance(each.value, Money) and name.startswith(("minimum-", "capital-", "tariff-", "personal-", "funded-"))},
    key=str,
)  # fmt: skip
FIRST, LAST = date(2015, 4, 1), date(2027, 3, 1)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Case = dict[str, Any]
PROVED: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {}


def proved(examples: int = 60, /, **drawn: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What must hold of everything drawn: of a few examples in every run, of thousands in `make deep`."""

    def of(proof: Callable[..., None]) -> Callable[..., None]:
        PROVED[proof.__name__] = (proof, drawn)
        return settings(MANY, max_examples=examples)(given(**drawn)(proof))

    return of


def pounds(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda pence: f"{pence // 100}.{pence % 100:02}")


def near(day: date, weeks: int) -> st.SearchStrategy[str]:
    """A day some weeks back, often on the edge of a time of 6, 12, 26 or 52 weeks."""
    edges = [42, 84, 182, 364]
    days = st.one_of(st.integers(0, 7 * weeks), st.sampled_from([each + more for each in edges for more in (-1, 0)]))
    return days.map(lambda back: (day - timedelta(days=back)).isoformat())


CAPITAL_POUNDS = st.one_of(pounds(4_000_000), pounds(60_000_000), st.sampled_from(
    ["14250.00", "14250.01", "23250.00", "23250.01", "46500.00", "46500.02"]
))  # fmt: skip


@st.composite
def holdings(draw: st.DrawFn, day: date) -> Case:
    kind = draw(st.sampled_from([*sorted(CAPITAL), "savings", "main_home", "main_home"]))
    held: Case = {"kind": kind, "amount": draw(CAPITAL_POUNDS), "share": draw(st.sampled_from(["1", "1/2", "1/3"]))}
    if draw(st.booleans()):
        held["debts_secured"] = draw(pounds(3_000_000))
    if kind == "main_home":
        held |= draw(st.sampled_from([{}, {}, {"occupied_by": draw(st.sampled_from(sorted(OCCUPIERS)))},
                                      {"intends_to_occupy_since": draw(near(day, 40))}]))  # fmt: skip
    timed = {"home_sale_proceeds_for_new_home": "bought_to_replace_since", "personal_injury_payment": "received_on"}
    if kind in timed and draw(st.booleans()):
        held[timed[kind]] = draw(near(day, 60))
    if kind == "notional_capital" and draw(st.booleans()):
        held["reduced_by"] = draw(pounds(500_000))
    return held


@st.composite
def incomes(draw: st.DrawFn, kinds: tuple[str, ...]) -> Case:
    kind = draw(st.sampled_from(kinds))
    half = {"half_to_partner": draw(st.booleans())} if kind in PENSIONS_TO_HALVE else {}
    return {"kind": kind, "weekly": draw(pounds(50_000)), **half}


@st.composite
def policies(draw: st.DrawFn) -> Case:
    return draw(
        st.fixed_dictionaries(
            {},
            optional={
                "minimum_income_guarantee_weekly": st.just("700.00"),
                "charge_percent": st.sampled_from(["0", "33.33", "90", "100"]),
                "upper_capital_limit": st.sampled_from(["23250.00", "30000.00"]),
                "savings_credit_ignored": st.booleans(),
                "flat_disability_related_expenditure_weekly": pounds(3_000),
                "arrangement_fee_weekly": pounds(2_000),
                "short_term_rules": st.sampled_from(["care_home", "home"]),
                "personal_expenses_allowance_weekly": st.just("40.00"),
            },
        )
    )


def costs(most: int) -> st.SearchStrategy[list[Case]]:
    return st.lists(st.fixed_dictionaries({"kind": st.just("other"), "weekly": pounds(most)}), max_size=2)


TOP_UPS: list[Case] = [
    {}, {"top_up_paid_by": "third_party"}, {"top_up_paid_by": "resident", "deferred_payment": True},
]  # fmt: skip


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(sorted(INCOME)), tested: bool = False) -> Case:
    """A case that the rule takes; `tested`: neither free nor lightly assessed."""
    day = draw(st.dates(FIRST, LAST))
    old, setting = draw(st.booleans()), draw(st.sampled_from(SETTINGS))
    household = draw(st.sampled_from(["single", "couple_pension_age"] + ([] if old else ["couple_working_age"])))
    case: Case = {
        "as_at": day.isoformat(), "setting": setting, "household": household, "weekly_cost": draw(pounds(160_000)),
        "date_of_birth": date(day.year - draw(st.integers(69, 95) if old else st.integers(19, 58)), 1, 1).isoformat(),
        "premiums": draw(st.lists(st.sampled_from(PREMIUMS), unique=True)),
        "dependent_children": draw(st.integers(0, 2)), "income": draw(st.lists(incomes(kinds), max_size=4)),
        "capital": draw(st.lists(holdings(day), max_size=3)), "housing_costs": draw(costs(9_000)),
        "disability_related_expenditure": draw(costs(4_000)), "disregards": draw(costs(2_000)),
        "local_policy": draw(policies()), "council_arranges": draw(st.booleans()),
    }  # fmt: skip
    if setting == "care_home_permanent" and draw(st.booleans()):
        case[draw(st.sampled_from(["became_permanent_on", "property_disregard_ended_on"]))] = draw(near(day, 30))
    if setting != "home":
        case |= draw(st.fixed_dictionaries({}, optional={
            "funded_nursing_care": st.sampled_from(["standard", "higher"]), "chosen_home_weekly_cost": pounds(190_000),
            "personal_expenses_allowance_weekly": st.just("60.00"),
        }))  # fmt: skip
        if "chosen_home_weekly_cost" in case:
            case |= draw(st.sampled_from(TOP_UPS))
    special = "no" if tested else draw(st.sampled_from(["no"] * 6 + ["free", "light"]))
    if special == "free":
        kind = draw(st.sampled_from(sorted(FREE_SERVICES)))
        case["free_service"] = {"kind": kind} | ({"started_on": draw(near(day, 12))} if kind in FREE_FOR_WEEKS else {})
    if special == "light":
        case["light_touch"] = {"reason": draw(st.sampled_from(sorted(LIGHT_TOUCH))), "consented": True}
    return case


def answered(*asked: Case) -> list[dict[str, int]]:
    """The amounts of cases in pence; a case whose law is not known (a year's nursing rate) is drawn again."""
    found = charge_cases(asked, LAW)
    refused = [each for each in found if isinstance(each, JoinedUpError)]
    assert all(each.code == "parameter-missing" for each in refused), refused
    if refused:
        assume(False)
    return [dict(each) for each in found if not isinstance(each, JoinedUpError)]


def pence(text: object) -> int:
    return Money.from_text(str(text)).pence


@proved(drawn=st.lists(cases(), min_size=1, max_size=6), bad=st.booleans())
def test_many_cases_at_once_are_answered_as_each_alone(drawn: list[Case], bad: bool) -> None:
    if bad:
        drawn = [*drawn, drawn[0] | {"weekly_cost": "£5"}, drawn[0] | {"setting": "hospital"},
                 drawn[0] | {"local_policy": {"minimum_income_guarantee_weekly": "1.00"}}]  # fmt: skip
    for case, together in zip(drawn, charge_cases(drawn, LAW), strict=True):
        try:
            alone = RULES[0].answer(case, LAW, TODAY)
        except JoinedUpError as error:
            refusal = type(error)
        else:
            refusal = None
        if refusal is None:
            assert not isinstance(together, JoinedUpError)
            assert dict(together) == {name: pence(alone[name]) for name in together}
        else:
            assert isinstance(together, refusal)


@proved(case=cases())
def test_nothing_is_negative_and_the_parts_are_the_cost(case: Case) -> None:
    (told,) = answered(case)
    assert min(told.values()) >= 0
    assert told["weekly_charge"] + told["council_pays"] + told["nhs_pays"] == pence(case["weekly_cost"])
    assert told["weekly_charge"] <= told["assessed_maximum"] or not told["weekly_charge"]


@proved(case=cases(tested=True))
def test_what_must_be_left_is_left(case: Case) -> None:
    """Unless capital is above the limit, the charge takes nothing of the minimum income or the allowance and costs."""
    answered(case)
    answer: Case = RULES[0].answer(case, LAW, TODAY)
    found = {step["rule"]: step["result"] for step in answer["steps"]}
    if "allowances" not in found or not pence(answer["weekly_charge"]):
        return
    floor = pence(found["allowances"])
    assert floor >= pence(answer["personal_expenses_allowance"])
    assert pence(found["assessable-income"]) - pence(answer["weekly_charge"]) >= floor
    assert floor >= national_floor(case)


@proved(case=cases(), more=pounds(90_000))
def test_a_dearer_home_is_never_counted_in_the_means_test(case: Case, more: str) -> None:
    """What is paid on top goes to somebody's agreement, and nobody is charged a penny for it or against it."""
    assume(case["setting"] != "home")
    chosen = Money(pence(case["weekly_cost"]) + pence(more)).to_text()
    without = {name: value for name, value in case.items() if name not in (
        "chosen_home_weekly_cost", "top_up_paid_by", "deferred_payment")}  # fmt: skip
    plain_one, dearer = answered(without, without | {"chosen_home_weekly_cost": chosen})
    assert dearer == plain_one | {"top_up": pence(more)}


@proved(case=cases(), rate=st.sampled_from(["standard", "higher"]))
def test_nursing_that_the_nhs_pays_never_raises_what_the_person_pays(case: Case, rate: str) -> None:
    assume(case["setting"] != "home")
    without = {name: value for name, value in case.items() if name != "funded_nursing_care"}
    told, nursed = answered(without, without | {"funded_nursing_care": rate})
    assert nursed["weekly_charge"] <= told["weekly_charge"]
    assert nursed["nhs_pays"] >= told["nhs_pays"]


@proved(40, case=cases(), days=st.integers(1, 20), ahead=st.integers(0, 9), more=st.integers(1, 90_000))
def test_figures_of_later_days_change_nothing_of_the_past(case: Case, days: int, ahead: int, more: int) -> None:
    """Every figure in money is another one from some day after the period: its weeks stay, to the penny."""
    answered(case)
    since = date.fromisoformat(case["as_at"])
    ends = since + timedelta(days=days)
    later = Parameters.of(
        Parameter(name, group, "pounds", Money(more), ends + timedelta(days=ahead), None, "made up", False)
        for name, group in IN_MONEY
    )
    versions = [Version(Period(since), read_case(case))]
    try:
        charged = charge_days(versions, Period(since, ends), LAW)
    except OperatorMustAct:
        assume(False)
    assert charge_days(versions, Period(since, ends), LAW.overlaid(later)).weeks == charged.weeks
    known = LAW.overlaid(Parameters.of(
        Parameter(name, group, "pounds", Money(more), FIRST, None, "made up", False, known_from=ends)
        for name, group in IN_MONEY
    ))  # fmt: skip
    then = ends - timedelta(days=1)
    before = charge_days(versions, Period(since, ends), LAW.as_known(then)).weeks
    assert charge_days(versions, Period(since, ends), known.as_known(then)).weeks == before


STEADY = tuple(sorted(set(INCOME) - {"savings_credit"}))


@proved(case=cases(STEADY), more=pounds(50_000), kind=st.sampled_from(STEADY))
def test_more_income_never_lowers_the_charge(case: Case, more: str, kind: str) -> None:
    poorer, richer = answered(case, case | {"income": [*case["income"], {"kind": kind, "weekly": more}]})
    assert richer["weekly_charge"] >= poorer["weekly_charge"]


@proved(case=cases(), more=CAPITAL_POUNDS, kind=st.sampled_from(sorted(CAPITAL)))
def test_more_capital_never_lowers_the_charge(case: Case, more: str, kind: str) -> None:
    poorer, richer = answered(case, case | {"capital": [*case["capital"], {"kind": kind, "amount": more}]})
    assert richer["weekly_charge"] >= poorer["weekly_charge"]


def _dearer(case: Case) -> Case:
    return {"housing_costs": [*case["housing_costs"], {"kind": "rent_net", "weekly": "31.41"}]}


def _half_given(case: Case) -> Case:
    return {"income": [each | ({"half_to_partner": True} if each["kind"] in PENSIONS_TO_HALVE else {})
                       for each in case["income"]]}  # fmt: skip


KINDER: dict[str, Callable[[Case], Case]] = {
    "costs": _dearer,
    "half of a pension to the partner": _half_given,
    "a higher limit": lambda case: {"local_policy": case["local_policy"] | {"upper_capital_limit": "60000.00"}},
    "a lower percentage": lambda case: {"local_policy": case["local_policy"] | {"charge_percent": "0"}},
    "a partner in the home": lambda case: {"capital": [
        {"kind": each["kind"], "amount": each["amount"], "share": each["share"], "occupied_by": "partner"}
        if each["kind"] == "main_home" else each for each in case["capital"]]},
    "less of a share": lambda case: {"capital": [each | {"share": "1/4"} for each in case["capital"]]},
    "more set aside": lambda case: {"disregards": [*case["disregards"], {"kind": "other", "weekly": "9.99"}]},
}  # fmt: skip


@proved(case=cases(), name=st.sampled_from(sorted(KINDER)))
def test_what_is_kinder_never_raises_the_charge(case: Case, name: str) -> None:
    told, kinder = answered(case, case | KINDER[name](case))
    assert kinder["weekly_charge"] <= told["weekly_charge"]


@proved(case=cases(), data=st.data())
def test_the_order_of_the_evidence_does_not_matter(case: Case, data: st.DataObject) -> None:
    lists = {name: data.draw(st.permutations(case[name])) for name in ("income", "capital", "premiums")}
    told, shuffled = answered(case, case | lists)
    assert shuffled == told


@proved(40, case=cases(), days=st.integers(1, 20), cut=st.integers(1, 19), back=st.integers(0, 6))
def test_days_sum_to_the_week_and_the_past_stays(case: Case, days: int, cut: int, back: int) -> None:
    """By each day's rules: parts are whole, evidence told in two parts is one, and no news adjusts nothing."""
    answered(case)
    since = max(date.fromisoformat(case["as_at"]) - timedelta(days=back), FIRST)
    period, evidence = Period(since, since + timedelta(days=days)), read_case(case)
    middle = since + timedelta(days=cut)
    halves = [Version(Period(FIRST, middle), evidence), Version(Period(middle), evidence)]
    try:
        charged = charge_days([Version(Period(FIRST), evidence)], period, LAW)
    except OperatorMustAct:
        assume(False)
    except SenderMustAct as refused:  # a day of the case lies ahead of the first days of the period
        assume("must not be later than as_at" not in refused.why)
        raise
    assert charge_days(halves[::-1], period, LAW).weeks == charged.weeks
    assert adjustments({week.begins_on: week.charge for week in charged.weeks}, charged.weeks) == ()
    for week in charged.weeks:
        assert min(week.charge.pence, week.council.pence, week.nhs.pence) >= 0
        if week.days == 7:
            assert week.charge + week.council + week.nhs == evidence.weekly_cost


@pytest.mark.deep
@pytest.mark.parametrize("name", sorted(PROVED))
def test_what_must_hold_holds_of_thousands(name: str) -> None:
    proof, drawn = PROVED[name]
    settings(MANY, max_examples=1_000)(given(**drawn)(proof))()
