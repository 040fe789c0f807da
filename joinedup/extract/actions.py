"""The one act of `extract`: write what may leave the record for counting to Parquet files.

It reads the views of sql/ under the role `extractor`, which can read nothing else, in the open transaction of its
caller, so that all files show one moment. Rows travel as text and are given their declared types by DuckDB; they are
sorted by their own columns, so that the order in which they were made leaves no trace. A folder appears whole or not at
all. The key of the pseudonyms never leaves the database.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import duckdb
from django.db import connections
from django.db.backends.utils import CursorWrapper

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.acts import check_request_key
from joinedup.base.errors import OperatorMustAct
from joinedup.extract.manifest import FILE_NAME, Manifest, WrittenTable
from joinedup.extract.tables import TABLES, Table

NULL = "\\N"
EXTRACTS_A_DAY_LIMIT = 1000


def make_extract(*, by: Caller, at: datetime, request_key: str, as_at: date, out: Path) -> tuple[Path, Manifest]:
    """Write an extract as at a day into a new folder of `out`; returns the folder and its manifest.

    `by` is the service extractor, whose transaction is open at repeatable read or stricter. Each run makes a new folder
    and new pseudonyms, whatever the key. OperatorMustAct (extract-folder) when the folder cannot be written.
    """
    del by  # the database checks the role; the log takes the caller from the transaction
    check_request_key(request_key)
    folder = _new_folder(out, as_at)
    half_made = folder.with_name(f".{folder.name}.half")
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("select access.start_extract(%s, %s)", [at, as_at])
            run: UUID = cursor.fetchone()[0]
            tables = tuple(_write(cursor, table, half_made) for table in TABLES)
            cursor.execute("select restricted_people, opted_out_people from extract_left_out")
            restricted, opted_out = cursor.fetchone()
        manifest = Manifest(
            str(run), at.isoformat(), as_at.isoformat(), request_key, int(restricted), tables, int(opted_out)
        )
        (half_made / FILE_NAME).write_text(manifest.to_json(), encoding="utf-8")
        note("extract.made", thing_id=run, found=manifest.rows)
        half_made.rename(folder)
    except BaseException:
        shutil.rmtree(half_made, ignore_errors=True)
        raise
    return folder, manifest


def _new_folder(out: Path, as_at: date) -> Path:
    """The first free folder named for the day: 2026-11-02, 2026-11-02-2, …"""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise _no_folder(out) from None
    names = [as_at.isoformat(), *(f"{as_at.isoformat()}-{number}" for number in range(2, EXTRACTS_A_DAY_LIMIT))]
    free = next((out / name for name in names if not (out / name).exists()), None)
    if free is None:
        raise _no_folder(out)
    return free


def _write(cursor: CursorWrapper, table: Table, folder: Path) -> WrittenTable:
    """One table from its view to its file."""
    names = ", ".join(column.name for column in table.columns)
    text = folder / f"{table.name}.csv"
    with (
        text.open("wb") as held,
        cursor.copy(
            f"copy (select {names} from {table.view} order by {names}) to stdout (format csv, null '{NULL}')"
        ) as copied,
    ):
        for part in copied:
            held.write(part)
    target = folder / f"{table.name}.parquet"
    rows = _as_parquet(table, text, target)
    text.unlink()
    return WrittenTable(table, rows, hashlib.sha256(target.read_bytes()).hexdigest())


def _as_parquet(table: Table, text: Path, target: Path) -> int:
    """Give the text its declared types and write it; returns its rows. No rows give a file without rows."""
    columns = {column.name: column.type for column in table.columns}
    with duckdb.connect() as engine:
        rows = engine.read_csv(
            str(text), columns=columns, header=False, auto_detect=False, sep=",", quotechar='"', escapechar='"',
            na_values=NULL,
        )  # fmt: skip
        rows.write_parquet(str(target), compression="zstd")
        found = engine.execute("select count(*) from read_parquet(?)", [str(target)]).fetchone()
    return int(found[0]) if found else 0


def _no_folder(out: Path) -> OperatorMustAct:
    return OperatorMustAct(
        "extract-folder", "The extract cannot be written.", f"No new folder can be made in {out}.",
        "Name a folder that this user may write to with --out, or clear old extracts away.",
    )  # fmt: skip
