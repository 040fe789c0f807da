"""What stands in a people file: its headings and its rows as text, whatever wrote it.

A file is read as UTF-8 (with or without a mark at its start), and as Windows-1252 or Latin-1 when it is not UTF-8;
commas, semicolons, tabs and bars may part its cells. A row with too few or too many cells is kept and counted, never
dropped; what cannot be used at all is refused with the number of the row, never with what stands in it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.base.errors import PersonMustAct, SenderMustAct
from joinedup.person.linking.columns import ROW_ID, Naming, named

FIELD_SIZE_BYTES = 1_000_000
SEPARATORS = ",;\t|"
FIRST_ROW = 2
"""The heading line is row 1, as a spreadsheet counts."""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """One file as read: `rows` are texts by field, in the file's order; `ids` stand beside them."""

    name: str
    naming: Naming
    ids: list[str]
    rows: list[dict[str, str]]
    encoding: str
    short_rows: int
    long_rows: int


def read(path: Path, id_column: str | None = None) -> PeopleFile:
    """Read a whole file. Raises PersonMustAct for a path that will not do, SenderMustAct for a file that will not."""
    return from_bytes(_bytes(path), path.name, id_column)


def from_bytes(content: bytes, name: str, id_column: str | None = None) -> PeopleFile:
    """The same, from bytes already at hand."""
    text, encoding = _decoded(content)
    lines = list(_cells(text, name))
    if not lines:
        raise SenderMustAct("link-file-empty", f"{name} is empty.", "", "Bring a CSV file with a line of headings.")
    headings, rows = lines[0], [cells for cells in lines[1:] if any(cell.strip() for cell in cells)]
    naming = named(headings, id_column)
    _check_columns(naming, name, id_column)
    if not rows:
        raise SenderMustAct("link-file-no-rows", f"{name} has headings and no rows.", "", "Bring a file with people.")
    width = len(headings)
    held = [
        {field: cells[place] if place < len(cells) else "" for field, place in naming.places.items()} for cells in rows
    ]
    return PeopleFile(
        name, naming, _ids(held, naming, name), held, encoding,
        short_rows=sum(len(cells) < width for cells in rows),
        long_rows=sum(any(cell.strip() for cell in cells[width:]) for cells in rows),
    )  # fmt: skip


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PersonMustAct("link-file-missing", f"There is no file {path}.", "", "Check its name.") from None
    except IsADirectoryError:
        raise PersonMustAct("link-file-folder", f"{path} is a folder.", "", "Name one CSV file.") from None
    except OSError as error:
        reason = error.strerror or "no reason was given"
        what = f"{path} cannot be read: {reason}."
        raise PersonMustAct("link-file-unreadable", what, "", "Check its rights.") from None


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "Latin-1"


def _cells(text: str, name: str) -> list[list[str]]:
    csv.field_size_limit(FIELD_SIZE_BYTES)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.replace("\x00", "").splitlines(keepends=True), delimiter=separator)
    lines: list[list[str]] = []
    try:
        for cells in reader:
            if lines or any(cell.strip() for cell in cells):
                lines.append(cells)
    except csv.Error:
        raise SenderMustAct(
            "link-file-not-csv", f"{name} cannot be read as CSV at line {reader.line_num}.",
            f"A cell there is larger than {FIELD_SIZE_BYTES:,} characters or its quotes never close.",
            "Save the file as CSV again.",
        ) from None  # fmt: skip
    return lines


def _check_columns(naming: Naming, name: str, id_column: str | None) -> None:
    if id_column and not naming.has(ROW_ID):
        raise PersonMustAct("link-file-id-column", f"{name} has no column {id_column}.", "", "Check the name for --id.")
    if not set(naming.places) - {ROW_ID}:
        raise SenderMustAct(
            "link-file-no-column", f"{name} has no column that tells people apart.",
            "Columns are known by their headings, such as first_name, surname, dob, postcode.",
            "Give its first line such headings; docs/guides/link-file.md lists them.",
        )  # fmt: skip


def _ids(rows: Sequence[dict[str, str]], naming: Naming, name: str) -> list[str]:
    if not naming.has(ROW_ID):
        return [str(place) for place in range(1, len(rows) + 1)]
    ids = [row[ROW_ID].strip() for row in rows]
    seen: dict[str, int] = {}
    for place, row_id in enumerate(ids, FIRST_ROW):
        if not row_id:
            raise SenderMustAct("link-file-no-id", f"Row {place} of {name} has no id.", "", _ID_ADVICE)
        if row_id in seen:
            raise SenderMustAct(
                "link-file-same-id", f"Rows {seen[row_id]} and {place} of {name} have the same id.",
                "A pair could not be told from another.", _ID_ADVICE,
            )  # fmt: skip
        seen[row_id] = place
    return ids


_ID_ADVICE = "Give each row its own id, or name another column with --id COLUMN, or --id '' to count the rows."
