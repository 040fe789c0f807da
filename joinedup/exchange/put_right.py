"""How is a refused row shown so that somebody can put it right, and how does the corrected text become a file again?

A row of a table is shown as one line a column, because that is what people can mend; a row that did not fit its heading
is shown as the two lines of a small table; a resource as JSON with one element a line. What comes back is written as a
file of the same shape and read by the same readers as any other, so a correction gets no easier judgement. Name and
value stand apart by an equals sign, because headings hold colons.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from joinedup.exchange.json_text import BrokenJson, plain_number, read_json
from joinedup.exchange.shapes import detect, read_units

TEXT_LIMIT_CHARACTERS = 1_000_000
MOST_UNITS = 100


@dataclass(frozen=True, slots=True)
class RowText:
    """A refused row as text; `is_fields` says that it is one column a line."""

    text: str
    is_fields: bool


def is_table(shape: str) -> bool:
    """Is this the shape of a table of rows?"""
    return not shape.startswith("fhir-")


def row_text(raw: bytes, shape: str) -> RowText | None:
    """The row to be shown; None when its bytes were not kept (too large, or not to be read at all)."""
    if not raw:
        return None
    if not is_table(shape):
        return RowText(_pretty(raw), False)
    try:
        held = json.loads(raw)
    except ValueError:
        return RowText(raw.decode("utf-8", "replace"), False)
    if isinstance(held, dict) and set(held) == {"heading", "cells"}:
        return RowText(_csv(held["heading"], held["cells"]), False)
    if isinstance(held, dict) and set(held) == {"heading", "line"}:
        return RowText(f"{_csv(held['heading']).rstrip()}\n{held['line']}", False)
    if isinstance(held, dict):
        lines = (f"{name} = {_escaped(str(value))}" for name, value in held.items())
        return RowText("\n".join(lines), True)
    return RowText(_csv(held if isinstance(held, list) else [str(held)]), False)


def corrected_file(text: str, shape: str, is_fields: bool) -> tuple[str, str]:
    """The ending and content of the file that a corrected text makes.

    >>> corrected_file("LA Code = 114\\nEvent Type = Review", "cld-csv", True)
    ('.csv', 'LA Code,Event Type\\r\\n114,Review\\r\\n')
    """
    text = text.replace("\r\n", "\n")
    if is_table(shape):
        if not is_fields:
            return ".csv", text.rstrip("\n") + "\n"
        pairs = [line.partition(" =") for line in text.split("\n") if line.strip()]
        return ".csv", _csv([name.strip() for name, _, _ in pairs], [_plain(value) for _, _, value in pairs])
    stripped = text.lstrip()
    if stripped.startswith("<"):
        return ".xml", stripped
    return ".json", text


def units_of(text: str, shape: str, is_fields: bool, today: date) -> int:
    """How many units a corrected text holds, counted to MOST_UNITS + 1; 0 for a text of no known shape."""
    ending, content = corrected_file(text, shape, is_fields)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"row{ending}"
        path.write_bytes(content.encode("utf-8", "replace"))
        found = detect(path)
        return sum(1 for _ in islice(read_units(path, path.name, found, today), MOST_UNITS + 1)) if found else 0


def _pretty(raw: bytes) -> str:
    """JSON with one element a line and the sender's own digits; anything else as it is."""
    if raw.lstrip().startswith(b"{"):
        try:
            return _indented(read_json(raw), 0)
        except (BrokenJson, RecursionError):
            pass
    return raw.decode("utf-8", "replace")


def _indented(value: object, depth: int) -> str:
    inner = "\n" + "  " * (depth + 1)
    outer = "\n" + "  " * depth
    if isinstance(value, dict) and value:
        parts = (f"{json.dumps(key, ensure_ascii=False)}: {_indented(held, depth + 1)}" for key, held in value.items())
        return "{" + inner + ("," + inner).join(parts) + outer + "}"
    if isinstance(value, list) and value:
        return "[" + inner + ("," + inner).join(_indented(held, depth + 1) for held in value) + outer + "]"
    if isinstance(value, str) and (digits := plain_number(value)) != value:
        return digits
    return json.dumps(value, ensure_ascii=False)


def _csv(*rows: list[str]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\r\n").writerows(rows)
    return held.getvalue()


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "")


def _plain(value: str) -> str:
    text, rest = "", value.strip()
    while rest:
        piece, mark, rest = rest.partition("\\")
        text += piece
        if mark:
            text += {"n": "\n"}.get(rest[:1], rest[:1])
            rest = rest[1:]
    return text
