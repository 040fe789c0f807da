"""How do people's cases become the columns that the engine works on?

One column a kind of income that anybody has, and one for each other figure; a line of the same kind twice is added.
Ages are found here, because they come from dates and not from money. Left out: the calculation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from joinedup.base.money import Money
from joinedup.funding.rules.ages import AgeGroup, age_group_born, age_group_said
from joinedup.funding.rules.arrays import Pence, flags, whole
from joinedup.funding.rules.capital_counted import Capital, capital_of
from joinedup.funding.rules.charge_reading import BEGINS_WITH, not_chargeable
from joinedup.funding.rules.engine import NO_LOCAL_MINIMUM, Caseload
from joinedup.funding.rules.evidence import Evidence, Line
from joinedup.funding.rules.law import MINIMUM_GROUPS, ChargeLaw, minimum_group
from joinedup.funding.rules.terms import Terms, terms_of, top_up_faults
from joinedup.funding.rules.treatments import PREMIUMS, SETTINGS


@dataclass(frozen=True, slots=True)
class Person:
    """One person's evidence with what was found for it: age group, minimum income group, capital and terms."""

    evidence: Evidence
    age_group: AgeGroup
    minimum_group: str
    capital: Capital
    terms: Terms

    @property
    def is_couple(self) -> bool:
        """Whether the person lives as one of a couple."""
        return self.evidence.household != "single"


def gather(cases: Sequence[Evidence], law: ChargeLaw) -> Caseload:
    """Cases of one day as columns, in their order. SenderMustAct (charge-case) for one that contradicts itself."""
    return columns([placed(each, law) for each in cases])


def placed(evidence: Evidence, law: ChargeLaw) -> Person:
    """The person with the groups found. SenderMustAct (charge-case): under 18, or what is said does not agree."""
    if evidence.born is not None:
        group = age_group_born(evidence.born, evidence.as_at, law.parameters)
    else:
        group = age_group_said(bool(evidence.pension_age))
    return placed_in(group, evidence, law)


def placed_in(group: AgeGroup, evidence: Evidence, law: ChargeLaw) -> Person:
    """The person in an age group that is known. SenderMustAct as `placed`."""
    capital = capital_of(evidence, law)
    faults = [*_contradictions(evidence, group), *top_up_faults(evidence, _is_home_left_out(capital, law))]
    if faults:
        raise not_chargeable(faults)
    named = minimum_group(evidence.household, group.name, evidence.dependent_children)
    return Person(evidence, group, named, capital, terms_of(evidence, law))


def _is_home_left_out(capital: Capital, law: ChargeLaw) -> bool:
    within = capital.other <= law.capital_upper_limit.money()
    return capital.in_twelve_weeks and capital.home.pence > 0 and within


def columns(people: Sequence[Person]) -> Caseload:
    """People as columns, in their order."""
    cases = [person.evidence for person in people]
    terms = [person.terms for person in people]
    return Caseload(
        income=_by_kind([[(line.kind, line.weekly) for line in each.income] for each in cases]),
        half_pension_pence=whole(half_pensions(each).pence for each in cases),
        other_capital_pence=whole(person.capital.other.pence for person in people),
        home_pence=whole(person.capital.home.pence for person in people),
        notional_pence=whole(person.capital.notional.pence for person in people),
        in_twelve_weeks=flags(person.capital.in_twelve_weeks for person in people),
        setting=whole(SETTINGS.index(each.setting) for each in cases),
        home_rules=flags(each.home_rules for each in terms),
        upper_limit_pence=whole(each.upper_limit.pence for each in terms),
        allowance_pence=whole(each.allowance.pence for each in terms),
        percent_hundredths=whole(each.percent_hundredths for each in terms),
        savings_credit_ignored=flags(each.savings_credit_ignored for each in terms),
        flat_disability_costs_pence=whole(each.flat_disability_costs.pence for each in terms),
        fee_pence=whole(each.fee.pence for each in terms),
        nursing_pence=whole(0 if each.nursing is None else each.nursing.money().pence for each in terms),
        free=flags(each.free for each in terms),
        nhs_pays_all=flags(each.free_service == "nhs_continuing_healthcare" for each in cases),
        wealthy=flags(each.light_touch == "wealth_above_limit" for each in cases),
        light_full=flags(each.light_touch in ("wealth_above_limit", "nominal_charge") for each in cases),
        light_nothing=flags(each.light_touch == "means_tested_benefits" for each in cases),
        chosen_cost_pence=whole(0 if each.chosen_cost is None else each.chosen_cost.pence for each in cases),
        minimum_group=whole(MINIMUM_GROUPS.index(person.minimum_group) for person in people),
        pension_age=flags(person.age_group.is_pension_age for person in people),
        couple=flags(person.is_couple for person in people),
        premiums={name: flags(name in each.premiums for each in cases) for name in PREMIUMS},
        dependent_children=whole(each.dependent_children for each in cases),
        housing_costs_pence=_totals(each.housing_costs for each in cases),
        disability_costs_pence=_totals(each.disability_related_expenditure for each in cases),
        disregards_pence=_totals(each.disregards for each in cases),
        weekly_cost_pence=whole(each.weekly_cost.pence for each in cases),
        local_minimum_pence=whole(
            NO_LOCAL_MINIMUM if each.local_minimum is None else each.local_minimum.pence for each in cases
        ),
    )


def half_pensions(evidence: Evidence) -> Money:
    """The half of each pension of which at least half goes to the partner; half a penny is left out with it."""
    return Money(sum(-(-line.weekly.pence // 2) for line in evidence.income if line.half_to_partner))


def _contradictions(evidence: Evidence, group: AgeGroup) -> Iterable[str]:
    if group.name == "under_age" and group.parameter is not None:
        yield f"date_of_birth must be of somebody of {group.parameter.count()} or more: only adults are charged"
        return
    if evidence.pension_age is not None and evidence.pension_age != group.is_pension_age:
        yield "pension_age does not agree with date_of_birth: leave one of them out"
    if group.is_pension_age and evidence.household == "couple_working_age":
        yield "household must be couple_pension_age, because this member of the couple has reached pension age"
    yield from _ahead(evidence)


def _ahead(evidence: Evidence) -> Iterable[str]:
    """Days that lie ahead: what is not for good, sold or received yet would be charged for as if it were."""
    said = [
        ("became_permanent_on", evidence.permanent_on),
        ("property_disregard_ended_on", evidence.disregard_ended_on),
        *((f"capital[{number}].{BEGINS_WITH[held.kind]}", held.since)
          for number, held in enumerate(evidence.capital, start=1) if held.kind in BEGINS_WITH),
    ]  # fmt: skip
    for where, since in said:
        if since is not None and since > evidence.as_at:
            yield f"{where} must not be later than as_at: before that day the case is another one"


def _by_kind(lines: Sequence[Sequence[tuple[str, Money]]]) -> Mapping[str, Pence]:
    found: dict[str, Pence] = {}
    for position, of_one in enumerate(lines):
        for kind, amount in of_one:
            if kind not in found:
                found[kind] = np.zeros(len(lines), dtype=np.int64)
            found[kind][position] += amount.pence
    return found


def _totals(lines: Iterable[Sequence[Line]]) -> Pence:
    return whole(sum(line.weekly.pence for line in of_one) for of_one in lines)
