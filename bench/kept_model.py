"""How good is the rule of the kept model where the truth is known? On generated people, told of apart where it is hard.

Generates a place with what its practices' body and its council say of everybody, learns from these rows as the command
`joinedup learn-linking` does, and decides every pair worth comparing. Truth only counts afterwards. Precision is of
what the rule joins; recall of what it joins, and of what it joins or asks about. Apart: pairs of which a side lacks a
number that can be one (as records keep none else), and wrong joins of twins and of same-name relatives.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.side_by_side import machine, say
from joinedup.person.rules import usable_number

PLACE, SEED, TODAY = "E06000027", 7, date(2026, 11, 2)
ROWS = (
    "select r.row_id, t.true_id, coalesce(r.given, ''), coalesce(r.family, ''), coalesce(r.birth_date::text, ''), "
    "coalesce(r.gender, ''), coalesce(r.postcode, ''), coalesce(r.address, ''), coalesce(r.phone, ''), "
    "coalesce(r.nhs_number, ''), coalesce(r.mobile, ''), coalesce(r.practice_code, ''), "
    "t.twin, t.same_name_relative from read_parquet([{files}]) r "
    "join read_parquet([{truth}]) t using (row_id) order by r.row_id"
)
FIELDS = ("given", "family", "born", "sex", "postcode", "line_1", "phone", "nhs_number", "mobile", "practice")
Pair = tuple[int, int]


def run(people: int, *, rounds: int = 1) -> dict[str, Any]:
    """Quality and seconds on a generated place of so many people. `rounds` is for other benches."""
    from joinedup.exchange.generate.command import write
    from joinedup.person.linking.checking import decided
    from joinedup.person.linking.cleaning import clean
    from joinedup.person.linking.learning import learn
    from joinedup.person.linking.weighing import weights_of

    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), [PLACE], people, SEED, TODAY, fhir_people=1, tables=True, years=1)
        rows = generated_rows(Path(folder))
    say(f"  {len(rows):,} rows of {people:,} people")
    told = told_of(rows)
    started = time.perf_counter()
    learnt = learn(told, ["" for _ in rows], say)
    learning = time.perf_counter() - started
    cleaned = [clean(row) for row in told]
    started = time.perf_counter()
    joined, asked = decided(weights_of(learnt.fields, learnt.weights, learnt.share), cleaned)
    seconds = time.perf_counter() - started
    return {
        "people": people, "rows": len(rows), **_measured(rows, joined, asked),
        "seconds_learning": round(learning, 1), "seconds_deciding": round(seconds, 1), "machine": machine(load_before),
    }  # fmt: skip


def generated_rows(folder: Path) -> list[tuple[Any, ...]]:
    """Rows of both bodies from a generated place's tables, with whose each is."""
    import duckdb

    def named(*tables: str) -> str:
        return ", ".join(f"'{path}'" for table in tables for path in sorted(folder.glob(f"tables/*/{table}/*.parquet")))

    return duckdb.sql(ROWS.format(files=named("nhs_rows", "council_rows"), truth=named("truth"))).fetchall()


def told_of(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, str]]:
    """What such rows say, as linking reads it."""
    told = [dict(zip(FIELDS, row[2:12], strict=True)) for row in rows]
    return [each | {"nhs_number": usable_number(each["nhs_number"])} for each in told]


def _measured(rows: Sequence[tuple[Any, ...]], joined: list[Pair], asked: list[Pair]) -> dict[str, Any]:
    of_person: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        of_person.setdefault(row[1], []).append(place)
    true = {pair for places in of_person.values() for pair in combinations(places, 2)}
    lacking = {pair for pair in true if not all(usable_number(rows[place][9]) for place in pair)}
    wrong = [pair for pair in joined if pair not in true]
    right, found = set(joined) & true, (set(joined) | set(asked)) & true
    precision, recall = len(right) / max(len(joined), 1), len(right) / max(len(true), 1)
    return {
        "true_pairs": len(true), "joined": len(joined), "precision": round(precision, 5), "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-12), 4),
        "found": round(len(found) / max(len(true), 1), 4),
        "number_lacking": {
            "true_pairs": len(lacking), "recall": round(len(right & lacking) / max(len(lacking), 1), 4),
            "found": round(len(found & lacking) / max(len(lacking), 1), 4),
        },
        "wrong": len(wrong), "wrong_twins": sum(bool(rows[a][12] and rows[b][12]) for a, b in wrong),
        "wrong_same_name_relatives": sum(bool(rows[a][13] and rows[b][13]) for a, b in wrong),
        "asked": len(asked), "asked_right": len(set(asked) & true),
    }  # fmt: skip
