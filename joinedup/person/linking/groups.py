"""Pairs of one file made to agree with each other: if A is B and B is C, then A is C.

Rows are joined into groups, the surest first, as long as the evidence between two groups, averaged over all pairs
across them, speaks for one person. A single chance likeness therefore does not chain two people together, and a pair
that looks unlike is still found through the rows between. A pair's probability is then that of the join which brought
it together. Averages are of log-odds, bounded so that no one pair outvotes all others.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

BOUND = 7.0
"""Natural log-odds of a pair count at most so much either way: about 1,100 to 1."""

Pair = tuple[int, int]


def grouped(scored: Iterable[tuple[int, int, float]], least: float) -> dict[Pair, float]:
    """All pairs within groups of rows, with their probability; `scored` are places of rows with a probability.

    Pairs that are not in `scored` count as most unlikely. Joins happen down to probability `least`.

    >>> found = grouped([(1, 2, 0.999), (2, 3, 0.999), (1, 3, 0.4), (3, 4, 0.6)], 0.5)
    >>> sorted(found), found[1, 3] > 0.9
    ([(1, 2), (1, 3), (2, 3)], True)
    """
    sums: dict[int, dict[int, float]] = defaultdict(dict)
    members: dict[int, list[int]] = {}
    for left, right, probability in scored:
        members.setdefault(left, [left])
        members.setdefault(right, [right])
        worth = bounded_odds(probability) + BOUND  # from what a pair never scored is worth
        sums[left][right] = sums[right][left] = worth
    queue = [(-worth, left, right) for left, near in sums.items() for right, worth in near.items() if left < right]
    heapify(queue)
    found: dict[Pair, float] = {}
    floor = bounded_odds(least)
    while queue:
        mean, left, right = heappop(queue)
        if left not in members or right not in members or _mean(sums, members, left, right) != -mean:
            continue
        if -mean - BOUND < floor:
            break
        probability = 1 / (1 + math.exp(BOUND + mean))
        for one in members[left]:
            for other in members[right]:
                found[min(one, other), max(one, other)] = probability
        _join(sums, members, left, right)
        for near in sums[left]:
            heappush(queue, (-_mean(sums, members, left, near), min(left, near), max(left, near)))
    return found


def bounded_odds(probability: float) -> float:
    """Natural log-odds within the bound.

    >>> bounded_odds(0.5), bounded_odds(1.0), bounded_odds(0.0)
    (0.0, 7.0, -7.0)
    """
    if probability in (0.0, 1.0):
        return BOUND if probability else -BOUND
    return max(-BOUND, min(BOUND, math.log(probability / (1 - probability))))


def _mean(sums: dict[int, dict[int, float]], members: dict[int, list[int]], left: int, right: int) -> float:
    low, high = min(left, right), max(left, right)
    return sums[low][high] / (len(members[low]) * len(members[high]))


def _join(sums: dict[int, dict[int, float]], members: dict[int, list[int]], left: int, right: int) -> None:
    """Take `right` into `left`: what both are worth to a third adds up."""
    members[left] += members.pop(right)
    for near, worth in sums.pop(right).items():
        del sums[near][right]
        if near != left:
            sums[left][near] = sums[near][left] = sums[left].get(near, 0.0) + worth


def one_to_one(scored: Iterable[tuple[int, int, float]]) -> dict[Pair, float]:
    """Of pairs across two files only those in which each row stands once, the surest first.

    >>> one_to_one([(1, 1, 0.9), (1, 2, 0.95), (2, 1, 0.8)])
    {(1, 2): 0.95, (2, 1): 0.8}
    """
    lefts: set[int] = set()
    rights: set[int] = set()
    found: dict[Pair, float] = {}
    for left, right, probability in sorted(scored, key=lambda pair: (-pair[2], pair[0], pair[1])):
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            found[left, right] = probability
    return found
