"""Who pays for a number of weeks of care, as the law is and under a reform, in whole pence, for everybody at once?

The charge of a week comes from `engine.charge_many`; this adds what a figure of law cannot say: free personal care, a
cap metered week by week, and the limit of capital where the home is ignored. Weeks are alike: cost, income and capital
stand still for the time asked about. Person, council, NHS and others sum to the cost of everybody. Left out: what
people would do otherwise under a reform.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from joinedup.funding.rules.arrays import Flags, Pence, Whole
from joinedup.funding.rules.engine import WHOLE_HUNDREDTHS, Caseload, Charges, charge_many
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.reforms import AGE_GROUPS, Cap, Reform

AT_HOME = 0
"""The place of `home` in SETTINGS."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What went before, one entry a person: weeks in care and what was paid in them; and who pays a top-up."""

    weeks_so_far: Whole
    paid_so_far_pence: Pence
    top_up_by_resident: Flags


@dataclass(frozen=True, slots=True)
class Shares:
    """What each payer pays over the weeks, one entry a person; the four sum to `cost_pence`."""

    person_pence: Pence
    council_pence: Pence
    nhs_pence: Pence
    other_pence: Pence
    cost_pence: Pence


def shares(people: Caseload, standing: Standing, reform: Reform, weeks: int) -> Shares:
    """Who pays under a reform. `people` stand under the reform's law; for the law as it is give `no_reform`."""
    charges = charge_many(limited(people, reform), ChargeLaw.at(reform.parameters, reform.day))
    weekly = with_free_care(people, charges, reform)
    paid = weekly * weeks if reform.cap is None else capped(people, charges, weekly, standing, reform.cap, weeks)
    nhs = charges.nhs_pays_pence * weeks
    top_up = charges.top_up_pence * weeks
    own_top_up = np.where(standing.top_up_by_resident, top_up, 0)
    cost = people.weekly_cost_pence * weeks
    return Shares(paid + own_top_up, cost - paid - nhs, nhs, top_up - own_top_up, cost + top_up)


def limited(people: Caseload, reform: Reform) -> Caseload:
    """The same people with the reform's limit for those whose home is left out, where it has one."""
    if reform.home_ignored_limit is None:
        return people
    home_counts = (people.home_pence > 0) & ~people.in_twelve_weeks
    limit = np.where(home_counts, people.upper_limit_pence, reform.home_ignored_limit.pence)
    return replace(people, upper_limit_pence=limit)


def with_free_care(people: Caseload, charges: Charges, reform: Reform) -> Pence:
    """The weekly charge once personal care is free: at home a share of the cost, in a care home a flat payment.

    A fraction of a penny of the free share is dropped. Nobody is ever charged more for it.
    """
    charge = charges.weekly_charge_pence
    for group, of_pension_age in zip(AGE_GROUPS, (~people.pension_age, people.pension_age), strict=True):
        percent = reform.free_hundredths_at_home.get(group, 0)
        flat = reform.free_in_care_home.get(group)
        at_home = charges.cost_left_pence * percent // WHOLE_HUNDREDTHS
        in_home = np.minimum(charges.cost_left_pence, 0 if flat is None else flat.pence)
        free = np.where(people.setting == AT_HOME, at_home, in_home)
        charge = np.where(of_pension_age, np.minimum(charge, charges.cost_left_pence - free), charge)
    return charge


def capped(people: Caseload, charges: Charges, weekly: Pence, standing: Standing, cap: Cap, weeks: int) -> Pence:
    """What each person pays over the weeks with the cap, from the weekly charge without it."""
    living = np.where(people.setting == AT_HOME, 0, cap.living.pence)
    met_by_nhs = people.free & people.nhs_pays_all
    counted = np.where(cap.own_spending, weekly, np.where(met_by_nhs, 0, charges.cost_left_pence)) - living
    counted = np.maximum(counted, 0)
    so_far = np.zeros(len(people), dtype=np.int64)
    if cap.earlier_care and cap.own_spending:
        so_far = np.maximum(standing.paid_so_far_pence - living * standing.weeks_so_far, 0)
    elif cap.earlier_care:
        so_far = counted * standing.weeks_so_far
    return metered(weekly, counted, living, cap.most.pence - so_far, weeks)


def metered(weekly: Pence, counted: Pence, living: Pence, left: Pence, weeks: int) -> Pence:
    """What is paid over the weeks until `left` has been counted, and afterwards no more than `living` a week.

    Whole weeks are paid in full while `counted` fits into what is left. In the week that reaches the cap the person
    pays no more than daily living and what is left; from then on no more than daily living.
    """
    left = np.maximum(left, 0)
    full = np.where(counted > 0, np.minimum(left // np.maximum(counted, 1), weeks), weeks)
    reaching = np.minimum(weekly, living + left - full * counted)
    after = np.minimum(weekly, living)
    return weekly * full + np.where(full < weeks, reaching + (weeks - full - 1) * after, 0)
