"""Between which limits does a figure lie, chance allowed for?

Wilson's limits for a share, Byar's for a count (exact Poisson limits below ten), limits of a median by ranks, and of a
mean by the normal approximation. Formulas as the national public health statistics use them (PHEindicatormethods;
Wilson 1927; Breslow and Day 1987 for Byar; Campbell and Gardner 1988 for the median). The confidence is an argument:
its value stands in parameters/disclosure.yaml. Left out: standardised rates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, exp, floor, lgamma, log, sqrt
from statistics import NormalDist

import numpy as np

Histogram = Sequence[tuple[int, int]]
"""(value, how often), in any order; each how often at least one."""

BYAR_FROM = 10
HALVINGS = 100


def z_of(confidence: float) -> float:
    """The normal deviate of a two-sided confidence between nought and one.

    >>> round(z_of(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(events: int, of: int, confidence: float) -> tuple[float, float]:
    """Lower and upper limit of the share events ÷ of, between 0 and 1. ValueError unless 0 <= events <= of, of > 0.

    >>> tuple(round(limit, 6) for limit in wilson(65, 100, 0.95))
    (0.552544, 0.736358)
    """
    if not 0 <= events <= of or of == 0:
        raise ValueError("a share needs events of something, and no more than there are")
    z = z_of(confidence)
    middle, half = 2 * events + z * z, z * sqrt(z * z + 4 * events * (1 - events / of))
    return max(0, (middle - half) / (2 * (of + z * z))), min(1, (middle + half) / (2 * (of + z * z)))


def byar(count: int, confidence: float) -> tuple[float, float]:
    """Lower and upper limit of a count. ValueError below nought.

    >>> tuple(round(limit, 4) for limit in byar(10, 0.95))
    (4.7874, 18.3915)
    """
    if count < 0:
        raise ValueError("a count is not below nought")
    if count < BYAR_FROM:
        return _exact_poisson(count, (1 - confidence) / 2)
    z, more = z_of(confidence), count + 1
    lower = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3
    return lower, more * (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3


def median(histogram: Histogram) -> float:
    """The median of a histogram, halfway between the two middle values of an even number. ValueError when empty.

    >>> median([(10, 1), (2, 2), (4, 1)])
    3.0
    """
    values = _spread(histogram)
    return float(np.median(values))


def median_limits(histogram: Histogram, confidence: float) -> tuple[int, int]:
    """Lower and upper limit of a median, by ranks; the ends of the histogram where it is short. ValueError: empty.

    >>> median_limits([(day, 1) for day in range(1, 101)], 0.95)
    (40, 61)
    """
    values = _spread(histogram)
    reach = z_of(confidence) * sqrt(len(values)) / 2
    first, last = floor(len(values) / 2 - reach), ceil(1 + len(values) / 2 + reach)
    return int(values[max(first, 1) - 1]), int(values[min(last, len(values)) - 1])


def mean_limits(histogram: Histogram, confidence: float) -> tuple[float, float, float]:
    """Mean, lower and upper limit by the normal approximation, the lower never below nought. ValueError when empty."""
    values = _spread(histogram)
    mean = float(np.mean(values))
    spread = float(np.std(values, ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0
    reach = z_of(confidence) * spread
    return mean, max(0, mean - reach), mean + reach


def _spread(histogram: Histogram) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if not histogram:
        raise ValueError("nothing was counted")
    ordered = sorted(histogram)
    values = np.array([value for value, _ in ordered], dtype=np.int64)
    return np.repeat(values, [often for _, often in ordered])


def _exact_poisson(count: int, tail: float) -> tuple[float, float]:
    """The means at which so few, and so many, would come by a chance of `tail` each; found by halving."""
    upper = _where(lambda mean: _at_most(count, mean) < tail)
    lower = _where(lambda mean: 1 - _at_most(count - 1, mean) > tail) if count else 0
    return lower, upper


def _at_most(count: int, mean: float) -> float:
    if count < 0:
        return 0
    return sum(exp(events * log(mean) - mean - lgamma(events + 1)) for events in range(count + 1))


def _where(is_beyond: Callable[[float], bool]) -> float:
    low, high = float(0), float(BYAR_FROM**2)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return (low + high) / 2
