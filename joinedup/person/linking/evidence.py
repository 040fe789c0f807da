"""What speaks for one person and what against, in words: the steps that the model weighs, and their bits. Pure.

The review page says nothing else than what a rule would weigh: the words are those of the levels. Of a restricted
person nothing is said that leads to where they live.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from joinedup.person.linking import comparing
from joinedup.person.linking.weighing import Weighed, Weights

RECORD_FIELDS = (
    "born", "family", "given", "line_1", "middle", "mobile", "nhs_number", "number", "phone", "postcode", "practice",
    "sex",
)  # fmt: skip
"""What records hold to compare: the steps that are told while no model is kept."""

LEADS_HOME = frozenset({"area", "street", "phone"})
SAYS_LITTLE = 0.5
"""Fewer bits than this, either way, speak for neither."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison in words, its bits (None while no model is kept), and whether it speaks for one person.

    `speaks`: 1 for one person, -1 for two, 0 for neither.
    """

    about: str
    words: str
    bits: float | None
    speaks: int


def unweighed() -> Weights:
    """The comparisons of records while no model is kept: every step weighs nothing."""
    ladders = tuple(comparing.ladders(RECORD_FIELDS))
    return Weights(ladders, {each.name: (0.0,) * (len(each.levels) + 1) for each in ladders}, 0.0)


def evidence_of(weights: Weights, pair: Weighed, *, kept: bool, hidden: Collection[str] = ()) -> tuple[Evidence, ...]:
    """Every comparison of which something is known on both sides, in the order of the model; `hidden` by name.

    >>> steps = {"given": 6, "family": -1, "born": 0}
    >>> [each.words for each in evidence_of(unweighed(), Weighed(0, 1, steps, 0.0), kept=False)]
    ['the same', 'different']
    """
    found = []
    for ladder in weights.ladders:
        step = pair.steps.get(ladder.name, -1)
        if step < 0 or ladder.name in hidden:
            continue
        bits = weights.bits[ladder.name][step] if kept else None
        found.append(Evidence(ladder.words, ladder.words_of(step), bits, _speaks(step, bits)))
    return tuple(found)


def _speaks(step: int, bits: float | None) -> int:
    if bits is None:
        return 1 if step else -1
    return 0 if abs(bits) < SAYS_LITTLE else (1 if bits > 0 else -1)
