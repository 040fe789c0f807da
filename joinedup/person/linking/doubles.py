"""Which rows of one list look like one person, and how much that weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2

from joinedup.person.linking import cleaning, groups, model
from joinedup.person.linking.running import WORTH_GROUPING

MOST_BITS = 40.0


def likely_pairs(
    rows: Sequence[Mapping[str, str]], least: float, say: Callable[[str], None]
) -> list[tuple[int, int, float]]:
    """The pairs of rows, by their places, that are at least so likely one person; the likeliest first."""
    cleaned = [cleaning.clean(row) for row in rows]
    used = cleaning.used_fields(cleaned)
    if len(cleaned) < 2 or not used:
        return []
    outcome = model.link([cleaned], used, least=min(least, WORTH_GROUPING), say=say)
    found = groups.grouped([(each.left, each.right, each.probability) for each in outcome.pairs], least)
    pairs = [(left, right, odds) for (left, right), odds in found.items() if odds >= least]
    return sorted(pairs, key=lambda each: (-each[2], each[0], each[1]))


def bits_of(probability: float) -> float:
    """The weight of a probability in bits, within what a reader can use.

    >>> bits_of(0.5), round(bits_of(0.99), 1), bits_of(1.0)
    (0.0, 6.6, 40.0)
    """
    if probability >= 1:
        return MOST_BITS
    return max(min(log2(probability / (1 - probability)), MOST_BITS), -MOST_BITS)
