"""Making a place of many people as tables, beside writing the same tables again from rows that are ready.

A is `joinedup generate --tables` with eight years of history and FHIR for the first hundred people, in as many
processes as the command chooses. B reads the made tables and writes them once more with DuckDB, on one thread: what the
bytes alone cost. B's tables must have A's rows. The goal is a million people, with two rows each and ten events or more
on average, in less than ten minutes and 4 GiB on two processors. Needs no loaded place.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from bench.side_by_side import AnswersDifferError, machine, milliseconds, say, summary

PLACE, SEED, YEARS, FHIR_PEOPLE = "E06000027", 1, 8, 100
GOAL_PEOPLE, GOAL_SECONDS, GOAL_MB = 1_000_000, 600, 4_096
TABLES = ("identities", "nhs_rows", "council_rows", "events", "truth")


def run(people: int, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds rows, megabytes, processor seconds and the largest process."""
    load_before = os.getloadavg()[0]
    folder = Path(tempfile.mkdtemp(prefix="joinedup-generate-"))
    try:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        times_a = [milliseconds(lambda _: _make(folder / "a", people), None) for _ in range(rounds)]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        manifest = json.loads((folder / "a" / "manifest.json").read_text(encoding="utf-8"))
        times_b = [milliseconds(lambda _: _write_again(folder), None) for _ in range(rounds)]
        if (again := _counts(folder / "b")) != manifest["table_rows"]:
            raise AnswersDifferError(f"rows differ: {manifest['table_rows']} and {again}")
        written = sum(path.stat().st_size for path in (folder / "a").rglob("*") if path.is_file())
    finally:
        shutil.rmtree(folder)
    a, b = summary(times_a), summary(times_b)
    processor = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / rounds
    return {
        "people": people, "a": a, "b": b, "ratio": round(a["p50_ms"] / max(b["p50_ms"], 0.001), 2), "inputs": rounds,
        "answers": "equal", "machine": machine(load_before), "rows": manifest["table_rows"],
        "events_a_person": round(manifest["table_rows"]["events"] / people, 2), "mb_written": round(written / 1e6),
        "processor_seconds": round(processor), "largest_process_mb": round(after.ru_maxrss / 1024),
        "goal": {"people": GOAL_PEOPLE, "seconds": GOAL_SECONDS, "mb": GOAL_MB},
    }  # fmt: skip


def _make(out: Path, people: int) -> None:
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "joinedup", "generate", "--people", str(people), "--seed", str(SEED), "--place", PLACE,
         "--tables", "--years", str(YEARS), "--fhir-people", str(FHIR_PEOPLE), "--out", str(out)],
        check=True, stdout=sys.stderr,
    )  # fmt: skip
    say(f"  made {people:,} people")


def _write_again(folder: Path) -> None:
    (folder / "b").mkdir(exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as engine:
        for table in TABLES:
            made, again = folder / "a" / "tables" / "*" / table / "*.parquet", folder / "b" / f"{table}.parquet"
            engine.execute(f"copy (from '{made}') to '{again}' (format parquet, compression zstd)")


def _counts(folder: Path) -> dict[str, int]:
    with duckdb.connect() as engine:
        rows = {
            table: engine.execute(f"select count(*) from '{folder / table}.parquet'").fetchone() for table in TABLES
        }
    return {table: int(row[0]) for table, row in rows.items() if row}
