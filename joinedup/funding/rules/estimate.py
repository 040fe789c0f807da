"""Roughly what would this person pay, when all we know is what was said on the first call?

The same engine over every corner of what is not yet known, for the setting in which the person would be cared for:
least and most income, least and most savings, with and without the costs that nobody has asked for; at home with and
without the premiums; in a care home with and without a home that counts, nursing that the NHS pays, a pension of which
half goes to the partner, or a benefit that is left out of a stay that is not for good. The lowest and the highest
charge come out, and what to ask next, beginning with what would narrow the range most. Left out: savings credit,
children, a local policy, top-ups, and services that are free whatever one has. A family must be told that it is no
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
from joinedup.funding.rules.treatments import AGE_GROUPS, HOUSEHOLDS, PREMIUMS, SETTINGS

NOTHING = Money(0)
INCOME = "income"
SAVINGS = "savings"
COSTS = "costs"
PREMIUM = "premiums"
HOME = "home"
NURSING = "nursing"
BENEFITS = "benefits"
HALF = "half"

Change = Callable[[Evidence], Evidence]

_QUESTIONS = {
    INCOME: "The exact weekly income: pensions and benefits, one by one.",
    SAVINGS: "The exact savings and other capital, and whether they are held with somebody else.",
    COSTS: "What the home costs (rent, mortgage, council tax) and what the disability costs.",
    PREMIUM: "Which disability or carer premiums are due.",
    HOME: "Whether the person owns a home, and who lives in it: it may count after the first weeks of a stay for good.",
    NURSING: "Whether the care home gives nursing that the NHS pays for.",
    BENEFITS: "How much of the income is Attendance Allowance or another benefit for care: such a stay leaves it out.",
    HALF: "Which of the income is a private pension, and whether half of it goes to the partner at home.",
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
    """The lowest and the highest weekly charge, and what would narrow the range, the most telling question first.

    `nhs_may_pay` is what the NHS pays for nursing where it is given or may be: as much less is the person's at most.
    """

    lowest: Money
    highest: Money
    what_would_narrow_it: tuple[str, ...]
    nhs_may_pay: Money = NOTHING


def estimate(
    *,
    age_group: str,
    household: str,
    income: Band,
    savings: Band,
    weekly_cost: Money,
    as_at: date,
    parameters: Parameters,
    setting: str = "home",
    own_home: bool | None = None,
    nursing: bool | None = None,
) -> Estimate:
    """The range of the weekly charge. `age_group` is of AGE_GROUPS, `household` of HOUSEHOLDS, `setting` of SETTINGS.

    `income` is a week's income of kinds that count; savings are the person's own, without the home. `own_home` and
    `nursing` are None where nobody knows, and matter in a care home. BadValue for a word that is not known or nursing
    at home, OperatorMustAct (parameter-missing) for a day whose law is not known.
    """
    _check_words(age_group, household, setting, nursing)
    law = ChargeLaw.at(parameters, as_at)
    asked = _Asked(
        law, income, savings, weekly_cost, parameters.value_at("estimate-unseen-costs-weekly", as_at).money()
    )
    blank = Evidence(as_at=as_at, household=household, weekly_cost=weekly_cost, pension_age=age_group == "pension_age",
                     setting=setting, nursing_care="standard" if nursing else None)  # fmt: skip
    unknown = asked.at_home() if setting == "home" else asked.in_care_home(blank, own_home, nursing)
    corners = list(product((0, 1), repeat=len(unknown)))
    cases = [_changed(blank, corner, list(unknown.values())) for corner in corners]
    group = AgeGroup(age_group, AS_THE_CASE_SAYS)
    found = charge_many(columns([placed_in(group, each, law) for each in cases]), law)
    charges = dict(zip(corners, found.weekly_charge_pence.tolist(), strict=True))
    nhs = Money(max(found.nhs_pays_pence.tolist()))
    return Estimate(Money(min(charges.values())), Money(max(charges.values())), _questions(charges, list(unknown)), nhs)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was said on the call, and the law by which its ends are found."""

    law: ChargeLaw
    income: Band
    savings: Band
    weekly_cost: Money
    unseen: Money

    def at_home(self) -> dict[str, tuple[Change, Change]]:
        """What is not known of somebody cared for at home: for each the change that lowers, and that raises."""
        return self._means() | {
            COSTS: (_with_costs(self.unseen), _with_costs(Money(0))),
            PREMIUM: (_with_premiums(PREMIUMS), _with_premiums(())),
        }

    def in_care_home(
        self, blank: Evidence, own_home: bool | None, nursing: bool | None
    ) -> dict[str, tuple[Change, Change]]:
        """The same in a care home."""
        unknown = self._means()
        if blank.setting == "care_home_permanent":
            if own_home is not False:
                unknown[HOME] = (_unchanged, _with_home(self.law))
        else:
            most = self.law.figure("attendance-allowance-weekly", "higher").money()
            unknown |= {
                COSTS: (_with_housing(self.unseen), _unchanged), BENEFITS: (_with_benefit(most), _unchanged),
            }  # fmt: skip
        if blank.household != "single":
            unknown[HALF] = (_with_half, _unchanged)
        if nursing is None:
            unknown[NURSING] = (_with_nursing, _unchanged)
        return unknown

    def _means(self) -> dict[str, tuple[Change, Change]]:
        most = self.income.highest or _more_than_enough(self.law, self.weekly_cost, self.unseen)
        return {
            INCOME: (_with_income(self.income.lowest), _with_income(most)),
            SAVINGS: (
                _with_savings(self.savings.lowest), _with_savings(self.savings.highest or _above_the_limit(self.law)),
            ),
        }  # fmt: skip


def _check_words(age_group: str, household: str, setting: str, nursing: bool | None) -> None:
    contradicts = age_group == "pension_age" and household == "couple_working_age"
    for word, known in ((age_group, AGE_GROUPS), (household, HOUSEHOLDS)):
        if word not in known or contradicts:
            raise BadValue(
                "estimate-word",
                "The age group or the household is not known, or the two do not agree.",
                f"Known are {', '.join(known)}; a couple with one of pension age is couple_pension_age.",
                "Choose one of these.",
            )
    if setting not in SETTINGS:
        raise BadValue("estimate-setting", "The setting is not known.", f"Known are {', '.join(SETTINGS)}.",
                       "Choose one of these.")  # fmt: skip
    if nursing and setting == "home":
        raise BadValue("estimate-nursing", "The NHS pays for nursing in a care home only.", "This is care at home.",
                       "Choose a care home, or leave the nursing out.")  # fmt: skip


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


def _unchanged(case: Evidence) -> Evidence:
    return case


def _with_housing(weekly: Money) -> Change:
    return lambda case: replace(case, housing_costs=(Line("other", weekly),))


def _with_home(law: ChargeLaw) -> Change:
    """A home that counts whatever is taken off it."""
    worth = Money(2 * law.capital_upper_limit.money().pence)
    return lambda case: replace(case, capital=(*case.capital, Holding("main_home", worth)))


def _with_nursing(case: Evidence) -> Evidence:
    return replace(case, nursing_care="standard")


def _with_benefit(most: Money) -> Change:
    """As much of the income as can be is a benefit for care."""

    def change(case: Evidence) -> Evidence:
        weekly = Money.total(each.weekly for each in case.income)
        benefit = min(weekly, most)
        lines = (Line("other", weekly - benefit), Line("attendance_allowance_higher", benefit))
        return replace(case, income=lines)

    return change


def _with_half(case: Evidence) -> Evidence:
    """All the rest of the income is a pension of which half goes to the partner."""
    lines = (Line("occupational_pension", each.weekly, half_to_partner=True) if each.kind == "other" else each
             for each in case.income)  # fmt: skip
    return replace(case, income=tuple(lines))


def _with_premiums(premiums: tuple[str, ...]) -> Change:
    return lambda case: replace(case, premiums=premiums)


def _more_than_enough(law: ChargeLaw, weekly_cost: Money, unseen: Money) -> Money:
    """An income from which the whole cost can be paid whatever must be left."""
    minimum = Money.total(each.money() for each in (*law.minimum.values(), *law.premiums.values()))
    return weekly_cost + minimum + unseen


def _above_the_limit(law: ChargeLaw) -> Money:
    return law.capital_upper_limit.money() + Money(1)
