"""Weighing pairs by a kept model: the steps that each comparison reaches, and their weight together in bits.

A person may be told of in several ways (names, homes and numbers now and before); each is a row, and a pair stands on
the highest step that any two of their rows reach. DuckDB compares many pairs in memory; the few of one arrival are
compared here by the same conditions (conditions.py), sooner than DuckDB has planned. No database of ours is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import log2
from typing import Any

from joinedup.base.errors import WeMustAct
from joinedup.person.linking import comparing
from joinedup.person.linking.cleaning import FIELDS, CleanRow
from joinedup.person.linking.conditions import fields_of, step_here

COMPARED_HERE = 300
"""Up to so many pairs DuckDB would plan for longer than comparing them here takes."""

FEW_PAIRS = 10_000
"""Below so many, sharing the work between processors takes longer than the work."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A kept model, ready to weigh: its comparisons, the bits of each step by comparison, and those of the start."""

    ladders: tuple[comparing.Ladder, ...]
    bits: Mapping[str, tuple[float, ...]]
    start: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A pair by the places of its people, the step of each comparison, and the bits of all together."""

    one: int
    other: int
    steps: Mapping[str, int]
    bits: float


def weights_of(fields: Sequence[str], learnt: Sequence[Mapping[str, Any]], share: float) -> Weights:
    """A kept model's weights. WeMustAct (link-model-of-another-time) when its comparisons are not today's."""
    ladders = tuple(comparing.ladders(fields))
    bits = {}
    for ladder, kept in zip(ladders, learnt, strict=False):
        levels = kept["levels"]
        if [*(level.words for level in ladder.levels), "different"] != [level["words"] for level in levels]:
            break
        bits[ladder.name] = tuple(log2(level["m"] / level["u"]) for level in reversed(levels))
    if len(bits) != len(ladders) or len(learnt) != len(ladders):
        raise WeMustAct(
            "link-model-of-another-time", "The kept model compares otherwise than this program does.",
            "It was learnt with another version of the program.", "Run `joinedup learn-linking`.",
        )  # fmt: skip
    return Weights(ladders, bits, log2(share / (1 - share)))


def weigh(weights: Weights, people: Sequence[Sequence[CleanRow]], pairs: Sequence[tuple[int, int]]) -> list[Weighed]:
    """Every pair's steps and bits, in the order given; `pairs` are places in `people`, each told of in rows."""
    if not pairs:
        return []
    found = (steps_here if len(pairs) <= COMPARED_HERE else steps_by_duckdb)(weights.ladders, people, pairs)
    names = [ladder.name for ladder in weights.ladders]
    return [
        _weighed(weights, pair, dict(zip(names, steps, strict=True)))
        for pair, steps in zip(pairs, found, strict=True)
    ]  # fmt: skip


def steps_here(
    ladders: Sequence[comparing.Ladder], people: Sequence[Sequence[CleanRow]], pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, ...]]:
    """The highest step of each comparison between any rows of a pair, ladder by ladder."""
    return list(zip(*(_column(ladder, people, pairs) for ladder in ladders), strict=True))


def _column(
    ladder: comparing.Ladder, people: Sequence[Sequence[CleanRow]], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """The steps of one comparison. What it reads is the same in most rows of a person, and often in many people's."""
    step, read, top = step_here(ladder), fields_of(ladder), len(ladder.levels)
    known = [{read(row): row for row in rows if any(getattr(row, each) for each in ladder.fields)} for rows in people]
    met: dict[tuple[Any, Any], int] = {}
    column = []
    for one, other in pairs:
        highest = -1
        for (left, row), (right, facing) in product(known[one].items(), known[other].items()):
            reached = met.get((left, right))
            if reached is None:
                reached = met[left, right] = step(row, facing)
            highest = max(highest, reached)
            if highest == top:
                break
        column.append(highest)
    return column


def steps_by_duckdb(
    ladders: Sequence[comparing.Ladder], people: Sequence[Sequence[CleanRow]], pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, ...]]:
    """The same for many pairs at once."""
    import duckdb  # here, since they take a while to import and few pairs do not need them
    import pyarrow as pa

    from joinedup.person.linking.tables import people_table

    rows = [row for told in people for row in told]
    owners = [place for place, told in enumerate(people) for _ in told]
    connection = duckdb.connect(":memory:", config={"threads": "1"} if len(pairs) < FEW_PAIRS else {})
    try:
        connection.register("told", people_table(rows).append_column("person", pa.array(owners, pa.int64())))
        left, right = zip(*pairs, strict=True)
        connection.register("asked", pa.table({"n": range(len(pairs)), "one": left, "other": right}))
        columns = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in ("place", *FIELDS))
        steps = ", ".join(f"max({comparing.step_of(ladder)})" for ladder in ladders)
        found = connection.execute(
            f"with pair as (select n, {columns} from asked join told l on l.person = one "
            f"join told r on r.person = other) select n, {steps} from pair group by n order by n"
        ).fetchall()
    finally:
        connection.close()
    return [tuple(steps) for _, *steps in found]


def _weighed(weights: Weights, pair: tuple[int, int], steps: Mapping[str, int]) -> Weighed:
    said = sum(weights.bits[name][step] for name, step in steps.items() if step >= 0)
    return Weighed(*pair, steps, weights.start + said)
