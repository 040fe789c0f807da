"""What does each of these people pay for care at home, in whole pence, all at once?

The order of calculation of the Care Act (s 14 and s 17; SI 2014/2672 parts 2 to 5) over columns, one entry a person;
one person is a column of one, so that a single answer and a caseload come from the same lines. Every figure between
comes out too, because the explanation shows it. Left out: reading a case, the sentences, and care homes.

Our reading where the sources are short: a savings credit leaves something out only while it is in payment; where
qualifying income is above the standard minimum guarantee the flat amount is left out, as the sources say, even when
the credit is smaller; what is left out never makes income negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from joinedup.funding.rules.arrays import Flags, Pence, Whole
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import CAPITAL, INCOME, PREMIUMS, WORKING_AGE_PREMIUMS

NO_LOCAL_MINIMUM = -1


@dataclass(frozen=True, slots=True)
class Caseload:
    """People of one day as columns of one length; amounts are whole pence of 0 or more, incomes and costs a week.

    `income` and `capital` have a column for each kind that anybody has (capital: the person's own share).
    `minimum_group` is a place in MINIMUM_GROUPS, `premiums` has a column for each of PREMIUMS.
    `local_minimum_pence` is NO_LOCAL_MINIMUM where the council has set none.
    """

    income: Mapping[str, Pence]
    capital: Mapping[str, Pence]
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
    """What came out for each person, and every figure on the way; whole pence a week, capital in whole pence."""

    capital_counted_pence: Pence
    above_upper_limit: Flags
    above_lower_limit_pence: Pence
    tariff_bands: Whole
    tariff_income_pence: Pence
    qualifying_income_pence: Pence
    savings_credit_disregard_pence: Pence
    war_widow_disregard_pence: Pence
    included_income_pence: Pence
    assessable_income_pence: Pence
    premiums_pence: Pence
    children_pence: Pence
    national_minimum_pence: Pence
    minimum_pence: Pence
    allowances_pence: Pence
    assessed_maximum_pence: Pence
    weekly_charge_pence: Pence
    council_pays_pence: Pence


def charge_many(people: Caseload, law: ChargeLaw) -> Charges:
    """The charge of everybody in a caseload under the law of one day.

    A local minimum below the national one is never used: the higher holds. OperatorMustAct (parameter-missing) when
    somebody has a savings credit and its figures are not known for the day.
    """
    counted = _summed(people, people.capital, {name for name, kind in CAPITAL.items() if kind.treatment == "include"})
    above_upper = counted > law.capital_upper_limit.money().pence
    above_lower, bands, tariff = _tariff(counted, above_upper, law)
    qualifying, savings_out, war_out, included = _included_income(people, law)
    premiums, children, national = _national_minimum(people, law)
    minimum = np.maximum(people.local_minimum_pence, national)
    assessable = included + tariff
    allowances = minimum + people.housing_costs_pence + people.disability_costs_pence
    within_limit = np.maximum(assessable - allowances, 0)
    assessed = np.where(above_upper, people.weekly_cost_pence, within_limit)
    charge = np.minimum(assessed, people.weekly_cost_pence)
    return Charges(
        capital_counted_pence=counted,
        above_upper_limit=above_upper,
        above_lower_limit_pence=above_lower,
        tariff_bands=bands,
        tariff_income_pence=tariff,
        qualifying_income_pence=qualifying,
        savings_credit_disregard_pence=savings_out,
        war_widow_disregard_pence=war_out,
        included_income_pence=included,
        assessable_income_pence=assessable,
        premiums_pence=premiums,
        children_pence=children,
        national_minimum_pence=national,
        minimum_pence=minimum,
        allowances_pence=allowances,
        assessed_maximum_pence=assessed,
        weekly_charge_pence=charge,
        council_pays_pence=people.weekly_cost_pence - charge,
    )


def _tariff(counted: Pence, above_upper: Flags, law: ChargeLaw) -> tuple[Pence, Whole, Pence]:
    """Capital above the lower limit, its bands (a part is a whole) and the income assumed; 0 above the upper."""
    band_pence = law.tariff_band.money().pence
    above_lower = np.where(above_upper, 0, np.maximum(counted - law.capital_lower_limit.money().pence, 0))
    bands = (above_lower + band_pence - 1) // band_pence
    return above_lower, bands, bands * law.tariff_per_band.money().pence


def _included_income(people: Caseload, law: ChargeLaw) -> tuple[Pence, Pence, Pence, Pence]:
    """Qualifying income; left out of savings credit; left out of a war widow's pension; income that counts."""
    counted = _summed(people, people.income, {name for name, kind in INCOME.items() if kind.treatment != "ignore"})
    qualifying = _summed(people, people.income, {name for name, kind in INCOME.items() if kind.qualifying})
    war_pension = _summed(people, people.income, {"war_widow_pension"})
    war_out = np.minimum(war_pension, law.war_widow_disregard.money().pence)
    savings_out = _savings_credit_disregard(people, qualifying, law)
    return qualifying, savings_out, war_out, np.maximum(counted - savings_out - war_out - people.disregards_pence, 0)


def _savings_credit_disregard(people: Caseload, qualifying: Pence, law: ChargeLaw) -> Pence:
    credit = _summed(people, people.income, {"savings_credit"})
    left_out = np.zeros(len(people), dtype=np.int64)
    for couple in (False, True):
        concerned = (credit > 0) & (people.couple == couple)
        if not concerned.any():
            continue
        threshold, guarantee, most = (each.money().pence for each in law.savings_credit(couple))
        lesser = np.where(qualifying > threshold, np.minimum(credit, most), 0)
        left_out = np.where(concerned, np.where(qualifying > guarantee, most, lesser), left_out)
    return left_out


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
