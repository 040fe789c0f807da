"""Which extract is counted, and do its files hold what its manifest says?

Reads the manifest beside the Parquet files, checks each file against its digest and the columns against what the
measures need, and runs expressions on DuckDB. It knows the files and nothing of who wrote them. Left out: engines other
than DuckDB, which would run the same expressions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis

from joinedup.base.errors import OperatorMustAct
from joinedup.outcomes.measures import LATER, NEEDED, Expression

MANIFEST = "manifest.json"
SCHEMA = "extract/1"


@dataclass(frozen=True, slots=True)
class Extract:
    """One extract as its manifest describes it. `digest` is of the manifest, and through it of every file."""

    folder: Path
    run: str
    made_at: datetime
    as_at: date
    digest: str
    files: Mapping[str, Path]


def newest(folder: Path) -> Extract:
    """The extract made last under a folder. OperatorMustAct (no-extract) when there is none."""
    found = [_described(each.parent) for each in sorted(folder.glob(f"*/{MANIFEST}")) if each.parent.name[0] != "."]
    if not found:
        raise OperatorMustAct(
            "no-extract", "There is no extract to count.", f"None lies in {folder}.", "Make one: `joinedup extract`."
        )
    return checked(max(found, key=lambda each: (each.made_at, each.folder.stat().st_mtime_ns)).folder)


def of_release(folder: Path, run: str, digest: str) -> Extract:
    """The extract that a release was counted from, by its run and the digest of its manifest.

    OperatorMustAct: extract-gone when no folder holds that run, extract-other when its manifest is not the one that was
    counted, extract-damaged when a file was changed.
    """
    described = [_described_or_none(each.parent) for each in sorted(folder.glob(f"*/{MANIFEST}"))]
    found = [each for each in described if each is not None and each.run == run]
    if not found:
        raise OperatorMustAct(
            "extract-gone", "The extract behind these figures is not here any more.",
            "Its folder was cleared away, or this is a copy of the system that came without it.",
            "Put the folder of that run back from where it is kept, or work out new figures from a new extract: those "
            "can be followed.",
        )  # fmt: skip
    if found[0].digest != digest:
        raise OperatorMustAct(
            "extract-other", "The extract under this run is not the one that was counted.",
            "Its manifest has another digest than the release keeps, so it was made anew or changed.",
            "Put the folder back as it was, or work out new figures from a new extract.",
        )  # fmt: skip
    return checked(found[0].folder)


def checked(folder: Path) -> Extract:
    """The extract in a folder, its files compared with its manifest. OperatorMustAct: extract-damaged."""
    extract = _described(folder)
    held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    tables = {table["name"]: table for table in held["tables"]}
    for name, columns in NEEDED.items():
        described = tables.get(name)
        if described is None and name in LATER:
            continue
        if described is None:
            raise _damaged(folder, f"its manifest has no table {name}")
        file = folder / described["file"]
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != described["sha256"]:
            raise _damaged(folder, f"{described['file']} is missing or was changed after it was written")
        types = {column["name"]: column["type"] for column in described["columns"]}
        wrong = [column for column, kind in columns.items() if types.get(column) != kind]
        if wrong:
            raise _damaged(folder, f"the table {name} lacks {', '.join(wrong)}")
    return extract


@contextmanager
def engine(extract: Extract) -> Iterator[Engine]:
    """A DuckDB of its own over the files; it writes nothing."""
    with duckdb.connect() as connection:
        for name, file in extract.files.items():
            connection.read_parquet(str(file)).create_view(name)
        for name in LATER:
            if name not in extract.files:
                columns = ", ".join(f"{column} {kind}" for column, kind in NEEDED[name].items())
                connection.execute(f"create table {name} ({columns})")
        yield Engine(connection)


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs expressions."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, expression: Expression) -> list[dict[str, Any]]:
        """The rows of an expression, as column to value."""
        found = self.connection.execute(ibis.to_sql(expression, dialect="duckdb"))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _described_or_none(folder: Path) -> Extract | None:
    """The extract in a folder; None where the manifest cannot be read, which may be another run's fault."""
    try:
        return _described(folder)
    except OperatorMustAct:
        return None


def _described(folder: Path) -> Extract:
    try:
        text = (folder / MANIFEST).read_bytes()
        held = json.loads(text)
        if held["schema"] != SCHEMA:
            raise _damaged(folder, f"its manifest is not of the schema {SCHEMA}")
        return Extract(
            folder=folder, run=str(held["run"]), made_at=datetime.fromisoformat(held["made_at"]),
            as_at=date.fromisoformat(held["as_at"]), digest=hashlib.sha256(text).hexdigest(),
            files={table["name"]: folder / Path(table["file"]).name for table in held["tables"]},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(folder, "its manifest cannot be read") from None


def _damaged(folder: Path, why: str) -> OperatorMustAct:
    return OperatorMustAct(
        "extract-damaged", f"The extract in {folder} cannot be used.", f"{why[0].upper()}{why[1:]}.",
        "Make a new one with `joinedup extract`.",
    )  # fmt: skip
