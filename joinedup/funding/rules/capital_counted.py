"""Which part of each piece of capital counts, for this person in this setting on this day?

SI 2014/2672 schedule 2. The home is ignored at home and during a stay that is not for good; of a permanent resident it
counts at the person's own part less the costs of selling it and what is secured on it, unless somebody whom the
regulations name lives in it or the person means to live in it again. The twelve weeks of a new resident depend on all
other capital, so the engine decides on them. Left out: income assumed from capital.
"""

from __future__ import annotations

from dataclasses import dataclass

from joinedup.base.money import Money
from joinedup.base.parameters import Parameter
from joinedup.funding.rules.evidence import Evidence, Holding
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import CAPITAL, OCCUPIERS, SCHEDULE_2

NOTHING = Money(0)
HUNDRED = 100
BELIEVED = "believed right, not seen in a source"
_LEFT_OUT_FOR = {
    "main_home": ("intended-home-disregard-weeks", "Ignored for some weeks, because the person means to live in it."),
    "home_sale_proceeds_for_new_home": (
        "intended-home-disregard-weeks", "Ignored for some weeks, because it is to buy another home.",
    ),
    "personal_injury_payment": ("personal-injury-disregard-weeks", "Ignored for some weeks after it was paid."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """One holding and how much of it counts; `text` finishes the sentence, `parameter` is the figure that decided."""

    holding: Holding
    own: Money
    amount: Money
    text: str
    source: str
    verified: bool
    parameter: Parameter | None = None

    @property
    def is_home(self) -> bool:
        """Whether it is the home, counted, so that the twelve weeks may leave it out."""
        return self.holding.kind == "main_home" and self.amount.pence > 0


@dataclass(frozen=True, slots=True)
class Capital:
    """A person's capital as it counts: the home apart, on which the twelve weeks decide; `notional` is in `other`."""

    lines: tuple[Counted, ...]
    other: Money
    home: Money
    notional: Money
    in_twelve_weeks: bool


def capital_of(evidence: Evidence, law: ChargeLaw) -> Capital:
    """What counts of each holding. OperatorMustAct (parameter-missing) where a care home's figure is not known."""
    lines = tuple(_counted(held, evidence, law) for held in evidence.capital)
    home = Money.total(each.amount for each in lines if each.is_home)
    twelve = evidence.setting == "care_home_permanent" and any(
        law.within_weeks("property-disregard-weeks", since)
        for since in (evidence.permanent_on, evidence.disregard_ended_on)
    )
    return Capital(
        lines,
        Money.total(each.amount for each in lines if not each.is_home),
        home,
        Money.total(each.amount for each in lines if each.holding.kind == "notional_capital"),
        twelve,
    )


def _counted(held: Holding, evidence: Evidence, law: ChargeLaw) -> Counted:
    kind, own = CAPITAL[held.kind], held.own
    name, text = _LEFT_OUT_FOR.get(held.kind, ("", ""))
    if name and law.within_weeks(name, held.since):
        return Counted(held, own, NOTHING, text, SCHEDULE_2, False, law.figure(name))
    if held.kind == "main_home":
        return _home(held, evidence, law)
    if kind.treatment == "ignore":
        return Counted(held, own, NOTHING, kind.text, kind.source, kind.verified)
    amount = _not_below_nothing(own, held.debts + held.reduced_by)
    return Counted(held, own, amount, kind.text, kind.source, kind.verified)


def _home(held: Holding, evidence: Evidence, law: ChargeLaw) -> Counted:
    kind, own = CAPITAL["main_home"], held.own
    if evidence.setting == "home":
        return Counted(held, own, NOTHING, kind.text, kind.source, kind.verified)
    if evidence.setting != "care_home_permanent":
        return Counted(held, own, NOTHING, "Ignored while the stay is not for good.", SCHEDULE_2, False)
    if held.occupied_by is not None:
        text = f"Ignored, because {OCCUPIERS[held.occupied_by]}."
        return Counted(held, own, NOTHING, text, SCHEDULE_2, False)
    costs = law.figure("sale-costs-percent")
    selling = Money(-(-own.pence * int(costs.percent()) // HUNDRED))
    amount = _not_below_nothing(own, selling + held.debts)
    text = (
        f"Counted at the person's own part, less {costs.value_text()}% for selling it ({selling}) "
        f"and what is secured on it ({held.debts})."
    )
    return Counted(held, own, amount, text, SCHEDULE_2, False, costs)


def _not_below_nothing(own: Money, less: Money) -> Money:
    return Money(max(own.pence - less.pence, 0))
