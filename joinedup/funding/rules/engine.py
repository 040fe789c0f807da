"""What does each of these people pay for care at home or in a care home, in whole pence, all at once?

The order of calculation of the Care Act (s 14 and s 17; SI 2014/2672 parts 2 to 5) over columns, one entry a person;
one person is a column of one, so that a single answer and a caseload come from the same lines. Every figure between
comes out too, because the explanation shows it. Left out: reading a case, the sentences, and which part of a holding
counts, which is found before (`capital_counted.py`, `terms.py`).

Our reading where the sources are short: a savings credit leaves something out only while it is in payment, and only
for somebody of pension age; where qualifying income is above the standard minimum guarantee the flat amount is left
out, as the sources say, even when the credit is smaller; at home what is left out never makes income negative, in a
care home it may take from the income assumed of capital too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from joinedup.funding.rules.arrays import Flags, Pence, Whole
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import (
    DISABILITY_BENEFITS,
    INCOME,
    PREMIUMS,
    SETTINGS,
    WORKING_AGE_PREMIUMS,
)

NO_LOCAL_MINIMUM = -1
HUNDRED = 100
WHOLE_HUNDREDTHS = HUNDRED * HUNDRED
PERMANENT = SETTINGS.index("care_home_permanent")


@dataclass(frozen=True, slots=True)
class Caseload:
    """People of one day as columns of one length; amounts are whole pence of 0 or more, incomes and costs a week.

    `income` has a column for each kind that anybody has. `other_capital_pence` is all that counts but the home,
    notional capital included. `setting` is a place in SETTINGS, `minimum_group` one in MINIMUM_GROUPS; `premiums` has a
    column for each of PREMIUMS. `local_minimum_pence` is NO_LOCAL_MINIMUM where the council has set none,
    `chosen_cost_pence` 0 where no dearer home was chosen, `percent_hundredths` 10000 where the whole is charged.
    """

    income: Mapping[str, Pence]
    half_pension_pence: Pence
    other_capital_pence: Pence
    home_pence: Pence
    notional_pence: Pence
    in_twelve_weeks: Flags
    setting: Whole
    home_rules: Flags
    upper_limit_pence: Pence
    allowance_pence: Pence
    percent_hundredths: Whole
    savings_credit_ignored: Flags
    flat_disability_costs_pence: Pence
    fee_pence: Pence
    nursing_pence: Pence
    free: Flags
    nhs_pays_all: Flags
    wealthy: Flags
    light_full: Flags
    light_nothing: Flags
    chosen_cost_pence: Pence
    minimum_group: Whole
    pension_age: Flags
    couple: Flags
    premiums: Mapping[str, Flags]
    dependent_children: Whole
    housing_costs_pence: Pence
    disability_costs_pence: Pence
    disregards_pence: Pence
    weekly_cost_pence: Pence
    local_minimum_pence: Pence

    def __len__(self) -> int:
        return len(self.minimum_group)


@dataclass(frozen=True, slots=True)
class Charges:
    """What came out for each person, and every figure on the way; whole pence a week, capital in whole pence.

    `home_left_out` says that the twelve weeks leave the home out; `cost_left_pence` is the cost after nursing care.
    """

    home_left_out: Flags
    capital_counted_pence: Pence
    above_upper_limit: Flags
    above_lower_limit_pence: Pence
    tariff_bands: Whole
    tariff_income_pence: Pence
    qualifying_income_pence: Pence
    savings_credit_disregard_pence: Pence
    war_widow_disregard_pence: Pence
    half_pension_disregard_pence: Pence
    disability_benefit_disregard_pence: Pence
    included_income_pence: Pence
    assessable_income_pence: Pence
    premiums_pence: Pence
    children_pence: Pence
    national_minimum_pence: Pence
    minimum_pence: Pence
    disability_costs_pence: Pence
    personal_expenses_allowance_pence: Pence
    allowances_pence: Pence
    assessed_maximum_pence: Pence
    cost_left_pence: Pence
    weekly_charge_pence: Pence
    council_pays_pence: Pence
    nhs_pays_pence: Pence
    top_up_pence: Pence
    arrangement_fee_pence: Pence
    notional_capital_reduction_pence: Pence


@dataclass(frozen=True, slots=True)
class _Capital:
    """What capital does: one pass with all of it, and one without what is notional."""

    left_out: Flags
    counted: Pence
    above_upper: Flags
    above_lower: Pence
    bands: Whole
    tariff: Pence


def charge_many(people: Caseload, law: ChargeLaw) -> Charges:
    """The charge of everybody in a caseload under the law of one day.

    A local minimum below the national one is never used: the higher holds. OperatorMustAct (parameter-missing) when
    somebody has a savings credit and its figures are not known for the day.
    """
    capital = _capital(people, people.other_capital_pence, law)
    income = _included_income(people, law)
    premiums, children, national = _national_minimum(people, law)
    minimum = np.maximum(people.local_minimum_pence, national)
    disability = np.maximum(people.disability_costs_pence, people.flat_disability_costs_pence)
    allowances = _allowances(people, minimum, disability)
    nursing = np.minimum(people.nursing_pence, people.weekly_cost_pence)
    cost_left = people.weekly_cost_pence - nursing
    assessed = _assessed(people, capital, income.included, allowances, cost_left)
    charge = _charge(people, capital, assessed, cost_left)
    nhs = np.where(people.free & people.nhs_pays_all, people.weekly_cost_pence, nursing)
    return Charges(
        home_left_out=capital.left_out,
        capital_counted_pence=capital.counted,
        above_upper_limit=capital.above_upper,
        above_lower_limit_pence=capital.above_lower,
        tariff_bands=capital.bands,
        tariff_income_pence=np.where(_means_tested(people), capital.tariff, 0),
        qualifying_income_pence=income.qualifying,
        savings_credit_disregard_pence=income.savings_out,
        war_widow_disregard_pence=income.war_out,
        half_pension_disregard_pence=income.half_out,
        disability_benefit_disregard_pence=income.disability_out,
        included_income_pence=income.included,
        assessable_income_pence=income.included + capital.tariff,
        premiums_pence=premiums,
        children_pence=children,
        national_minimum_pence=national,
        minimum_pence=minimum,
        disability_costs_pence=disability,
        personal_expenses_allowance_pence=people.allowance_pence,
        allowances_pence=allowances,
        assessed_maximum_pence=assessed,
        cost_left_pence=cost_left,
        weekly_charge_pence=charge,
        council_pays_pence=people.weekly_cost_pence - charge - nhs,
        nhs_pays_pence=nhs,
        top_up_pence=np.maximum(people.chosen_cost_pence - people.weekly_cost_pence, 0),
        arrangement_fee_pence=np.where(
            (capital.above_upper & _means_tested(people)) | (people.wealthy & ~people.free), people.fee_pence, 0
        ),
        notional_capital_reduction_pence=_notional_reduction(
            people, charge, law, (income.included, allowances, cost_left)
        ),
    )


def _means_tested(people: Caseload) -> Flags:
    return ~(people.free | people.light_full | people.light_nothing)


def _capital(people: Caseload, other: Pence, law: ChargeLaw) -> _Capital:
    """The home counts unless the twelve weeks leave it out, which they do while all else is within the limit.

    Capital above the lower limit, its bands (a part is a whole) and the income assumed are 0 above the upper limit.
    """
    within = other <= law.capital_upper_limit.money().pence
    left_out = people.in_twelve_weeks & within & (people.home_pence > 0)
    counted = other + np.where(left_out, 0, people.home_pence)
    above_upper = counted > people.upper_limit_pence
    band_pence = law.tariff_band.money().pence
    above_lower = np.where(above_upper, 0, np.maximum(counted - law.capital_lower_limit.money().pence, 0))
    bands = (above_lower + band_pence - 1) // band_pence
    return _Capital(left_out, counted, above_upper, above_lower, bands, bands * law.tariff_per_band.money().pence)


def _allowances(people: Caseload, minimum: Pence, disability: Pence) -> Pence:
    """What must be left: at home the minimum income and costs; in a care home the personal expenses allowance, and
    the costs of the home that waits unless the stay is for good."""
    at_home = minimum + people.housing_costs_pence + disability
    waiting = np.where(people.setting == PERMANENT, 0, people.housing_costs_pence)
    return np.where(people.home_rules, at_home, people.allowance_pence + waiting)


def _assessed(people: Caseload, capital: _Capital, included: Pence, allowances: Pence, cost_left: Pence) -> Pence:
    """The most that can be asked for by law; free and light touch come first."""
    tested = np.maximum(included + capital.tariff - allowances, 0)
    assessed = np.where(capital.above_upper | people.light_full, cost_left, tested)
    return np.where(people.free | people.light_nothing & ~people.light_full, 0, assessed)


def _charge(people: Caseload, capital: _Capital, assessed: Pence, cost_left: Pence) -> Pence:
    """The council's part of that, never more than the cost; above the limit and by light touch the whole is asked."""
    part = np.where(
        capital.above_upper | people.light_full, assessed, assessed * people.percent_hundredths // WHOLE_HUNDREDTHS
    )
    return np.minimum(part, cost_left)


def _notional_reduction(people: Caseload, charge: Pence, law: ChargeLaw, rest: tuple[Pence, Pence, Pence]) -> Pence:
    """How much of the charge is due to notional capital alone; so much less of it counts in the next week."""
    if not people.notional_pence.any():
        return np.zeros(len(people), dtype=np.int64)
    included, allowances, cost_left = rest
    without = _capital(people, people.other_capital_pence - people.notional_pence, law)
    assessed = _assessed(people, without, included, allowances, cost_left)
    return charge - _charge(people, without, assessed, cost_left)


@dataclass(frozen=True, slots=True)
class _Income:
    qualifying: Pence
    savings_out: Pence
    war_out: Pence
    half_out: Pence
    disability_out: Pence
    included: Pence


def _included_income(people: Caseload, law: ChargeLaw) -> _Income:
    """What counts of income, and what is left out of it: savings credit, war pension, half pensions, benefits that
    keep the home going during a stay."""
    counted = _summed(people, people.income, {name for name, kind in INCOME.items() if kind.treatment != "ignore"})
    qualifying = _summed(people, people.income, {name for name, kind in INCOME.items() if kind.qualifying})
    war_pension = _summed(people, people.income, {"war_widow_pension"})
    war_out = np.minimum(war_pension, law.war_widow_disregard.money().pence)
    savings_out = _savings_credit_disregard(people, qualifying, law)
    half_out = np.where(people.home_rules, 0, people.half_pension_pence)
    staying = ~people.home_rules & (people.setting != PERMANENT)
    disability_out = np.where(staying, _summed(people, people.income, set(DISABILITY_BENEFITS)), 0)
    out = savings_out + war_out + half_out + disability_out + people.disregards_pence
    left = counted - out
    included = np.where(people.home_rules, np.maximum(left, 0), left)
    return _Income(qualifying, savings_out, war_out, half_out, disability_out, included)


def _savings_credit_disregard(people: Caseload, qualifying: Pence, law: ChargeLaw) -> Pence:
    credit = _summed(people, people.income, {"savings_credit"})
    left_out = np.zeros(len(people), dtype=np.int64)
    for couple in (False, True):
        concerned = (credit > 0) & people.pension_age & (people.couple == couple)
        if not concerned.any():
            continue
        threshold, guarantee, most = (each.money().pence for each in law.savings_credit(couple))
        lesser = np.where(qualifying > threshold, np.minimum(credit, most), 0)
        left_out = np.where(concerned, np.where(qualifying > guarantee, most, lesser), left_out)
    return np.where(people.savings_credit_ignored, credit, left_out)


def _national_minimum(people: Caseload, law: ChargeLaw) -> tuple[Pence, Pence, Pence]:
    """Premiums, the amount for children, and the whole minimum income of regulation 7."""
    premiums = np.zeros(len(people), dtype=np.int64)
    for premium in PREMIUMS:
        single, couple = (law.premiums[premium, is_couple].money().pence for is_couple in (False, True))
        due = people.premiums[premium]
        if premium in WORKING_AGE_PREMIUMS:
            due = due & ~people.pension_age
        premiums += np.where(due, np.where(people.couple, couple, single), 0)
    children = people.dependent_children * law.per_child.money().pence
    return premiums, children, law.minimum_pence()[people.minimum_group] + premiums + children


def _summed(people: Caseload, columns: Mapping[str, Pence], kinds: set[str]) -> Pence:
    total = np.zeros(len(people), dtype=np.int64)
    for name, pence in columns.items():
        if name in kinds:
            total += pence
    return total
