"""Linking a health file of everybody with a council's file of a quarter of them, as generated, against what is true.

A is `joinedup link-file health.csv council.csv --out pairs.csv` in a process of its own. B is the least that could be
done: rows that share an NHS number, joined by DuckDB. The rows are those of `joinedup generate --tables`, whose error
rates stand in a file fixed before any tuning; the truth counts only afterwards. `python -m bench link-many --people
1000000`. Reported apart: pairs where a side lacks an NHS number, twins, relatives of one name, and the precision of
what would be linked without asking.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from bench.side_by_side import machine, say, summary

PROJECT = Path(__file__).resolve().parent.parent
PLACE, SEED = "E06000027", 1
LINKED_FROM, WITHOUT_ASKING = 0.5, 0.99
GOAL = {"seconds": 180, "f1": 0.99, "f1_without_number": 0.95, "precision_without_asking": 0.999}
FIELDS = "nhs_number, given, middle, family, gender, birth_date, address, town, postcode, phone, mobile, practice_code"


def run(people: int, *, rounds: int) -> dict[str, Any]:
    """Measure once (`rounds` is for other benches): quality of both sides, seconds, memory of the largest process."""
    load_before = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp(prefix="joinedup-link-"))
    try:
        rows = _files(folder, people)
        say(f"  {rows['health']:,} and {rows['council']:,} rows")
        seconds = _link(folder)
        largest = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
        with duckdb.connect() as duck:
            _truth(duck, folder)
            started = time.perf_counter()
            duck.execute(
                "create table number_pairs as select h.id as id_l, c.id as id_r, 1.0 as probability from health h "
                "join council c using (nhs_number) where nhs_number is not null"
            )
            bare = time.perf_counter() - started
            quality = {side: _quality(duck, f"{side}_pairs") for side in ("found", "number")}
    finally:
        shutil.rmtree(folder)
    a, b = summary([seconds * 1_000]), summary([bare * 1_000])
    return {
        "people": people, "a": a, "b": b, "ratio": round(seconds / max(bare, 0.001), 1), "inputs": 1,
        "answers": "measured against the truth", "machine": machine(load_before), "rows": rows,
        "seconds": round(seconds, 1), "quality_of_a": quality["found"], "quality_of_b": quality["number"],
        "largest_process_mb": largest, "goal": GOAL,
    }  # fmt: skip


def _files(folder: Path, people: int) -> dict[str, int]:
    """The two files and, beside them, the generated tables; how many rows each file has."""
    subprocess.run(
        [sys.executable, "-m", "joinedup", "generate", "--people", str(people), "--seed", str(SEED), "--place", PLACE,
         "--tables", "--years", "1", "--fhir-people", "0", "--out", str(folder / "made")],
        cwd=PROJECT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    tables = folder / "made" / "tables" / PLACE
    first = f"not late and version = 1 and hash(row_id || '{SEED}')"
    with duckdb.connect() as duck:
        for name, table, chosen in (
            ("health", "nhs_rows", f"{first} >= 0"),
            ("council", "council_rows", f"{first} % 4 = 0"),
        ):
            duck.execute(
                f"copy (select row_id as id, {FIELDS} from read_parquet('{tables / table}/*.parquet') where {chosen} "
                f"order by row_id) to '{folder / name}.csv' (header)"
            )
        return {
            name: duck.execute(f"select count(*) from '{folder / name}.csv'").fetchall()[0][0]
            for name in ("health", "council")
        }


def _link(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "joinedup", "link-file", str(folder / "health.csv"), str(folder / "council.csv"),
         "--out", str(folder / "pairs.csv")],
        cwd=PROJECT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started


def _truth(duck: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Tables `health`, `council`, `found_pairs`, and `wanted`: true pairs with what makes each hard."""
    for name in ("health", "council"):
        duck.execute(f"create table {name} as from read_csv('{folder / name}.csv', all_varchar = true, header = true)")
    duck.execute(
        f"create table found_pairs as select id_l, id_r, probability::double as probability "
        f"from read_csv('{folder / 'pairs.csv'}', all_varchar = true, header = true)"
    )
    truth = f"read_parquet('{folder / 'made' / 'tables' / PLACE / 'truth'}/*.parquet')"
    duck.execute(
        f"create table person as select row_id, any_value(true_id) as true_id, bool_or(twin) as twin, "
        f"bool_or(same_name_relative) as relative from {truth} group by row_id"
    )
    duck.execute(
        "create table wanted as select h.id as id_l, c.id as id_r, h.nhs_number is null or c.nhs_number is null "
        "as without_number, p.twin, p.relative from health h join person p on p.row_id = h.id "
        "join person q on q.true_id = p.true_id join council c on c.id = q.row_id"
    )


def _quality(duck: duckdb.DuckDBPyConnection, pairs: str) -> dict[str, Any]:
    """Precision, recall and F1 from LINKED_FROM on: overall and of each hard kind; precision from WITHOUT_ASKING on."""
    duck.execute(
        f"create or replace table judged as select f.*, w.id_l is not null as right_one, "
        "h.nhs_number is null or c.nhs_number is null as without_number, p.twin or q.twin as twin, "
        f"p.relative or q.relative as relative from {pairs} f join health h on h.id = f.id_l "
        "join council c on c.id = f.id_r join person p on p.row_id = f.id_l join person q on q.row_id = f.id_r "
        "left join wanted w on w.id_l = f.id_l and w.id_r = f.id_r"
    )
    kinds = {"overall": "true", "without_number": "without_number", "twins": "twin", "same_name_relatives": "relative"}
    found = {kind: _figures(duck, where) for kind, where in kinds.items()}
    sure, right = duck.execute(
        f"select count(*), count(*) filter (right_one) from judged where probability >= {WITHOUT_ASKING}"
    ).fetchall()[0]
    return found | {"without_asking": {"pairs": sure, "precision": round(right / max(sure, 1), 5)}}


def _figures(duck: duckdb.DuckDBPyConnection, where: str) -> dict[str, Any]:
    linked, right = duck.execute(
        f"select count(*), count(*) filter (right_one) from judged where probability >= {LINKED_FROM} and ({where})"
    ).fetchall()[0]
    true = duck.execute(f"select count(*) from wanted where {where}").fetchall()[0][0]
    precision, recall = right / max(linked, 1), right / max(true, 1)
    return {
        "pairs": linked, "true_pairs": true, "precision": round(precision, 4), "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-12), 4),
    }  # fmt: skip
