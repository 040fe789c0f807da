"""What is known of this person's money, care and council on the day that is charged for?

Frozen values; `charge_reading.py` makes them from a case of `joinedup rule charge`. Left out: what counts and for how
much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from joinedup.base.money import Money

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One income, cost or disregard: its kind and whole pence a week.

    `half_to_partner`: at least half of this pension goes to a spouse or civil partner who does not live in the home.
    """

    kind: str
    weekly: Money
    half_to_partner: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """One piece of capital: its kind, the whole amount and the person's share of it, above 0 and at most 1.

    `debts` is the person's own part of what is secured on it. `since` is the day from which a time runs for which it is
    left out: the person means to live in it, it was sold to buy another home, or it was paid for an injury.
    `reduced_by` is what earlier weeks have taken off notional capital.
    """

    kind: str
    amount: Money
    share: Fraction = Fraction(1)
    debts: Money = NOTHING
    occupied_by: str | None = None
    since: date | None = None
    reduced_by: Money = NOTHING

    @property
    def own(self) -> Money:
        """The person's own part; a fraction of a penny is dropped."""
        return Money(int(self.amount.pence * self.share))


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """What the case says of the council's own policy; None where it says nothing and the parameters hold."""

    minimum: Money | None = None
    personal_allowance: Money | None = None
    upper_limit: Money | None = None
    percent_hundredths: int | None = None
    savings_credit_ignored: bool | None = None
    flat_disability_costs: Money | None = None
    arrangement_fee: Money | None = None
    short_term_rules: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One person's case for the charge on one day.

    `born` or `pension_age` is known. `not_given` names lists that the case left out and that were taken as empty.
    `weekly_cost` is the personal budget; `chosen_cost` the price of a dearer home. `permanent_on` and
    `disregard_ended_on` begin the weeks for which the home is left out.
    """

    as_at: date
    household: str
    weekly_cost: Money
    born: date | None = None
    pension_age: bool | None = None
    premiums: tuple[str, ...] = ()
    dependent_children: int = 0
    income: tuple[Line, ...] = ()
    capital: tuple[Holding, ...] = ()
    housing_costs: tuple[Line, ...] = ()
    disability_related_expenditure: tuple[Line, ...] = ()
    disregards: tuple[Line, ...] = ()
    policy: LocalPolicy = LocalPolicy()
    not_given: tuple[str, ...] = ()
    setting: str = "home"
    permanent_on: date | None = None
    disregard_ended_on: date | None = None
    personal_allowance: Money | None = None
    nursing_care: str | None = None
    chosen_cost: Money | None = None
    top_up_by_resident: bool = False
    deferred_payment: bool = False
    free_service: str | None = None
    free_since: date | None = None
    light_touch: str | None = None
    council_arranges: bool = False

    @property
    def local_minimum(self) -> Money | None:
        """The council's own minimum income for this person, premiums and children included."""
        return self.policy.minimum
