"""How good is a kept model's rule where the truth is known? Pairs of rows, with their numbers or without.

Truth is a key for each row: rows of one key are one person. What counts is what the rule would do with each pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

from joinedup.person.linking.cleaning import CleanRow
from joinedup.person.linking.deciding import ASK, JOIN, Standing, decide
from joinedup.person.linking.weighing import Weights, weigh

MOST_IN_A_BLOCK = 60


@dataclass(frozen=True, slots=True)
class Check:
    """What the rule did: true pairs in all, joined rightly and wrongly, asked rightly and wrongly."""

    true_pairs: int
    joined_right: int
    joined_wrong: int
    asked_right: int
    asked_wrong: int

    @property
    def precision(self) -> float:
        """The share of joined pairs that are one person; 1 when none was joined."""
        joined = self.joined_right + self.joined_wrong
        return self.joined_right / joined if joined else 1.0

    def to_json(self) -> dict[str, float]:
        """The counts, the precision of what was joined, and the share of true pairs that was joined or asked about."""
        found = (self.joined_right + self.asked_right) / max(self.true_pairs, 1)
        joined = self.joined_right / max(self.true_pairs, 1)
        return asdict(self) | {
            "precision": round(self.precision, 5), "joined_share": round(joined, 4), "found_share": round(found, 4)
        }  # fmt: skip


def check(weights: Weights, rows: Sequence[CleanRow], truth: Sequence[Hashable], *, numbers: bool) -> Check:
    """Decide every pair worth comparing; with `numbers` False every NHS number is hidden first."""
    shown = list(rows) if numbers else [replace(row, nhs_number=None) for row in rows]
    joined, asked = decided(weights, shown)
    counts: defaultdict[Hashable, int] = defaultdict(int)
    for key in truth:
        counts[key] += 1
    true_pairs = sum(count * (count - 1) // 2 for count in counts.values())

    def right(pairs: Sequence[tuple[int, int]]) -> int:
        return sum(truth[one] == truth[other] for one, other in pairs)

    return Check(true_pairs, right(joined), len(joined) - right(joined), right(asked), len(asked) - right(asked))


def decided(weights: Weights, rows: Sequence[CleanRow]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Which pairs of rows the rule would join, and which it would ask about."""
    pairs = sorted(_worth_comparing(rows))
    joined, asked = [], []
    for each in weigh(weights, [[row] for row in rows], pairs):
        one, other = rows[each.one].nhs_number, rows[each.other].nhs_number
        standing = Standing(different_numbers=bool(one and other and one != other))
        what = decide(weights.ladders, each.steps, each.bits, standing).what
        if what == JOIN:
            joined.append((each.one, each.other))
        elif what == ASK:
            asked.append((each.one, each.other))
    return joined, asked


def _worth_comparing(rows: Sequence[CleanRow]) -> set[tuple[int, int]]:
    """Pairs that share a number, a date of birth, both names or home and family name."""
    blocks: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in (
            ("number", row.nhs_number), ("born", row.born), ("names", row.given, row.family),
            ("home", row.postcode, row.family), ("home of", row.postcode, row.given),
        ):  # fmt: skip
            if None not in key:
                blocks[key].append(place)
    return {pair for places in blocks.values() if len(places) <= MOST_IN_A_BLOCK for pair in combinations(places, 2)}
