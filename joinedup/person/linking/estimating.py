"""How much does each step of a comparison say? Expectation-maximisation over all pairs that were compared.

Splink's own training sees one block at a time, and counts the file's true pairs among the chance ones. That is close
enough for a big list and not for a small file of duplicates. So its answer is a start, from which this goes on over the
counts of all patterns that occur among compared pairs: m (how often a step is met among the same person's rows), u
(among others' rows, the true pairs taken out of what random pairs showed) and how many pairs are true at all. Pairs
that no key brought together count as different people. Pure; the file's answer key, if it has one, is never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDS_MOST = 200
ODDS_MOST = 500
SETTLED = 1e-6
LEAST = 1e-7
PRIOR_PAIRS = 1.0
"""One pair's worth of doubt is spread over the steps of m, so that a step nobody met is rare and not impossible."""


@dataclass(frozen=True, slots=True)
class Weights:
    """m and u of each comparison, by step from 'different' (0) upwards, and the share of pairs that are true."""

    m: list[Floats]
    u: list[Floats]
    share: float


@dataclass(frozen=True, slots=True)
class Patterns:
    """Every pattern among compared pairs: its steps (-1: not known) by comparison, and how many pairs show it.

    `ceiling` is how likely one person such a pair can be at most: 0 where two people are certain whatever else agrees
    (comparing.barred), less than 1 where one house may explain the likeness (comparing.relatives).
    """

    steps: NDArray[np.int64]
    counts: Floats
    ceiling: Floats


def estimate(patterns: Patterns, start: Weights, random_u: list[Floats], all_pairs: float) -> Weights:
    """Weights that no longer change.

    `random_u` is how often each step is met by random pairs, true ones among them; `all_pairs` how many could be made.
    """
    weights = start
    for _ in range(ROUNDS_MOST):
        truth = probabilities(patterns, weights)
        again = _maximised(patterns, truth, random_u, all_pairs)
        change = max(float(np.abs(new - old).max()) for new, old in zip(again.m, weights.m, strict=True))
        weights = again
        if change < SETTLED:
            break
    return weights


def probabilities(patterns: Patterns, weights: Weights) -> Floats:
    """The probability that a pair of each pattern is one person."""
    truth = 1 / (1 + np.exp(-np.clip(log_odds(patterns, weights), -ODDS_MOST, ODDS_MOST)))
    return np.minimum(truth, patterns.ceiling)


def log_odds(patterns: Patterns, weights: Weights) -> Floats:
    """How much speaks for each pattern, as natural logarithm of its odds."""
    said = [np.log(m / u) for m, u in zip(weights.m, weights.u, strict=True)]
    odds: Floats = summed(patterns, said) + np.log(weights.share / (1 - weights.share))
    return odds


def summed(patterns: Patterns, values: list[Floats]) -> Floats:
    """For each pattern the sum of what each of its known steps is worth."""
    total = np.zeros(len(patterns.counts))
    for place, worth in enumerate(values):
        steps = patterns.steps[:, place]
        known = steps >= 0
        total[known] += worth[steps[known]]
    return total


def _maximised(patterns: Patterns, truth: Floats, random_u: list[Floats], all_pairs: float) -> Weights:
    true_pairs = patterns.counts * truth
    share = float(np.clip(true_pairs.sum() / all_pairs, 1 / (10 * all_pairs), 0.5))
    m, u = [], []
    for place, seen in enumerate(random_u):
        steps = patterns.steps[:, place]
        known = steps >= 0
        met = np.bincount(steps[known], weights=true_pairs[known], minlength=len(seen))
        of_true = (met + PRIOR_PAIRS / len(seen)) / (met.sum() + PRIOR_PAIRS)
        others = np.maximum(seen - share * of_true, np.maximum(seen * 0.01, LEAST)) / (1 - share)
        m.append(np.maximum(of_true, LEAST))
        u.append(others / others.sum())
    return Weights(m, u, share)
