"""Roughly what might somebody pay, from the few words of a first call?

Bands to choose from (savings from the law's own limits, income from parameters/door.yaml), and the range that the
funding rules give for them, in words that a family can be told. It is no decision, and says so. Left out: whatever
nobody asks on a first call; the rules themselves say what would narrow the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from joinedup.base.errors import BadValue
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.funding.rules import Band, ChargeLaw, Estimate, estimate
from joinedup.funding.rules.ages import age_group_born

NOT_KNOWN = "not_known"
COST_NOT_KNOWN = Money(100_000_000)
"""Stands for any cost there is, when nobody knows the cost: whoever can pay as much pays the whole."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A band that can be chosen: its key in the form, its words, and what it stands for."""

    key: str
    words: str
    band: Band


@dataclass(frozen=True, slots=True)
class Bands:
    """What can be chosen for savings and for weekly income on a day."""

    savings: tuple[Choice, ...]
    income: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FirstEstimate:
    """The range in words, the questions that would narrow it, the most telling first, and its ends in pence a week.

    None as an end stands for the whole cost of the care, or what the NHS leaves of it.
    """

    words: str
    narrower: tuple[str, ...]
    lowest_pence: int | None
    highest_pence: int | None


def bands_on(day: date, parameters: Parameters) -> Bands:
    """The bands of a day. OperatorMustAct (parameter-missing) for a day whose law is not known."""
    law = ChargeLaw.at(parameters, day)
    limits = [law.capital_lower_limit.money(), law.capital_upper_limit.money()]
    edges = [parameters.value_at("door-income-band-edge", day, group).money() for group in ("first", "second", "third")]
    return Bands(_choices(limits), _choices(edges))


def first_estimate(
    *, birth_date: date, household: str, savings: Band, income: Band, weekly_cost: Money | None, as_at: date,
    parameters: Parameters, setting: str = "home", own_home: bool | None = None, nursing: bool | None = None,
) -> FirstEstimate:  # fmt: skip
    """The range of the weekly charge in a setting. BadValue when the words contradict each other or it is a child."""
    group = age_group_born(birth_date, as_at, parameters).name
    if group == "under_age":
        raise BadValue(
            "estimate-child", "This charge is for adults.", "The person is a child on this day.",
            "Ask the council's service for children.",
        )  # fmt: skip
    cost = weekly_cost or COST_NOT_KNOWN
    found = estimate(
        age_group=group, household=household, income=income, savings=savings, weekly_cost=cost, as_at=as_at,
        parameters=parameters, setting=setting, own_home=own_home, nursing=nursing,
    )  # fmt: skip
    whole = (cost, cost - found.nhs_may_pay)
    ends = (None if end.pence and end in whole else end.pence for end in (found.lowest, found.highest))
    return FirstEstimate(_words(found, cost), found.what_would_narrow_it, *ends)


def _choices(edges: Sequence[Money]) -> tuple[Choice, ...]:
    first, last = edges[0], edges[-1]
    between = [
        Choice(f"from_{low.pence}", f"{_pounds(low)} to {_pounds(high)}", Band(low, high))
        for low, high in pairwise(edges)
    ]
    return (
        Choice(NOT_KNOWN, "Not known", Band(Money(0), None)),
        Choice("from_0", f"Less than {_pounds(first)}", Band(Money(0), first)),
        *between,
        Choice(f"from_{last.pence}", f"More than {_pounds(last)}", Band(last + Money(1), None)),
    )


def _pounds(amount: Money) -> str:
    return amount.display().removesuffix(".00")


def _words(found: Estimate, cost: Money) -> str:
    if found.highest == Money(0):
        return "nothing"
    lowest, highest = _end(found.lowest, found, cost), _end(found.highest, found, cost)
    if lowest == highest:
        return highest
    return f"between {lowest} and {highest}"


def _end(end: Money, found: Estimate, cost: Money) -> str:
    """One end of the range in words: whoever pays the whole cost pays what the NHS leaves of it."""
    if end == Money(0):
        return "nothing"
    if end == cost:
        return "the whole cost"
    if found.nhs_may_pay.pence and end == cost - found.nhs_may_pay:
        return f"the whole cost less the {found.nhs_may_pay.display()} a week that the NHS pays for nursing"
    return f"{end.display()} a week"
