"""`python -m bench.linking FOLDER`: how well are people files linked, beside Splink's own defaults in the same run?

FOLDER holds the linkage benchmarks (splink/, febrl/), whose truth is known. One JSON row for each data set and side:
true pairs, pairs found, precision, recall and F1 at probability 0.5, and seconds.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
import time
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

from joinedup.person.link_file import pairs_of

SETS = {
    "fake_1000": ("splink/fake_1000.csv",),
    "febrl1": ("febrl/dataset1.csv",),
    "febrl2": ("febrl/dataset2.csv",),
    "febrl4": ("febrl/dataset4a.csv", "febrl/dataset4b.csv"),
}
Pairs = set[frozenset[str]]


def truth_of(files: list[Path]) -> Pairs:
    """The pairs that are one person: of one cluster (fake_1000) or of one number in the key (febrl)."""
    sides: list[dict[str, list[str]]] = []
    for path in files:
        people: dict[str, list[str]] = {}
        for raw in csv.DictReader(path.open(encoding="utf-8")):
            row = {name.strip(): value.strip() for name, value in raw.items()}
            key = row.get("cluster") or row["rec_id"].split("-")[1]
            people.setdefault(key, []).append(row.get("rec_id") or row["unique_id"])
        sides.append(people)
    if len(sides) == 2:
        return {frozenset((a, b)) for key, left in sides[0].items() for a in left for b in sides[1].get(key, [])}
    return {frozenset(pair) for members in sides[0].values() for pair in combinations(members, 2)}


def score(found: Pairs, true: Pairs) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / len(true)
    both = precision + recall
    return {"pairs": len(true), "found": len(found), "precision": round(precision, 5), "recall": round(recall, 5),
            "f1": round(2 * precision * recall / both if both else 0.0, 5)}  # fmt: skip


def defaults_of(files: list[Path]) -> Pairs:
    """What Splink finds as its tutorial sets it up: raw columns, comparisons of its library as they come."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    api, tables, names = DuckDBAPI(), [], set()
    for number, path in enumerate(files):
        rows: list[dict[str, Any]] = [
            {name.strip(): value.strip() or None for name, value in raw.items()}
            for raw in csv.DictReader(path.open(encoding="utf-8"))
        ]
        for row in rows:
            row["unique_id"] = row.get("unique_id") or row["rec_id"]
        names |= set(rows[0])
        tables.append(_registered(api, rows, "ab"[number]))
    given = "first_name" if "first_name" in names else "given_name"
    born = "dob" if "dob" in names else "date_of_birth"
    made: list[Any] = [cl.NameComparison(given), cl.NameComparison("surname"), cl.LevenshteinAtThresholds(born, [1, 2])]
    made += [cl.ExactMatch(name) for name in ("city", "postcode", "suburb") if name in names]
    made += [cl.EmailComparison("email")] if "email" in names else []
    settings = SettingsCreator(
        link_type="link_only" if len(tables) == 2 else "dedupe_only", comparisons=made,
        blocking_rules_to_generate_predictions=[block_on(given, "surname"), block_on(born)],
    )  # fmt: skip
    linker = Linker(tables if len(tables) == 2 else tables[0], settings)
    linker.training.estimate_probability_two_random_records_match([block_on(given, "surname", born)], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for blocked in (block_on(given, "surname"), block_on(born)):
        linker.training.estimate_parameters_using_expectation_maximisation(blocked)
    found: Iterable[dict[str, Any]] = linker.inference.predict(threshold_match_probability=0.5).as_record_list()
    return {frozenset((str(each["unique_id_l"]), str(each["unique_id_r"]))) for each in found}


def _registered(api: Any, rows: list[dict[str, Any]], name: str) -> Any:
    import pyarrow

    fields = list(rows[0])
    schema = pyarrow.schema([(field, pyarrow.string()) for field in fields])
    table = pyarrow.table({field: [row[field] for row in rows] for field in fields}, schema=schema)
    return api.register(table, dataset_display_name=name)


def measure(folder: Path, name: str) -> list[dict[str, object]]:
    """Both sides on one data set."""
    files = [folder / part for part in SETS[name]]
    true, made = truth_of(files), []
    sides = {
        "joinedup link-file": lambda: {frozenset(pair[:2]) for pair in pairs_of(*files)},
        "splink defaults": lambda: defaults_of(files),
    }
    for side, run in sides.items():
        began = time.perf_counter()
        found = run()
        seconds = round(time.perf_counter() - began, 1)
        made.append({"bench": "linking", "data": name, "side": side, **score(found, true), "seconds": seconds})
    return made


if __name__ == "__main__":
    for data in SETS:
        for row in measure(Path(sys.argv[1]), data):
            print(json.dumps(row), flush=True)
