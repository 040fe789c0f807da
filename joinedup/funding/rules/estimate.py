"""Roughly what would this person pay, when all we know is what was said on the first call?

The same engine over every corner of what is not yet known: least and most income, least and most savings, with and
without the premiums, with and without the housing and disability costs that nobody has asked for. The lowest and the
highest charge come out, and what to ask next, beginning with what would narrow the range most. Left out: savings
credit, children, a local policy, and services that are free whatever one has. A family must be told that it is no
decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from joinedup.base.errors import BadValue
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.funding.rules.ages import AS_THE_CASE_SAYS, AgeGroup
from joinedup.funding.rules.caseload import columns, placed_in
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence, Holding, Line
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import AGE_GROUPS, HOUSEHOLDS, PREMIUMS

INCOME = "income"
SAVINGS = "savings"
COSTS = "costs"
PREMIUM = "premiums"

_QUESTIONS = {
    INCOME: "The exact weekly income: pensions and benefits, one by one.",
    SAVINGS: "The exact savings and other capital, and whether they are held with somebody else.",
    COSTS: "What the home costs (rent, mortgage, council tax) and what the disability costs.",
    PREMIUM: "Which disability or carer premiums are due.",
}


@dataclass(frozen=True, slots=True)
class Band:
    """From `lowest` up to `highest`, both included; `highest` is None when nobody knows how much more it is.

    >>> Band(Money(0), Money(1425000)).highest
    Money(pence=1425000)
    """

    lowest: Money
    highest: Money | None

    def __post_init__(self) -> None:
        if self.lowest.pence < 0 or (self.highest is not None and self.highest < self.lowest):
            raise BadValue(
                "band-order",
                "A band must run from an amount of 0 or more up to one that is not lower.",
                "Otherwise no amount lies in it.",
                "Give the lower amount first.",
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lowest and the highest weekly charge, and what would narrow the range, the most telling question first."""

    lowest: Money
    highest: Money
    what_would_narrow_it: tuple[str, ...]


def estimate(
    *,
    age_group: str,
    household: str,
    income: Band,
    savings: Band,
    weekly_cost: Money,
    as_at: date,
    parameters: Parameters,
) -> Estimate:
    """The range of the weekly charge at home. `age_group` is one of AGE_GROUPS, `household` one of HOUSEHOLDS.

    `income` is a week's income of kinds that count; savings are the person's own. BadValue for a word that is not
    known, OperatorMustAct (parameter-missing) for a day whose law is not known.
    """
    _check_words(age_group, household)
    law = ChargeLaw.at(parameters, as_at)
    unseen = parameters.value_at("estimate-unseen-costs-weekly", as_at).money()
    blank = Evidence(as_at=as_at, household=household, weekly_cost=weekly_cost, pension_age=age_group == "pension_age")
    unknown: dict[str, tuple[Change, Change]] = {
        INCOME: (
            _with_income(income.lowest),
            _with_income(income.highest or _more_than_enough(law, weekly_cost, unseen)),
        ),
        SAVINGS: (_with_savings(savings.lowest), _with_savings(savings.highest or _above_the_limit(law))),
        COSTS: (_with_costs(unseen), _with_costs(Money(0))),
        PREMIUM: (_with_premiums(PREMIUMS), _with_premiums(())),
    }
    corners = list(product((0, 1), repeat=len(unknown)))
    cases = [_changed(blank, corner, list(unknown.values())) for corner in corners]
    group = AgeGroup(age_group, AS_THE_CASE_SAYS)
    pence = charge_many(columns([placed_in(group, each, law) for each in cases]), law).weekly_charge_pence.tolist()
    charges = dict(zip(corners, pence, strict=True))
    return Estimate(Money(min(pence)), Money(max(pence)), _questions(charges, list(unknown)))


Change = Callable[[Evidence], Evidence]


def _check_words(age_group: str, household: str) -> None:
    contradicts = age_group == "pension_age" and household == "couple_working_age"
    for word, known in ((age_group, AGE_GROUPS), (household, HOUSEHOLDS)):
        if word not in known or contradicts:
            raise BadValue(
                "estimate-word",
                "The age group or the household is not known, or the two do not agree.",
                f"Known are {', '.join(known)}; a couple with one of pension age is couple_pension_age.",
                "Choose one of these.",
            )


def _changed(blank: Evidence, corner: tuple[int, ...], changes: list[tuple[Change, Change]]) -> Evidence:
    for side, choices in zip(corner, changes, strict=True):
        blank = choices[side](blank)
    return blank


def _questions(charges: dict[tuple[int, ...], int], names: list[str]) -> tuple[str, ...]:
    """Questions whose answer can change the charge, by how much they can change it at most."""
    swings = {}
    for place, name in enumerate(names):
        pairs = [(each, (*each[:place], 1, *each[place + 1 :])) for each in charges if each[place] == 0]
        swings[name] = max(abs(charges[high] - charges[low]) for low, high in pairs)
    telling = sorted((name for name in names if swings[name]), key=lambda name: -swings[name])
    return tuple(_QUESTIONS[name] for name in telling)


def _with_income(weekly: Money) -> Change:
    return lambda case: replace(case, income=(Line("other", weekly),))


def _with_savings(amount: Money) -> Change:
    return lambda case: replace(case, capital=(Holding("savings", amount),))


def _with_costs(weekly: Money) -> Change:
    return lambda case: replace(case, disability_related_expenditure=(Line("other", weekly),))


def _with_premiums(premiums: tuple[str, ...]) -> Change:
    return lambda case: replace(case, premiums=premiums)


def _more_than_enough(law: ChargeLaw, weekly_cost: Money, unseen: Money) -> Money:
    """An income from which the whole cost can be paid whatever must be left."""
    minimum = Money.total(each.money() for each in (*law.minimum.values(), *law.premiums.values()))
    return weekly_cost + minimum + unseen


def _above_the_limit(law: ChargeLaw) -> Money:
    return law.capital_upper_limit.money() + Money(1)
