"""What do the steps of a charge share: the figures of one person, sources that come again, how a kind is written?"""

from __future__ import annotations

from dataclasses import dataclass

from joinedup.base.explanation import Step
from joinedup.base.money import Money
from joinedup.funding.rules.engine import Charges
from joinedup.funding.rules.evidence import Line

CARE_ACT = "Care Act 2014 s 14 and s 17"
REGULATIONS = "SI 2014/2672"
LOCAL_POLICY = "The council's own policy, as given in the case"
NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """One person's figures out of a caseload, by the person's place in it."""

    charges: Charges
    place: int = 0

    def money(self, name: str) -> Money:
        """A figure by its name without the unit: money('tariff_income')."""
        return Money(int(getattr(self.charges, f"{name}_pence")[self.place]))

    def count(self, name: str) -> int:
        """A whole number by its name."""
        return int(getattr(self.charges, name)[self.place])

    def flag(self, name: str) -> bool:
        """A yes or no by its name."""
        return bool(getattr(self.charges, name)[self.place])


def cost_total(rule: str, text: str, lines: tuple[Line, ...]) -> Step:
    """A step for several costs and their sum."""
    each = [{"kind": line.kind, "weekly": line.weekly} for line in lines]
    return Step(rule, text, f"{REGULATIONS} schedule 1", total(lines), inputs={"lines": each})


def total(lines: tuple[Line, ...]) -> Money:
    """The lines added up."""
    return Money.total(line.weekly for line in lines)


def words(name: str) -> str:
    """A name as words."""
    return name.replace("_", " ")


def label(kind: str) -> str:
    """A kind as a statement writes it.

    >>> label("pip_mobility_standard"), label("state_pension")
    ('PIP mobility standard', 'State pension')
    """
    told = words(kind)
    short, _, rest = told.partition(" ")
    return f"{short.upper()} {rest}" if short in ("pip", "dla") else f"{told[0].upper()}{told[1:]}"
