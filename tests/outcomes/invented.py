"""Extracts of invented rows, written as the real one is: Parquet files with a manifest, no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from joinedup.extract.manifest import Manifest, WrittenTable
from joinedup.extract.tables import TABLES

_people = count(1)
RUN = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Stay:
    """A hospital stay; each is of another person unless one is named."""

    starts_on: date
    ends_on: date | None = None
    ready_on: date | None = None
    how: str = "emergency"
    age_band: str = "75-84"
    pseudonym: str = ""


def write_extract(
    out: Path, *, place: str = "E99000001", older_people: int = 0, stays: Sequence[Stay] = (),
    requests: Iterable[tuple[date, date | None]] = (), plans: Iterable[tuple[str, bool]] = (),
    services: Iterable[tuple[date, date | None, int | None]] = (),
    postings: Iterable[tuple[str, str, date, int, str | None]] = (),
    estimates: Iterable[tuple[date, int, int]] = (), without: Sequence[str] = (), as_at: date = date(2026, 11, 2),
) -> Path:  # fmt: skip
    """Write one extract of one place; returns its folder. `postings`: kind, side, day, pence, pseudonym;
    `estimates`: day of the first bill, pence off the range of the first and of the last; `without`: tables left out."""
    rows: dict[str, list[tuple[object, ...]]] = {
        "person": [(_anybody(), place, "female", "75-84", True) for _ in range(older_people)]
        + [(_anybody(), place, "male", "18-64", True), (_anybody(), place, "male", "85+", False)],
        "stay": [
            (each.pseudonym or _anybody(), place, "female", each.age_band, "admission", each.how, each.starts_on,
             each.ends_on, each.ready_on) for each in stays
        ],
        "request": [(_anybody(), place, "female", "85+", "soon", "open", first, served) for first, served in requests],
        "plan": [(_anybody(), _anybody(), place, "85+", state, as_at, None, named) for state, named in plans],
        "service": [(_anybody(), place, "85+", begins, ends, pence) for begins, ends, pence in services],
        "estimate": [(_anybody(), place, *each) for each in estimates],
        "posting": [("FUND", place, "cost-home-care", kind, side, on, pence, who)
                    for kind, side, on, pence, who in postings],
    }  # fmt: skip
    folder = out / f"{as_at.isoformat()}-{next(_people)}"
    folder.mkdir(parents=True)
    tables = tuple(
        WrittenTable(table, len(rows[table.name]), _write(folder, table, rows[table.name]))
        for table in TABLES
        if table.name not in without
    )
    manifest = Manifest(RUN, f"{as_at.isoformat()}T12:00:00+00:00", as_at.isoformat(), "test", 0, tables)
    (folder / "manifest.json").write_text(manifest.to_json())
    assert json.loads(manifest.to_json())["schema"] == "extract/1"
    return folder


def _write(folder: Path, table, rows: list[tuple[object, ...]]) -> str:
    file = folder / f"{table.name}.parquet"
    with duckdb.connect() as engine:
        columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
        engine.execute(f"create table held ({columns})")
        if rows:
            engine.executemany(f"insert into held values ({', '.join('?' * len(table.columns))})", rows)
        engine.table("held").write_parquet(str(file))
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _anybody() -> str:
    return f"{next(_people):032x}"
