"""Two files, or one, put through Splink: which pairs are compared, what the file teaches, how likely each pair is.

The order: choose keys, learn by Splink how often chance agrees (u) and how often the same person does (m, one block at
a time), go on over all compared pairs (estimating.py), score. The same files give the same answer: sampling is seeded
and what comes out is sorted. Everything stays in memory; no database of ours is met.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker
from splink.internals.exceptions import EMTrainingException

from joinedup.person.linking import blocking, comparing, estimating
from joinedup.person.linking.cleaning import FIELDS, CleanRow
from joinedup.person.linking.estimating import Floats, Weights
from joinedup.person.linking.tables import people_table

SEED = 20260401
RANDOM_PAIRS, TRAINING_PAIRS = 2_000_000, 300_000
TRAINING_BLOCKS = (("given", "family"), ("born",), ("family", "district"), ("social_id",), ("nhs_number",), ("email",))
"""What rows share in each round of Splink's training; what reads these fields is learnt in the other rounds."""

TRAINING_ROUNDS_MOST = 3
FIRST_GUESS_FOUND = 0.8
"""What share of true pairs the strictest keys are guessed to find: only where estimating begins."""

RELATIVES_AT_MOST = 0.75
"""A pair that one house may explain is no surer than this in a file whose numbers and emails say nothing about it; nor
is one whose NHS number may be somebody else's."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair by the places of its rows (0-based), how likely it is one person, and each comparison's step and bits.

    `held_down`: less likely than its weights say, since one house may explain the likeness.
    """

    left: int
    right: int
    probability: float
    steps: tuple[int, ...] = ()
    bits: tuple[float, ...] = ()
    held_down: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """All pairs above the least probability, and what was learnt on the way."""

    pairs: list[Scored]
    ladders: list[comparing.Ladder]
    settings: dict[str, Any]
    keys: list[str]
    keys_left_out: list[str]
    compared_pairs: int
    expected_pairs: float


def link(
    files: Sequence[Sequence[CleanRow]], used: Collection[str], *, least: float, explain: bool = False,
    say: Say = lambda words: None,
) -> Outcome:  # fmt: skip
    """Score the pairs of one file's rows, or of two files' rows across."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(":memory:")
    connection.execute("set enable_progress_bar = false")
    try:
        return _Run(connection, files, used, say).outcome(least, explain)
    finally:
        connection.close()


class _Run:
    """One linking from tables to scored pairs; lives as long as its connection."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, files: Sequence[Sequence[CleanRow]], used: Collection[str],
        say: Say,
    ) -> None:  # fmt: skip
        self.connection, self.used, self.say = connection, used, say
        self.rows = [len(rows) for rows in files]
        self.two = len(files) == 2
        self.tables = [f"people_{side}" for side in "ab"[: len(files)]]
        for name, rows in zip(self.tables, files, strict=True):
            connection.register(f"{name}_arrow", people_table(rows))
            connection.execute(f"create table {name} as select * from {name}_arrow")
            connection.unregister(f"{name}_arrow")
        self.api = DuckDBAPI(connection)
        self.registered = [
            self.api.register(name, dataset_display_name=display)
            for name, display in zip(self.tables, ("a", "b"), strict=False)
        ]
        self.ladders = comparing.ladders(used)

    @property
    def all_pairs(self) -> int:
        return self.rows[0] * self.rows[1] if self.two else self.rows[0] * (self.rows[0] - 1) // 2

    def outcome(self, least: float, explain: bool) -> Outcome:
        keys, left_out = self._keys()
        settings = self._settings([key.rule() for key in keys] or ["1=1"])
        self.say(f"comparing pairs that share {', '.join(key.words for key in keys) or 'a file: every pair'}")
        linker = Linker(self.registered, settings, log_level=logging.ERROR)
        linker = self._trained(linker)
        blocked = linker.inference.compute_blocked_pairs_for_predict()
        table = self._compared(blocked.physical_name)
        patterns = self._patterns(table)
        compared = int(patterns.counts.sum())
        self.say(f"{compared:,} pairs compared; learning from all of them")
        trained = linker.misc.save_model_to_json()
        weights = estimating.estimate(patterns, _weights(trained), _random_u(trained), self.all_pairs)
        final = _with_weights(trained, weights)
        self.say("scoring the pairs that may be one person")
        possible = self._possible(table, patterns, weights, least)
        scorer = Linker(self.registered, final, log_level=logging.ERROR)
        scorer.table_management.register_blocked_pairs_for_predict(self.api.register(possible))
        predicted = scorer.inference.predict(threshold_match_probability=least, warning_mode="never")
        pairs = self._pairs(predicted.physical_name, table, explain)
        words = [key.words for key in keys]
        return Outcome(pairs, self.ladders, final, words, left_out, compared, weights.share * self.all_pairs)

    def _keys(self) -> tuple[list[blocking.Key], list[str]]:
        if self.all_pairs <= blocking.ALL_PAIRS_MOST:
            return [], []
        return blocking.chosen(self.used, blocking.budget(sum(self.rows)), self._pairs_of)

    def _pairs_of(self, key: blocking.Key) -> int:
        """How many pairs share the key (within one file every pair is met twice, and each row with itself)."""
        sides = []
        for table, parts in zip((self.tables * 2)[:2], (key.parts, key.other or key.parts), strict=True):
            columns = ", ".join(f"{part} as k{place}" for place, part in enumerate(parts))
            sides.append(f"(select {columns}, count(*) as rows from {table} group by all)")
        shared = " and ".join(f"l.k{place} = r.k{place}" for place in range(len(key.parts)))
        total = self._one(f"select coalesce(sum(l.rows * r.rows), 0) from {sides[0]} l join {sides[1]} r on {shared}")
        return int(total) if self.two else int(total) // 2

    def _one(self, statement: str) -> Any:
        # DuckDB 2 refuses the next statement until every row of this one is fetched.
        return self.connection.execute(statement).fetchall()[0][0]

    def _settings(self, rules: list[str]) -> dict[str, Any]:
        return {
            "link_type": "link_only" if self.two else "dedupe_only",
            "unique_id_column_name": "place",
            "comparisons": [comparing.settings_of(ladder) for ladder in self.ladders],
            "blocking_rules_to_generate_predictions": rules,
            "retain_matching_columns": False,
            "retain_intermediate_calculation_columns": True,
            "probability_two_random_records_match": self._first_share(),
        }

    def _first_share(self) -> float:
        """Where estimating begins: pairs that agree on the strictest keys there are, and a few more."""
        strict = [("nhs_number",), ("social_id",), ("email",), ("given", "family", "born")]
        known = [columns for columns in strict if set(columns) <= set(self.used)]
        found = max((self._pairs_of(blocking.Key("", columns)) for columns in known), default=0)
        if not self.two and known:
            found -= self.rows[0] // 2
        return min(0.5, max(found, 1) / FIRST_GUESS_FOUND / max(self.all_pairs, 1))

    def _trained(self, linker: Linker) -> Linker:
        """What Splink's own training makes of it. A round that fails leaves a linker in pieces: it is made anew."""
        self.say("learning how often chance agrees")
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
        available = set(self.used) | ({"district"} if "postcode" in self.used else set())
        blocks = [block for block in TRAINING_BLOCKS if set(block) <= available and self._teaches(block)]
        for block in blocks[:TRAINING_ROUNDS_MOST]:
            self.say(f"learning from pairs that share {' and '.join(block)}")
            rule = " and ".join(f'l."{column}" = r."{column}"' for column in block)
            before = deepcopy(linker.misc.save_model_to_json())
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    rule, estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS
                )
            except (EMTrainingException, ValueError):  # ValueError: its numbers ran away to nothing
                self.say("  such pairs teach nothing")
                linker = Linker(self.registered, before, log_level=logging.ERROR)
        return linker

    def _teaches(self, block: tuple[str, ...]) -> bool:
        """Whether two comparisons are left when those of the block's own fields are not learnt from it."""
        read = [str(comparing.settings_of(ladder)) for ladder in self.ladders]
        return sum(not any(field in each for field in block) for each in read) > 1

    def _compared(self, blocked: str) -> str:
        """A table of the pairs that share a key, with the step that each comparison reaches."""
        left, right = self.tables[0], self.tables[-1]
        steps = ", ".join(f"{comparing.step_of(ladder)} as step_{ladder.name}" for ladder in self.ladders)
        columns = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in ("place", *FIELDS))
        key = "split_part({}::text, '-__-', 2)::bigint" if self.two else "{}"
        self.connection.execute(
            f"create table compared as with pair as (select b.match_key, b.join_key_l, b.join_key_r, {columns} "
            f"from {blocked} b join {left} l on l.place = {key.format('b.join_key_l')} "
            f"join {right} r on r.place = {key.format('b.join_key_r')}) "
            f"select match_key, join_key_l, join_key_r, place_l, place_r, {steps} from pair"
        ).fetchall()
        return "compared"

    def _patterns(self, table: str) -> estimating.Patterns:
        columns = ", ".join(f"step_{ladder.name}" for ladder in self.ladders)
        found = self.connection.execute(
            f"select {columns}, count(*)::double as pairs from {table} group by all order by all"
        ).fetchnumpy()
        steps = np.column_stack([np.asarray(found[f"step_{ladder.name}"], dtype=np.int64) for ladder in self.ladders])
        counts = np.asarray(found["pairs"], dtype=np.float64)
        return estimating.Patterns(steps, counts, ceilings(self.ladders, steps, counts))

    def _possible(self, table: str, patterns: estimating.Patterns, weights: Weights, least: float) -> str:
        """The pairs whose pattern could reach the least probability even if every value that agrees is the rarest."""
        rarest = [
            np.array([np.log(max(1.0, 2 * sum(self.rows) * share)) if rare else 0.0 for share, rare in zip(
                u, (False, *(bool(level.rare) for level in reversed(ladder.levels))), strict=True)])
            for ladder, u in zip(self.ladders, weights.u, strict=True)
        ]  # fmt: skip
        odds = estimating.log_odds(patterns, weights) + estimating.summed(patterns, rarest)
        likely = (odds >= np.log(least / (1 - least))) & (patterns.ceiling >= least)
        names = [f"step_{ladder.name}" for ladder in self.ladders]
        kept = {name: patterns.steps[likely, place] for place, name in enumerate(names)}
        self.connection.register("kept", pa.table(kept | {"ceiling": patterns.ceiling[likely]}))
        self.connection.execute(
            f"create table possible as select match_key, join_key_l, join_key_r from {table} semi join kept "
            f"using ({', '.join(names)})"
        ).fetchall()
        self.connection.execute(
            f"create table held_down as select place_l, place_r, ceiling from {table} join kept "
            f"using ({', '.join(names)}) where ceiling < 1"
        ).fetchall()
        return "possible"

    def _pairs(self, scored: str, table: str, explain: bool) -> list[Scored]:
        count = len(self.ladders)
        columns = ["s.place_l", "s.place_r", "s.match_probability", "coalesce(h.ceiling, 1)"]
        joined = "left join held_down h using (place_l, place_r)"
        if explain:
            columns += [f"c.step_{each.name}" for each in self.ladders] + [self._bits(each) for each in self.ladders]
            joined += f" join {table} c using (place_l, place_r)"
        found = self.connection.execute(f"select {', '.join(columns)} from {scored} s {joined}").fetchall()
        pairs = [
            Scored(row[0], row[1], round(min(row[2], row[3]), 6), row[4 : 4 + count], row[4 + count :], row[3] < row[2])
            for row in found
        ]
        return sorted(pairs, key=lambda pair: (pair.left, pair.right))

    def _bits(self, ladder: comparing.Ladder) -> str:
        rare = f' + coalesce(s."mw_tf_adj_{ladder.name}", 0)' if any(level.rare for level in ladder.levels) else ""
        return f'round(s."mw_{ladder.name}"{rare}, 2)'


def ceilings(ladders: list[comparing.Ladder], steps: Any, counts: Floats) -> Floats:
    """How likely one person each pattern can be at most.

    What relatives of one house look like, a slip of the pen may look like too. The file itself says which it mostly is:
    how often the numbers and emails of such pairs agree where both are known. Where none is, such a pair is listed and
    never sure.
    """
    told = {True: 0.0, False: 0.0}
    kinds = []
    for row, count in zip(steps.tolist(), counts.tolist(), strict=True):
        named = dict(zip((ladder.name for ladder in ladders), row, strict=True))
        own, near = comparing.own_sign(named), comparing.relatives(ladders, named)
        kinds.append((comparing.barred(ladders, named), near and not own, comparing.of_another(ladders, named)))
        if near and own is not None:
            told[own] += count
    known = sum(told.values())
    of_relatives = (told[True] + 1) / (known + 2) if known else RELATIVES_AT_MOST
    found: Floats = np.array([
        0.0 if two else min(of_relatives if near else 1.0, RELATIVES_AT_MOST if of_another else 1.0)
        for two, near, of_another in kinds
    ])  # fmt: skip
    return found


def _learnt(settings: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Of each comparison the levels that can be met, from 'different' upwards."""
    return [
        [level for level in reversed(comparison["comparison_levels"]) if not level.get("is_null_level")]
        for comparison in settings["comparisons"]
    ]


def _numbers(levels: list[dict[str, Any]], name: str) -> Floats:
    """A level that training never met has no number yet: it is rare, and no more than that."""
    found = np.array([level[name] if isinstance(level.get(name), float | int) else 0.0 for level in levels])
    met: Floats = np.maximum(found, estimating.LEAST)
    shares: Floats = met / met.sum()
    return shares


def _weights(settings: dict[str, Any]) -> Weights:
    levels = _learnt(settings)
    m = [_numbers(each, "m_probability") if _is_learnt(each) else _first_m(len(each)) for each in levels]
    return Weights(m, _random_u(settings), settings["probability_two_random_records_match"])


def _is_learnt(levels: list[dict[str, Any]]) -> bool:
    return sum(isinstance(level.get("m_probability"), float | int) for level in levels) > 1


def _first_m(count: int) -> Floats:
    """Where estimating begins for a comparison that Splink's training taught nothing: the same person mostly agrees."""
    return np.array([*[(1 - FIRST_GUESS_FOUND) / (count - 1)] * (count - 1), FIRST_GUESS_FOUND])


def _random_u(settings: dict[str, Any]) -> list[Floats]:
    return [_numbers(each, "u_probability") for each in _learnt(settings)]


def _with_weights(settings: dict[str, Any], weights: Weights) -> dict[str, Any]:
    for levels, m, u in zip(_learnt(settings), weights.m, weights.u, strict=True):
        for level, of_same, of_others in zip(levels, m, u, strict=True):
            level["m_probability"], level["u_probability"] = float(of_same), float(of_others)
    return settings | {"probability_two_random_records_match": weights.share}
