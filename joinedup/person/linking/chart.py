"""What a kept model's steps weigh, in bits, for the table and the chart of its page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any


@dataclass(frozen=True, slots=True)
class WeightBar:
    """One step of one comparison: how often the same person and how often others stand on it, and its bits."""

    comparison: str
    step: str
    of_same: float
    of_others: float

    @property
    def label(self) -> str:
        """Comparison and step in words."""
        return f"{self.comparison[:1].upper()}{self.comparison[1:]}: {self.step}"

    @property
    def value(self) -> float:
        """Bits: above nought it speaks for one person, below for two.

        >>> WeightBar("sex", "the same", 0.98, 0.49).value
        1.0
        """
        return log2(self.of_same / self.of_others)


def weight_bars(weights: Sequence[Mapping[str, Any]]) -> list[WeightBar]:
    """Every step of every comparison, in the order of the model."""
    return [
        WeightBar(each["words"], level["words"], level["m"], level["u"]) for each in weights for level in each["levels"]
    ]
