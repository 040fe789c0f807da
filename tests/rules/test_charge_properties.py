"""Do one person and a caseload agree, does a second reckoning agree, and does what must always hold hold?

The second reckoning below is written from the domain facts in plain Decimal and shares no line with the program.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.base import parameter_files
from joinedup.base.money import Money
from joinedup.funding.rules.caseload import gather
from joinedup.funding.rules.charge import charge_of
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence, Holding, Line, LocalPolicy
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import CAPITAL, INCOME, PREMIUMS

LAW = parameter_files.shipped()
DAYS = [date(2015, 6, 1), date(2022, 6, 6), date(2023, 6, 5), date(2024, 6, 3), date(2025, 6, 2), date(2026, 6, 1)]
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

weekly = st.integers(0, 60_000).map(Money)
incomes = st.lists(st.builds(Line, st.sampled_from(sorted(INCOME)), weekly), max_size=5).map(tuple)
plain_kinds = sorted(set(INCOME) - {"savings_credit"})
plain_incomes = st.lists(st.builds(Line, st.sampled_from(plain_kinds), weekly), max_size=5).map(tuple)
amounts = st.one_of(st.integers(0, 4_000_000), st.integers(1_424_990, 1_425_010), st.integers(2_324_990, 2_325_010))
holdings = st.builds(Holding, st.sampled_from(sorted(CAPITAL)), amounts.map(Money), st.sampled_from(
    [Holding("other", Money(0)).share, Holding("other", Money(0)).share / 2, Holding("other", Money(0)).share / 3]
))  # fmt: skip
costs = st.lists(st.builds(Line, st.just("other"), st.integers(0, 15_000).map(Money)), max_size=3).map(tuple)
disregards = st.lists(st.builds(Line, st.just("other"), st.integers(0, 4_000).map(Money)), max_size=1).map(tuple)


@st.composite
def people(draw: st.DrawFn, day: date | None = None, income: st.SearchStrategy[tuple[Line, ...]] = incomes) -> Evidence:
    old = draw(st.booleans())
    household = draw(st.sampled_from(["single", "couple_pension_age"] + ([] if old else ["couple_working_age"])))
    as_at = day or draw(st.sampled_from(DAYS))
    born = date(as_at.year - draw(st.integers(69, 95) if old else st.integers(19, 58)), 1, 1)
    return Evidence(
        as_at=as_at,
        household=household,
        born=born,
        weekly_cost=draw(weekly),
        premiums=tuple(draw(st.sets(st.sampled_from(PREMIUMS)))),
        dependent_children=draw(st.integers(0, 3)),
        income=draw(income),
        capital=tuple(draw(st.lists(holdings, max_size=3))),
        housing_costs=draw(costs),
        disability_related_expenditure=draw(costs),
        disregards=draw(disregards),
    )  # fmt: skip


def charged(evidence: Evidence) -> dict[str, int]:
    answer = charge_of(evidence, LAW).answer
    return {name: value.pence for name, value in answer.items() if isinstance(value, Money)}


@given(data=st.data(), day=st.sampled_from(DAYS))
@MANY
def test_one_person_and_a_caseload_agree(data: st.DataObject, day: date) -> None:
    cases = data.draw(st.lists(people(day=day), min_size=1, max_size=8))
    law = ChargeLaw.at(LAW, day)
    together = charge_many(gather(cases, law), law)
    for place, each in enumerate(cases):
        alone = charged(each)
        assert alone == {name: int(getattr(together, f"{name}_pence")[place]) for name in alone}


def by_hand(case: Evidence) -> tuple[Decimal, Decimal]:
    """Tariff income and charge in pounds, from the domain facts: A1, A3 to A6."""

    def value(name: str, group: str | None = None) -> Decimal:
        return Decimal(LAW.value_at(name, case.as_at, group).money().pence) / 100

    capital = Decimal(0)
    for held in case.capital:
        if CAPITAL[held.kind].treatment == "include":
            capital += Decimal(held.amount.pence * held.share.numerator // held.share.denominator) / 100
    cost = Decimal(case.weekly_cost.pence) / 100
    if capital > Decimal("23250"):
        return Decimal(0), cost
    tariff = max(Decimal(0), ((capital - 14250) / 250).to_integral_value(ROUND_CEILING))
    years = case.as_at.year - case.born.year if case.born else 0
    old, couple = years >= 69, case.household != "single"
    if couple:
        group = case.household.replace("_", "-")
    elif old:
        group = "single-pension-age"
    else:
        group = "single-18-to-24" if years < 25 and not case.dependent_children else "single-25-to-pension-age"
    floor = value("minimum-income-guarantee", group) + case.dependent_children * value("minimum-income-per-child")
    for premium in case.premiums:
        if premium == "carer":
            floor += value("minimum-income-premium", "carer")
        elif not old:
            floor += value("minimum-income-premium", premium.replace("_", "-") + ("-couple" if couple else "-single"))
    sums: dict[str, Decimal] = {}
    for line in case.income:
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + Decimal(line.weekly.pence) / 100
    income = sum((each for kind, each in sums.items() if INCOME[kind].treatment != "ignore"), Decimal(0))
    income -= min(sums.get("war_widow_pension", Decimal(0)), Decimal(10))
    credit = sums.get("savings_credit", Decimal(0))
    if credit:
        household = "couple" if couple else "single"
        pensions = ("state_pension", "occupational_pension", "personal_pension", "annuity")
        qualifying = sum((sums.get(kind, Decimal(0)) for kind in pensions), Decimal(0))
        cap = value("savings-credit-disregard", household)
        if qualifying > value("standard-minimum-guarantee", household):
            income -= cap
        elif qualifying > value("savings-credit-threshold", household):
            income -= min(credit, cap)
    income = max(income - sum(Decimal(each.weekly.pence) / 100 for each in case.disregards), Decimal(0))
    spent = sum(Decimal(e.weekly.pence) / 100 for e in (*case.housing_costs, *case.disability_related_expenditure))
    return tariff, min(max(income + tariff - floor - spent, Decimal(0)), cost)


@given(case=people())
@MANY
def test_a_second_reckoning_agrees(case: Evidence) -> None:
    tariff, charge = by_hand(case)
    told = charged(case)
    assert (told["tariff_income"], told["weekly_charge"]) == (tariff * 100, charge * 100)


@given(case=people())
@MANY
def test_what_must_always_hold(case: Evidence) -> None:
    answer = charge_of(case, LAW)
    told = charged(case)
    assert 0 <= told["weekly_charge"] <= case.weekly_cost.pence
    assert told["weekly_charge"] + told["council_pays"] == case.weekly_cost.pence
    assert told["weekly_charge"] <= told["assessed_maximum"]
    found = {step.rule: step.result for step in answer.steps}
    if found["capital-upper-limit"] or not told["weekly_charge"]:
        return
    allowances, assessable = found["allowances"], found["assessable-income"]
    assert isinstance(allowances, Money)
    assert isinstance(assessable, Money)
    assert assessable.pence - told["weekly_charge"] >= allowances.pence


@given(case=people(income=plain_incomes), more=st.integers(1, 50_000), kind=st.sampled_from(plain_kinds))
@MANY
def test_more_income_never_lowers_the_charge(case: Evidence, more: int, kind: str) -> None:
    richer = replace(case, income=(*case.income, Line(kind, Money(more))))
    assert charged(richer)["weekly_charge"] >= charged(case)["weekly_charge"]


@given(case=people(), more=st.integers(1, 3_000_000))
@MANY
def test_more_capital_never_lowers_the_charge(case: Evidence, more: int) -> None:
    richer = replace(case, capital=(*case.capital, Holding("savings", Money(more))))
    assert charged(richer)["weekly_charge"] >= charged(case)["weekly_charge"]


@given(case=people(), more=st.integers(1, 20_000))
@MANY
def test_more_costs_never_raise_the_charge(case: Evidence, more: int) -> None:
    dearer = replace(case, housing_costs=(*case.housing_costs, Line("other", Money(more))))
    assert charged(dearer)["weekly_charge"] <= charged(case)["weekly_charge"]


@given(case=people(), data=st.data())
@MANY
def test_the_order_of_the_evidence_does_not_matter(case: Evidence, data: st.DataObject) -> None:
    shuffled = replace(
        case,
        income=tuple(data.draw(st.permutations(case.income))),
        capital=tuple(data.draw(st.permutations(case.capital))),
    )
    assert charged(shuffled) == charged(case)


@given(case=people())
@MANY
def test_a_local_minimum_leaves_more(case: Evidence) -> None:
    generous = replace(case, policy=LocalPolicy(minimum=Money(90_000)))
    assert charged(generous)["weekly_charge"] <= charged(case)["weekly_charge"]
