"""Loading FHIR files, beside a bare COPY of the same resources.

A is the real loader into an empty, durable database: read, checked, kept as sent with its digest, people made, numbers
proven, timeline written, under row security. B reads the same files and copies each resource as one row of text and
number into a plain table, committed once. Answers are compared: the loader must have read as many resources as were
copied, and every content that was copied must be among what it keeps, but for as many as it refused. The goal is 1,000
resources a second and processor.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench import place
from bench.side_by_side import AnswersDifferError, machine, milliseconds, say, summary

GOAL_A_SECOND = 1_000
FILES = place.FILES / "loading"


def run(people: int, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds resources, resources a second and those of the bare COPY."""
    from config.databases import connection_words, drop_database

    load_before = os.getloadavg()[0]
    name = f"loading_{os.getpid()}"
    place.serve(name)
    from config.environment import database_address

    place.generated(people, FILES)
    _keep_fhir_only()
    times_a: list[float] = []
    times_b: list[float] = []
    resources = 0
    try:
        for number in range(rounds):
            drop_database(database_address(), name)
            place.prepare()
            went = place.loaded(FILES)
            times_a.append(went["seconds"] * 1_000)
            with psycopg.connect(**connection_words(database_address(), "owner", name)) as owner:
                times_b.append(milliseconds(_copy_bare, owner))
                resources = _compared(owner, went["rows"], went["refused"])
            say(f"  round {number + 1}: {went['rows']:,} resources, {went['rows_a_second']:,} a second")
    finally:
        drop_database(database_address(), name)
        place.stop()
        shutil.rmtree(FILES)
    a, b = summary(times_a), summary(times_b)
    return {
        "people": people, "a": a, "b": b, "ratio": round(a["p50_ms"] / max(b["p50_ms"], 0.001), 2), "inputs": rounds,
        "answers": "equal", "machine": machine(load_before), "resources": resources,
        "resources_a_second": round(resources / a["p50_ms"] * 1_000),
        "copied_a_second": round(resources / b["p50_ms"] * 1_000), "goal_a_second_and_processor": GOAL_A_SECOND,
    }  # fmt: skip


def _keep_fhir_only() -> None:
    """Take the council's return out of the list of loads."""
    path = FILES / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["loads"] = [load for load in manifest["loads"] if not load["paths"][0].endswith(".csv")]
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _resources() -> Iterator[str]:
    """Every FHIR resource of the files, as text."""
    manifest = json.loads((FILES / "manifest.json").read_text(encoding="utf-8"))
    for path in (FILES / each for load in manifest["loads"] for each in load["paths"]):
        yield from _resources_of(path)


def _resources_of(path: Path) -> Iterator[str]:
    if path.suffix == ".ndjson":
        with path.open(encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file)
        return
    for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]:
        yield json.dumps(entry["resource"], ensure_ascii=False)


def _copy_bare(owner: psycopg.Connection[Any]) -> None:
    owner.execute("drop table if exists bare_copy")
    owner.execute("create table bare_copy (number integer, content text)")
    with owner.cursor().copy("copy bare_copy (number, content) from stdin") as copy:
        for number, text in enumerate(_resources()):
            copy.write_row((number, text))
    owner.commit()


def _compared(owner: psycopg.Connection[Any], read: int, refused: int) -> int:
    """How many resources there are, once both sides agree on them."""
    row = owner.execute("""
        select (select count(*) from bare_copy), (select count(*) from (
            select content::jsonb from bare_copy
            except select convert_from(raw, 'UTF8')::jsonb from person_sourcecontent
            where convert_from(raw, 'UTF8') like '{%') missing)
    """).fetchone()
    copied, missing = row or (0, 0)
    if copied != read or missing > refused:
        raise AnswersDifferError(f"the loader read {read} of {copied} resources and keeps {missing} of them not")
    return int(copied)
