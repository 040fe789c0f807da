"""How much is it, to the penny?

Money is whole pence, so that sums are exact and two people get the same answer. Text in files and messages is pounds
with two decimals ('16100.00'). Rounding is never hidden here: whoever divides uses `share_out`, whose parts sum to the
whole. Left out: other currencies, and fractions of a penny (a rule that needs them rounds where its law says so).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from joinedup.base.errors import BadValue

_AMOUNT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum of money in whole pence; negative means owed the other way.

    >>> fee = Money.from_text("16100.00")
    >>> fee
    Money(pence=1610000)
    >>> fee.to_text(), fee.display()
    ('16100.00', '£16,100.00')
    >>> Money.total([fee, Money(5), -fee])
    Money(pence=5)
    >>> Money(1000).share_out([1, 1, 1])
    (Money(pence=334), Money(pence=333), Money(pence=333))
    >>> Money.from_text("1.005")
    Traceback (most recent call last):
    joinedup.base.errors.BadValue: This is not an amount in pounds and pence. ... [money-text]
    >>> Money(1.5)
    Traceback (most recent call last):
    joinedup.base.errors.BadValue: Money must be a whole number of pence. ... [money-not-whole]
    """

    pence: int

    def __post_init__(self) -> None:
        if not isinstance(self.pence, int) or isinstance(self.pence, bool):
            raise BadValue(
                "money-not-whole",
                "Money must be a whole number of pence.",
                "A fraction would be lost without a trace.",
                "Round where the rule says how, then give whole pence.",
            )

    @classmethod
    def from_text(cls, text: str) -> Money:
        """Read pounds with at most two decimals: '16100.00', '-12.5', '7'. No sign but minus, no comma, no £.

        Raises BadValue for anything else, a float included.
        """
        found = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise BadValue(
                "money-text",
                "This is not an amount in pounds and pence.",
                "An amount is text with at most two decimals, such as 16100.00.",
                "Write it without commas, £ sign or a third decimal.",
            )
        minus, pounds, decimals = found.groups()
        pence = int(pounds) * 100 + int((decimals or "").ljust(2, "0"))
        return cls(-pence if minus else pence)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of any number of amounts; of none, nothing."""
        return cls(sum(amount.pence for amount in amounts))

    def to_text(self) -> str:
        """Pounds with two decimals and no separators, as files carry it; `from_text` reads it back."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'-' if self.pence < 0 else ''}{pounds}.{pence:02d}"

    def display(self) -> str:
        """For people: '£1,234.50', '-£3.00'."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'-' if self.pence < 0 else ''}£{pounds:,}.{pence:02d}"

    def share_out(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Parts in proportion to whole-number weights, which sum exactly to this amount; see `share_out`."""
        return tuple(Money(pence) for pence in share_out(self.pence, weights))

    def __str__(self) -> str:
        return self.display()

    def __add__(self, other: Money) -> Money:
        return Money(self.pence + other.pence) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.pence - other.pence) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.pence)

    def __mul__(self, times: int) -> Money:
        return Money(self.pence * times) if isinstance(times, int) else NotImplemented

    __rmul__ = __mul__


def share_out(total_pence: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split pence by weights so that the parts sum exactly to the whole.

    Largest remainder: each part is first rounded down, then the pennies left over go one each to the parts that lost
    most, ties to the earliest. A part of weight 0 gets nothing. A negative total is shared as its opposite, so that a
    correction undoes what it corrects. Raises BadValue for a negative or fractional weight, or when all are 0.

    >>> share_out(100, [1, 1, 1])
    (34, 33, 33)
    >>> share_out(-100, [1, 1, 1])
    (-34, -33, -33)
    """
    shares_total = sum(weights)
    if shares_total <= 0 or any(not isinstance(weight, int) or weight < 0 for weight in weights):
        raise BadValue(
            "share-weights",
            "These weights cannot share out an amount.",
            "Each must be a whole number of 0 or more, and one must be above 0.",
            "Give whole-number weights.",
        )
    if total_pence < 0:
        return tuple(-pence for pence in share_out(-total_pence, weights))
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(total_pence * weight, shares_total)
        parts.append(part)
        remainders.append(remainder)
    left_over_pence = total_pence - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda index: (-remainders[index], index))
    for index in by_loss[:left_over_pence]:
        parts[index] += 1
    return tuple(parts)
