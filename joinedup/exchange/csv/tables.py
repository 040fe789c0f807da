"""Which units does a table hold whose columns have fixed names?

The walk over rows is the same for every such file: the heading is found, checked for what is needed, and each row is
one unit or one refusal. What a row means is told by its `Table`. Client Level Data, whose headings people type by hand,
has a heading reader of its own (`cld_headings.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from joinedup.exchange.csv.rows import Row, delimiter_of, heading_key, heading_line, rows_of
from joinedup.exchange.facts import Unit
from joinedup.exchange.json_text import write_json
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import FIELD_LIMIT_CHARACTERS, ROW_LIMIT_BYTES, clean, sha256

HEAD_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cells:
    """One row being read: its cells by heading (as `heading_key` has it), today, and the refusals so far."""

    cells: dict[str, str]
    today: date
    refusals: RefusalList

    def text(self, column: str) -> str:
        """The cleaned cell of a column, '' when empty or not there."""
        return clean(self.cells.get(heading_key(column), ""))


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of table: the kind of its units, the columns it cannot do without, those that tell it from others, and
    how a row becomes a unit (given without file, row, raw and digest, which the walk adds)."""

    kind: str
    needed: tuple[str, ...]
    telling: tuple[str, ...]
    read: Callable[[Cells], Unit]

    def is_headed_by(self, cells: list[str]) -> bool:
        """Are all telling columns among these headings?"""
        return {heading_key(name) for name in self.telling} <= {heading_key(cell) for cell in cells}


def read_table(path: Path, name: str, table: Table, today: date, skip_rows: int) -> Iterator[Unit]:
    """One unit a row, in flat memory; rows counted from 1 below the heading, empty rows counted and not units."""
    keys = frozenset(heading_key(column) for column in (*table.needed, *table.telling))
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    rows = rows_of(path, delimiter_of(heading_line(head.splitlines()), keys))
    heading = next((row for row in rows if row.fault or any(cell.strip() for cell in row.cells)), Row())
    about_file = RefusalList(name, 1)
    _check_heading(heading, table, about_file)
    if any(refusal.whole for refusal in about_file.items()):
        yield _refused(name, 1, heading, about_file, table)
        return
    is_windows_1252_told = False
    for number, row in enumerate(rows, start=1):
        if not row.fault and not any(cell.strip() for cell in row.cells):
            continue
        refusals = RefusalList(name, number)
        if row.is_windows_1252 and not is_windows_1252_told:
            refusals.add("encoding-windows-1252", "")
            is_windows_1252_told = True
        if number > skip_rows:
            yield _unit(row, heading.cells, number, name, table, today, refusals)


def _check_heading(heading: Row, table: Table, refusals: RefusalList) -> None:
    if heading.fault:
        _note_fault(heading, refusals)
        return
    keys = [heading_key(cell) for cell in heading.cells]
    doubled = next((column for column in table.needed if keys.count(heading_key(column)) > 1), "")
    missing = [column for column in table.needed if heading_key(column) not in keys]
    if doubled:
        refusals.add("column-doubled", doubled, column=doubled)
    elif missing:
        advice = " ".join(f"Add a column headed '{column}'." for column in missing)
        refusals.add("column-missing", missing[0], columns="; ".join(missing), advice=advice)


def _unit(
    row: Row, heading: tuple[str, ...], number: int, file: str, table: Table, today: date, refusals: RefusalList
) -> Unit:
    labels = [label if heading.count(label) == 1 else f"{label} ({index})" for index, label in enumerate(heading, 1)]
    if row.fault:
        _note_fault(row, refusals)
        return _refused(file, number, row, refusals, table, labels)
    cells = row.cells
    if len(cells) > len(heading) and not any(cells[len(heading) :]):
        cells = cells[: len(heading)]
    if len(cells) != len(heading):
        refusals.add("cells-wrong-number", "", found=len(cells), expected=len(heading))
        return _refused(file, number, row, refusals, table, labels)
    raw = write_json({label: cell for label, cell in zip(labels, cells, strict=True) if cell})
    by_key = {heading_key(label): cell for label, cell in zip(labels, cells, strict=True)}
    found = table.read(Cells(by_key, today, refusals))
    return replace(
        found, file=file, row=number, kind=table.kind, raw=raw, digest=sha256(raw), refusals=refusals.items()
    )


def empty_unit(**more: object) -> Unit:
    """A unit whose file, row and bytes the walk fills in."""
    return Unit(file="", row=0, kind="", raw=b"", digest="", **more)  # type: ignore[arg-type]


def _note_fault(row: Row, refusals: RefusalList) -> None:
    limit = ROW_LIMIT_BYTES // (1024 * 1024) if row.fault == "row-too-long" else f"{FIELD_LIMIT_CHARACTERS:,}"
    refusals.add(row.fault, "", limit=limit)


def _refused(file: str, number: int, row: Row, refusals: RefusalList, table: Table, labels: Sequence[str] = ()) -> Unit:
    raw = row.kept(labels)
    return Unit(file, number, table.kind, "", "", raw, row.digest or sha256(raw), refusals=refusals.items())
