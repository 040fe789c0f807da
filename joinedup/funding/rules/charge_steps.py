"""Which sentences, sources and sums lead from this person's money to the charge?

One step for each line of the case and for each sum, in the order in which a finance officer works them with a
calculator (docs/guides/charge.md). Every sum is the engine's own figure; nothing is worked out twice. Left out:
warnings.
"""

from __future__ import annotations

from collections.abc import Iterator

from joinedup.base.explanation import Step
from joinedup.base.money import Money
from joinedup.funding.rules.caseload import Person
from joinedup.funding.rules.charge_steps_care import (
    capital_steps,
    care_home_allowances,
    full_cost,
    half_pensions_kept,
    light_touch,
    nursing,
    service,
    who_pays,
)
from joinedup.funding.rules.charge_words import (
    CARE_ACT,
    LOCAL_POLICY,
    NOTHING,
    REGULATIONS,
    Figures,
    cost_total,
    label,
    total,
    words,
)
from joinedup.funding.rules.evidence import Line
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.terms import WHOLE
from joinedup.funding.rules.treatments import (
    DISABILITY_BENEFITS,
    DISREGARDS,
    INCOME,
    PREMIUMS,
    SCHEDULE_1,
    WORKING_AGE_PREMIUMS,
)

MINIMUM_INCOME = "SI 2014/2672 reg 7"
SAVINGS_CREDIT = "SI 2014/2672 schedule 1; DHSC charging circular 2024-25"

_AGE_SENTENCES = {
    "18_to_24": "The person is 18 or over and under 25.",
    "25_to_pension_age": "The person is 25 or over and has not reached pension age.",
    "pension_age": "The person has reached pension age.",
}


def steps_of(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    """Every step to the charge; free, lightly assessed or above the upper capital limit it is a short way."""
    yield from service(person, law)
    if not person.terms.free and person.evidence.light_touch is None:
        yield from capital_steps(person, figures, law)
        yield from nursing(person, figures)
        if figures.flag("above_upper_limit"):
            yield from full_cost(person, figures)
        else:
            yield from _tariff(figures, law)
            yield from _income(person, figures, law)
            if person.terms.home_rules:
                yield from _minimum_income(person, figures, law)
                yield from _allowances(person, figures)
            else:
                yield from care_home_allowances(person, figures, law)
            yield from _charge(person, figures)
    elif not person.terms.free:
        yield from nursing(person, figures)
        yield from light_touch(person, figures)
    yield from who_pays(person, figures)


def _tariff(figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    lower, band, each = law.capital_lower_limit, law.tariff_band, law.tariff_per_band
    above_lower, bands = figures.money("above_lower_limit"), figures.count("tariff_bands")
    yield Step(
        "capital-lower-limit",
        "Capital up to the lower limit is left out.",
        lower.source,
        above_lower,
        lower,
        {"capital": figures.money("capital_counted")},
    )
    yield Step(
        "tariff-bands",
        f"What is left is counted in bands of {band.money()}; a part counts as a whole band.",
        band.source,
        bands,
        band,
        {"capital_above_lower_limit": above_lower},
    )
    yield Step(
        "tariff-income",
        f"{each.money()} a week is taken as income for each band.",
        each.source,
        figures.money("tariff_income"),
        each,
        {"bands": bands},
    )


def _income(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    for line in person.evidence.income:
        yield _income_line(line, person)
    if figures.money("half_pension_disregard").pence:
        yield half_pensions_kept(person, figures, law)
    if figures.money("war_widow_disregard").pence:
        yield Step(
            "war-widow-disregard",
            "The first part of a war widow or widower pension is left out.",
            law.war_widow_disregard.source,
            figures.money("war_widow_disregard"),
            law.war_widow_disregard,
        )
    if any(line.kind == "savings_credit" and line.weekly.pence for line in person.evidence.income):
        yield from _savings_credit(person, figures, law)
    for line in person.evidence.disregards:
        yield Step("disregard", DISREGARDS[line.kind], LOCAL_POLICY, line.weekly, inputs={"kind": line.kind})
    included, tariff = figures.money("included_income"), figures.money("tariff_income")
    yield Step(
        "included-income",
        "The income that counts, less what is left out of it; never below nothing."
        if person.terms.home_rules
        else "The income that counts, less what is left out of it.",
        REGULATIONS,
        included,
        inputs={
            "counted": Money.total(
                line.weekly for line in person.evidence.income if INCOME[line.kind].treatment != "ignore"
            )
            - figures.money("disability_benefit_disregard"),
            "left_out": figures.money("war_widow_disregard")
            + figures.money("savings_credit_disregard")
            + figures.money("half_pension_disregard")
            + Money.total(line.weekly for line in person.evidence.disregards),
        },
    )
    yield Step(
        "assessable-income",
        "The income that counts and the income assumed from capital.",
        REGULATIONS,
        figures.money("assessable_income"),
        inputs={"included_income": included, "tariff_income": tariff},
    )


def _income_line(line: Line, person: Person) -> Step:
    kind = INCOME[line.kind]
    named = {"include": "income-counted", "ignore": "income-ignored", "partial": "income-counted-in-part"}
    treatment, text, source = kind.treatment, kind.text, kind.source
    staying = not person.terms.home_rules and person.evidence.setting != "care_home_permanent"
    if staying and line.kind in DISABILITY_BENEFITS:
        treatment, text, source = "ignore", "Ignored while the stay is not for good.", SCHEDULE_1
    elif not person.terms.home_rules and "at home" in text:
        text = "Counted in full."
    return Step(
        named[treatment],
        f"{label(line.kind)}: {text}",
        source,
        NOTHING if treatment == "ignore" else line.weekly,
        inputs={"kind": line.kind, "weekly": line.weekly},
    )


def _savings_credit(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    if person.terms.savings_credit_ignored:
        left_out = figures.money("savings_credit_disregard")
        yield Step("savings-credit-ignored", "The council leaves out all of a savings credit.", LOCAL_POLICY, left_out)
        return
    if not person.age_group.is_pension_age:
        text = "The savings credit counts in full: part of it is left out only for people who have reached pension age."
        yield Step("savings-credit-counted", text, SAVINGS_CREDIT, NOTHING)
        return
    threshold, guarantee, most = law.savings_credit(person.is_couple)
    qualifying = figures.money("qualifying_income")
    inputs = {"qualifying_income": qualifying}
    above_threshold, above_guarantee = qualifying > threshold.money(), qualifying > guarantee.money()
    yield Step(
        "savings-credit-threshold",
        f"Qualifying income (pensions) is {'' if above_threshold else 'not '}above the savings credit threshold.",
        threshold.source,
        above_threshold,
        threshold,
        inputs,
    )
    yield Step(
        "standard-minimum-guarantee",
        f"It is {'' if above_guarantee else 'not '}above the standard minimum guarantee.",
        guarantee.source,
        above_guarantee,
        guarantee,
        inputs,
    )
    sentence = (
        "So the flat amount is left out."
        if above_guarantee
        else "So the savings credit is left out, up to the most that may be."
        if above_threshold
        else "So nothing is left out."
    )
    yield Step(
        "savings-credit-disregard",
        sentence,
        SAVINGS_CREDIT,
        figures.money("savings_credit_disregard"),
        most,
        {
            "savings_credit": Money.total(
                each.weekly for each in person.evidence.income if each.kind == "savings_credit"
            )
        },
    )


def _minimum_income(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    evidence, group = person.evidence, person.age_group
    said = {"date_of_birth": evidence.born} if evidence.born else {"pension_age": evidence.pension_age}
    yield Step("age-group", _AGE_SENTENCES[group.name], group.source, group.name, group.parameter, said)
    base = law.minimum[person.minimum_group]
    yield Step(
        "minimum-income",
        "The minimum income that must be left, by age and household.",
        MINIMUM_INCOME,
        base.money(),
        base,
        {"household": evidence.household, "dependent_children": evidence.dependent_children},
    )
    for name in PREMIUMS:
        if name in evidence.premiums:
            yield _premium(name, person, law)
    if evidence.dependent_children:
        yield Step(
            "minimum-income-for-children",
            "An amount for each dependent child in the household.",
            MINIMUM_INCOME,
            figures.money("children"),
            law.per_child,
            {"dependent_children": evidence.dependent_children},
        )
    yield Step(
        "national-minimum-income",
        "The national minimum income: the amounts above, added up.",
        MINIMUM_INCOME,
        figures.money("national_minimum"),
        inputs={"minimum": base.money(), "premiums": figures.money("premiums"), "children": figures.money("children")},
    )
    if evidence.local_minimum is not None:
        yield Step(
            "local-minimum-income",
            "The council leaves this minimum income instead; it is not below the national one.",
            LOCAL_POLICY,
            figures.money("minimum"),
            inputs={"national_minimum": figures.money("national_minimum")},
        )


def _premium(name: str, person: Person, law: ChargeLaw) -> Step:
    if name in WORKING_AGE_PREMIUMS and person.age_group.is_pension_age:
        sentence = f"The {words(name)} premium is added only below pension age."
        return Step("premium-not-due", sentence, MINIMUM_INCOME, NOTHING, inputs={"premium": name})
    premium = law.premiums[name, person.is_couple]
    sentence = f"The {words(name)} premium is added."
    return Step("premium", sentence, MINIMUM_INCOME, premium.money(), premium, {"premium": name})


def _allowances(person: Person, figures: Figures) -> Iterator[Step]:
    evidence = person.evidence
    housing, disability = evidence.housing_costs, evidence.disability_related_expenditure
    yield cost_total("housing-costs", "What the home costs, after benefits that pay for it.", housing)
    yield cost_total(
        "disability-related-expenditure", "What the disability costs, as the council accepts it.", disability
    )
    if figures.money("disability_costs") > total(disability):
        yield Step(
            "flat-disability-related-expenditure",
            "The council accepts this much without receipts, which is more.",
            LOCAL_POLICY,
            figures.money("disability_costs"),
        )
    yield Step(
        "allowances",
        "What must be left: minimum income, housing costs and disability costs.",
        f"{MINIMUM_INCOME} and schedule 1",
        figures.money("allowances"),
        inputs={
            "minimum_income": figures.money("minimum"),
            "housing_costs": total(housing),
            "disability_related_expenditure": figures.money("disability_costs"),
        },
    )


def _charge(person: Person, figures: Figures) -> Iterator[Step]:
    assessed, cost = figures.money("assessed_maximum"), figures.money("cost_left")
    yield Step(
        "assessed-maximum",
        "The most that the person can be asked for: income that counts less what must be left, never below nothing.",
        CARE_ACT,
        assessed,
        inputs={"assessable_income": figures.money("assessable_income"), "allowances": figures.money("allowances")},
    )
    asked: dict[str, object] = {"assessed_maximum": assessed, "weekly_cost": cost}
    if person.terms.percent_hundredths != WHOLE:
        percent = f"{person.terms.percent_hundredths / 100:g}"
        part = Money(assessed.pence * person.terms.percent_hundredths // WHOLE)
        asked = {"percentage_charged": part, "weekly_cost": cost}
        yield Step(
            "percentage-charged",
            f"The council charges {percent}% of that; a part of a penny is dropped.",
            LOCAL_POLICY,
            part,
            inputs={"assessed_maximum": assessed, "percent": percent},
        )
    yield Step(
        "weekly-charge",
        "The person pays that, and never more than the care costs.",
        CARE_ACT,
        figures.money("weekly_charge"),
        inputs=asked,
    )
