"""Which of the files given do we know how to read, and what do they hold?

A file's shape is decided by what stands in it, not by its name alone, so that a bundle cut in half still counts as FHIR
and yields a refusal instead of silence, and a README or an export's log is passed over. Left out: compressed files and
spreadsheets, which have no known shape.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from joinedup.exchange.csv.care_homes import CARE_HOMES
from joinedup.exchange.csv.cld import read_cld_file
from joinedup.exchange.csv.cld_headings import KNOWN_KEYS, looks_like_cld
from joinedup.exchange.csv.hes import ADMITTED, APPOINTMENT, ATTENDANCE, EMERGENCY_CARE
from joinedup.exchange.csv.rows import UTF8_MARK, UTF16_MARKS, delimiter_of, heading_key, heading_line, split_cells
from joinedup.exchange.csv.tables import read_table
from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.reader import read_json_file, read_ndjson_file, read_xml_file
from joinedup.exchange.fhir.resource_units import refused_unit
from joinedup.exchange.values import DOCUMENT_LIMIT_BYTES, ROW_LIMIT_BYTES

FHIR_JSON, FHIR_NDJSON, FHIR_XML, CLD_CSV = "fhir-json", "fhir-ndjson", "fhir-xml", "cld-csv"
TABLES = {
    "hes-admitted": ADMITTED,
    "hes-attendance": ATTENDANCE,
    "hes-appointment": APPOINTMENT,
    "hes-emergency": EMERGENCY_CARE,
    "care-homes": CARE_HOMES,
}
SHAPES = (FHIR_JSON, FHIR_NDJSON, FHIR_XML, CLD_CSV, *TABLES)

_HEAD_BYTES = 256 * 1024
_RESOURCE_TYPE = b'"resourceType"'
_FHIR_XML = b"http://hl7.org/fhir"
_JSON_ENDINGS = (".json", ".ndjson", ".jsonl")
_NDJSON_ENDINGS = (".ndjson", ".jsonl")


def find_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Every file under the paths with its name relative to the path given (a file's own name for a file), sorted.

    Hidden files and folders below a path are left out, and a file reached twice counts once. Where two paths hold the
    same relative name, the name of the later one starts with its folder's. Raises FileNotFoundError for a missing path.
    """
    found: list[tuple[Path, str]] = []
    seen: set[Path] = set()
    names: set[str] = set()
    for given in paths:
        if not given.exists():
            raise FileNotFoundError(given)
        for path in [given] if given.is_file() else _files_below(given):
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            name = path.name if path == given else path.relative_to(given).as_posix()
            name = _free_name(name, given if given.is_dir() else given.parent, names)
            names.add(name)
            found.append((path, name))
    return found


def detect(path: Path) -> str | None:
    """One of SHAPES, or None for no known shape (an empty or unreadable file too)."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        head = _as_utf8(head)
        text = head.lstrip()
        if not text:
            return None
        if text.startswith(b"<"):
            if path.suffix.lower() in _JSON_ENDINGS:
                return FHIR_JSON
            return FHIR_XML if _FHIR_XML in text else None
        if text.startswith((b"{", b"[")) or path.suffix.lower() in _JSON_ENDINGS:
            return _json_shape(path, head)
    except OSError:
        return None
    return _table_shape(head)


def read_units(path: Path, name: str, shape: str, today: date, skip_rows: int = 0) -> Iterator[Unit]:
    """The units of a file in order, streamed; rows up to and including `skip_rows` are passed over.

    `shape` is what `detect` said. Several units may carry one row number (a bundle on a line of NDJSON), so a loader
    that stopped within such a line starts that line again. A file that cannot be read to its end closes with one
    refused unit.
    Raises ValueError for a shape that is not known.
    """
    if shape not in SHAPES:
        raise ValueError(f"No such shape; known are {', '.join(SHAPES)}.")
    row = 0
    try:
        for unit in _units(path, name, shape, today, skip_rows):
            row = unit.row
            if row > skip_rows:
                yield unit
    except OSError:
        yield refused_unit(name, max(row, skip_rows) + 1, b"", "file-unreadable", kind=_unknown_kind(shape))


def _units(path: Path, name: str, shape: str, today: date, skip_rows: int) -> Iterator[Unit]:
    with path.open("rb") as file:
        is_utf16 = file.read(2) in UTF16_MARKS
    if is_utf16:
        return iter([refused_unit(name, 1, b"", "encoding-unknown", kind=_unknown_kind(shape))])
    if shape == FHIR_JSON:
        return read_json_file(path, name, today)
    if shape == FHIR_XML:
        return read_xml_file(path, name, today)
    if shape == FHIR_NDJSON:
        return read_ndjson_file(path, name, today, skip_rows)
    if shape in TABLES:
        return read_table(path, name, TABLES[shape], today, skip_rows)
    return read_cld_file(path, name, today, skip_rows)


def _unknown_kind(shape: str) -> str:
    if shape in TABLES:
        return TABLES[shape].kind
    return "cld:row" if shape == CLD_CSV else "fhir:unknown"


def _files_below(folder: Path) -> list[Path]:
    found = []
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(where) / name for name in files if not name.startswith("."))
        found += [path for path in paths if path.is_file()]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _free_name(name: str, folder: Path, taken: set[str]) -> str:
    if name not in taken:
        return name
    name = f"{folder.name}/{name}"
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return name if name not in taken else f"{name} ({number})"


def _as_utf8(head: bytes) -> bytes:
    """The head of a file without its mark; of a UTF-16 file turned into UTF-8, only to tell what it is."""
    if head.startswith(UTF16_MARKS):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode("utf-8")
    return head.removeprefix(UTF8_MARK)


def _json_shape(path: Path, head: bytes) -> str | None:
    if not (_RESOURCE_TYPE in head or _holds(path, _RESOURCE_TYPE)):
        return None
    if path.suffix.lower() in _NDJSON_ENDINGS:
        return FHIR_NDJSON
    return FHIR_NDJSON if _second_line_opens_object(path) else FHIR_JSON


def _second_line_opens_object(path: Path) -> bool:
    """Does the second line that is not empty begin with '{', as no line of one JSON document does but within a list?

    There the line before it leaves the list open. A first line longer than any row may be is a document on one line.
    """
    opened = 0
    with path.open("rb") as file:
        while line := file.readline(ROW_LIMIT_BYTES):
            text = line.removeprefix(UTF8_MARK).strip()
            if text and not text.startswith(b"{"):
                return False
            opened += bool(text)
            if opened == 2:
                return True
            if text and _leaves_open(text):
                return False
            if len(line) >= ROW_LIMIT_BYTES and not line.endswith(b"\n"):
                return False
    return False


def _leaves_open(line: bytes) -> bool:
    """Whether a line ends where something must follow: within a list or an object of a document on many lines.

    >>> _leaves_open(b'{"resourceType": "Bundle", "entry": ['), _leaves_open(b'{"id": "1"},'), _leaves_open(b'{"id":')
    (True, False, True)
    """
    if not line.endswith((b"[", b"{", b",", b":")):
        return False
    try:
        json.loads(line.rstrip(b","))
    except (ValueError, RecursionError):
        return True
    return False  # a row that is whole, with a comma too many


def _holds(path: Path, wanted: bytes) -> bool:
    """Do the bytes stand in the first DOCUMENT_LIMIT_BYTES? Read in pieces that overlap."""
    tail = b""
    with path.open("rb") as file:
        for _ in range(DOCUMENT_LIMIT_BYTES // _HEAD_BYTES):
            piece = file.read(_HEAD_BYTES)
            if not piece:
                return False
            if wanted in tail + piece:
                return True
            tail = piece[-len(wanted) :]
    return False


def _table_shape(head: bytes) -> str | None:
    """Which table the first line with something in it heads, if any."""
    heading = heading_line(head.splitlines())
    if not heading:
        return None
    for shape, table in TABLES.items():
        keys = frozenset(heading_key(column) for column in table.telling)
        if table.is_headed_by(split_cells(heading, delimiter_of(heading, keys))):
            return shape
    return CLD_CSV if looks_like_cld(split_cells(heading, delimiter_of(heading, KNOWN_KEYS))) else None
