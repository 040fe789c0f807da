"""How exact is a figure that was worked out from rounded ones?

A published figure is rounded, so it stands for a range. Here that range is carried through a calculation: each input is
put in at its ends, every combination is worked out, and the lowest and highest answers are kept. That is exact for a
formula that only rises or only falls in each of its inputs, which all formulas of this folder do. An input that stands
twice in a formula is one input, so nothing is widened by counting its rounding twice. Left out: chance. A range says
what the rounding allows, not how likely it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

Values = Mapping[str, Fraction]
Formula = Callable[[Values], Fraction]


@dataclass(frozen=True, slots=True)
class Interval:
    """Lowest, central and highest of a figure; all three are equal when it is exact.

    >>> Interval.around(Fraction(90), Fraction(1)).lowest
    Fraction(179, 2)
    >>> Interval.exact(Fraction(8)).is_exact
    True
    """

    lowest: Fraction
    central: Fraction
    highest: Fraction

    @classmethod
    def exact(cls, value: Fraction) -> Interval:
        """A figure without any rounding."""
        return cls(value, value, value)

    @classmethod
    def around(cls, value: Fraction, rounded_to: Fraction | None) -> Interval:
        """What a figure rounded to the nearest `rounded_to` may have been before; None: it is exact."""
        half = (rounded_to or Fraction(0)) / 2
        return cls(value - half, value, value + half)

    @property
    def is_exact(self) -> bool:
        """Whether lowest and highest are the same."""
        return self.lowest == self.highest

    def meets(self, other: Interval) -> bool:
        """Whether there is a value that lies in both.

        >>> Interval.around(Fraction(146), Fraction(1)).meets(Interval(Fraction(146), Fraction(147), Fraction(148)))
        True
        """
        return self.lowest <= other.highest and other.lowest <= self.highest


def worked_out(formula: Formula, inputs: Mapping[str, Interval], carried: Collection[str]) -> Interval:
    """The formula's answer with the rounding of the inputs named in `carried`; the others stand at their centre.

    The central answer is that of the central inputs.

    >>> ninety = {"a": Interval.around(Fraction(90), Fraction(1)), "b": Interval.around(Fraction(30), Fraction(2))}
    >>> answer = worked_out(lambda v: v["a"] / v["b"], ninety, ["a"])
    >>> str(answer.lowest), str(answer.central), str(answer.highest)
    ('179/60', '3', '181/60')
    """
    centre = {name: each.central for name, each in inputs.items()}
    ends = [(name, (inputs[name].lowest, inputs[name].highest)) for name in inputs if name in carried]
    names = [name for name, _ in ends]
    answers = [
        formula({**centre, **dict(zip(names, corner, strict=True))}) for corner in product(*(pair for _, pair in ends))
    ]
    return Interval(min(answers), formula(centre), max(answers))


def rounded(value: Fraction, rounded_to: Fraction) -> Fraction:
    """To the nearest multiple of `rounded_to`, halves away from nought, as people round.

    >>> rounded(Fraction(5, 2), Fraction(1)), rounded(Fraction(-5, 2), Fraction(1)), rounded(Fraction(7), Fraction(5))
    (Fraction(3, 1), Fraction(-3, 1), Fraction(5, 1))
    """
    steps, remainder = divmod(abs(value), rounded_to)
    size = (steps + (1 if remainder * 2 >= rounded_to else 0)) * rounded_to
    return size if value >= 0 else -size


def root(value: Fraction, degree: Fraction) -> Fraction:
    """The positive `degree`-th root, to 28 figures; a growth of a whole period becomes that of a year.

    >>> root(Fraction(8), Fraction(3))
    Fraction(2, 1)
    """
    decimal = _decimal(value) ** (Decimal(1) / _decimal(degree))
    near = Fraction(decimal)
    whole = Fraction(round(near))
    return whole if degree.denominator == 1 and whole**degree.numerator == value else near


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
