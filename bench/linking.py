"""How well does `joinedup link-file` link files that nobody here wrote, beside Splink as it comes?

A is what the command runs. B is Splink's own comparisons (names, date of birth, email, exact match for the rest), keys
and training of the kind that its documentation recommends, over the same files in the same run; its probabilities are
taken as they are, and once more as its own clusters. Truth only counts afterwards: a pair is linked from
probability 0.5 on both sides, never from a threshold chosen by the truth. Needs ../shared/data/linkage-benchmarks; no
server. `python -m bench.linking [--scale ROWS]`.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.side_by_side import machine, say

GIVEN = Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage-benchmarks"
SEED = 20260401
LINKED_FROM = 0.5
FILES: dict[str, tuple[str, ...]] = {
    "fake_1000": ("splink/fake_1000.csv",),
    "febrl1": ("febrl/dataset1.csv",),
    "febrl2": ("febrl/dataset2.csv",),
    "febrl4": ("febrl/dataset4a.csv", "febrl/dataset4b.csv"),
}
Pairs = set[frozenset[str]]


def run(place: object = None, *, rounds: int = 1) -> dict[str, Any]:
    """Quality and seconds of both sides on every benchmark. `place` and `rounds` are for other benches."""
    load_before = os.getloadavg()[0]
    results: dict[str, dict[str, Any]] = {}
    for name, parts in FILES.items():
        paths = [GIVEN / part for part in parts]
        truth = true_pairs(paths)
        results[name] = {
            "a": measured(lambda paths=paths: ours(paths), truth),
            "b": measured(lambda paths=paths: splink_defaults(paths)[0], truth),
            "b_clustered": measured(lambda paths=paths: splink_defaults(paths)[1], truth) if len(parts) == 1 else None,
            "true_pairs": len(truth),
        }
        say(f"  {name}: a F1 {results[name]['a']['f1']}, b F1 {results[name]['b']['f1']}")
    return {"linked_from": LINKED_FROM, "files": results, "machine": machine(load_before)}


def true_pairs(paths: Sequence[Path]) -> Pairs:
    """Pairs of ids that are one person: by `cluster`, or by the number in Febrl's rec_id."""
    people: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        with path.open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, skipinitialspace=True):
                people[row["cluster"] if "cluster" in row else row["rec_id"].split("-")[1]].append(
                    row.get("unique_id") or row["rec_id"]
                )
    return {frozenset(pair) for ids in people.values() for pair in combinations(ids, 2)}


def measured(link: Callable[[], Pairs], truth: Pairs) -> dict[str, Any]:
    """Precision, recall and F1 of what a side links, and its seconds."""
    started = time.perf_counter()
    found = link()
    seconds = time.perf_counter() - started
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / len(truth)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {
        "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "pairs": len(found),
        "seconds": round(seconds, 2),
    }  # fmt: skip


def ours(paths: Sequence[Path]) -> Pairs:
    """What the command lists."""
    from joinedup.person.linking.running import link_files

    return {frozenset((left, right)) for left, right, _ in link_files(paths, least=LINKED_FROM).ids()}


def splink_defaults(paths: Sequence[Path]) -> tuple[Pairs, Pairs]:
    """Splink's pairs from 0.5, and all pairs within its own clusters from 0.5 (one file only)."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    names = [_table_of(connection, path, f"file_{number}") for number, path in enumerate(paths)]
    api = DuckDBAPI(connection)
    tables = [api.register(name, dataset_display_name=name) for name in names]
    comparisons, strict, blocks = _febrl(cl, block_on) if "febrl" in str(paths[0]) else _fake(cl, block_on)
    settings = SettingsCreator(
        link_type="link_only" if len(paths) == 2 else "dedupe_only", comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocks, retain_matching_columns=False,
    )  # fmt: skip
    linker = Linker(tables, settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(strict, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for block in blocks[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    scored = linker.inference.predict(threshold_match_probability=LINKED_FROM, warning_mode="never")
    sides = f"select unique_id_l, unique_id_r from {scored.physical_name}"
    pairs = {frozenset(map(str, row)) for row in connection.execute(sides).fetchall()}
    grouped: Pairs = set()
    if len(paths) == 1:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, LINKED_FROM)
        members: dict[Any, list[str]] = defaultdict(list)
        for cluster, row_id in connection.execute(
            f"select cluster_id, unique_id from {clusters.physical_name}"
        ).fetchall():
            members[cluster].append(str(row_id))
        grouped = {frozenset(pair) for ids in members.values() for pair in combinations(ids, 2)}
    return pairs, grouped


def _table_of(connection: Any, path: Path, name: str) -> str:
    """The file as a table; names trimmed, Febrl's id and dates under the names and in the shape that Splink expects."""
    connection.execute(
        f"create table raw_{name} as from read_csv('{path}', all_varchar = true, header = true)"
    ).fetchall()
    found = [row[0] for row in connection.execute(f"describe raw_{name}").fetchall()]
    columns = []
    for column in found:
        value, called = f"nullif(trim(\"{column}\"), '')", column.strip()
        if called == "date_of_birth":
            value, called = f"{value}[1:4] || '-' || {value}[5:6] || '-' || {value}[7:8]", "dob"
        columns.append(f'{value} as "{"unique_id" if called == "rec_id" else called}"')
    connection.execute(f"create table {name} as select {', '.join(columns)} from raw_{name}").fetchall()
    return name


def _fake(cl: Any, block_on: Any) -> tuple[list[Any], list[Any], list[Any]]:
    comparisons = [
        cl.NameComparison("first_name"), cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.EmailComparison("email"),
    ]  # fmt: skip
    strict = [block_on("first_name", "surname", "dob"), block_on("email")]
    return (
        comparisons,
        strict,
        [block_on("first_name", "surname"), block_on("dob"), block_on("email"), block_on("surname")],
    )


def _febrl(cl: Any, block_on: Any) -> tuple[list[Any], list[Any], list[Any]]:
    comparisons = [
        cl.NameComparison("given_name"), cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True), cl.DamerauLevenshteinAtThresholds("soc_sec_id"),
        cl.ExactMatch("street_number"), cl.DamerauLevenshteinAtThresholds("postcode"),
        cl.ExactMatch("suburb").configure(term_frequency_adjustments=True), cl.ExactMatch("state"),
    ]  # fmt: skip
    strict = [block_on("soc_sec_id"), block_on("given_name", "surname", "dob")]
    blocks = [
        block_on("given_name", "surname"),
        block_on("dob"),
        block_on("soc_sec_id"),
        block_on("postcode", "surname"),
    ]
    return comparisons, strict, blocks


def scale(rows: int) -> dict[str, Any]:
    """Seconds for two invented files of half as many rows each, half of whose people stand in both, with mistakes."""
    made = random.Random(SEED)
    half = rows // 2
    parts = [
        ["".join(made.choice(each) for each in ("bcdfglmnprst", "aeiou", "lmnrst")) for _ in range(60)] for _ in "ab"
    ]
    headings = ["id", "given", "surname", "dob", "postcode", "sex"]
    first = [_person(made, number, parts) for number in range(half)]
    second = [_misread(made, row) for row in first[: half // 2]]
    second += [_person(made, half + number, parts) for number in range(half - len(second))]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "a.csv", Path(folder) / "b.csv"]
        for path, people in zip(paths, (first, second), strict=True):
            with path.open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows([headings, *people])
        truth = {frozenset((row[0], f"b{row[0]}")) for row in first[: half // 2]}
        return {"rows": rows, "a": measured(lambda: ours(paths), truth), "true_pairs": len(truth)}


def _person(made: random.Random, number: int, parts: list[list[str]]) -> list[str]:
    return [
        str(number), made.choice(parts[0]), made.choice(parts[0]) + made.choice(parts[1]),
        f"{made.randint(1930, 2010)}-{made.randint(1, 12):02}-{made.randint(1, 28):02}",
        f"TQ{made.randint(1, 9)} {made.randint(1, 9)}{made.choice('ABDEFG')}{made.choice('ABDEFG')}", made.choice("MF"),
    ]  # fmt: skip


def _misread(made: random.Random, row: list[str]) -> list[str]:
    again = [f"b{row[0]}", *row[1:]]
    for place in range(1, len(again)):
        if made.random() < 0.1:
            again[place] = "" if made.random() < 0.5 else again[place][:-1]
    return again


def main(argv: Iterable[str]) -> int:
    """Print the row of quality, and of scale when asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.linking", description="Linking beside Splink's defaults.")
    parser.add_argument("--scale", type=int, default=0, metavar="ROWS", help="measure so many invented rows instead")
    wanted = parser.parse_args(list(argv))
    row = scale(wanted.scale) | {"machine": machine(os.getloadavg()[0])} if wanted.scale else run()
    print(json.dumps({"bench": "linking", **row}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
