"""Which rows does a delimited text file hold?

Councils' files come from spreadsheets and databases: comma, semicolon, tab or bar between cells; UTF-8 with or without
byte order mark, or Windows-1252; either line end; line breaks inside quotes. Rows come one at a time in flat memory,
and one bad quote costs one row, not the rest of the file. Left out: UTF-16, which is refused with a word on how to
save it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.exchange.byte_lines import TooLong, byte_lines
from joinedup.exchange.json_text import write_json
from joinedup.exchange.values import FIELD_LIMIT_CHARACTERS, ROW_LIMIT_BYTES, sha256

DELIMITERS = (",", ";", "\t", "|")
QUOTED_LINES_LIMIT = 200
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as sent: its cells, or the code of what is wrong with it. `is_windows_1252` says how it was decoded."""

    cells: tuple[str, ...] = ()
    fault: str = ""
    is_windows_1252: bool = False
    digest: str = ""
    raw: bytes = b""

    def kept(self, heading: Sequence[str]) -> bytes:
        """What is kept of a row refused whole: by heading where it fits, else heading and cells, or the line sent."""
        if self.fault:
            line = self.raw.decode("utf-8", "replace").rstrip("\r\n")
            return write_json({"heading": list(heading), "line": line}) if self.raw and heading else self.raw
        if not heading:
            return write_json(list(self.cells))
        if len(self.cells) == len(heading):
            return write_json(dict(zip(heading, self.cells, strict=True)))
        return write_json({"heading": list(heading), "cells": list(self.cells)})


def delimiter_of(heading: str, wanted: frozenset[str]) -> str:
    """The delimiter under which most headings of a line are wanted ones (compared by `heading_key`); ',' in doubt."""
    return max(DELIMITERS, key=lambda mark: len(wanted & {heading_key(cell) for cell in split_cells(heading, mark)}))


def heading_key(heading: str) -> str:
    """A heading without case, spacing and punctuation, so that 'Event_Start Date' is 'Event Start Date'."""
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one row; [] for a text that is no row."""
    if csv.field_size_limit() <= FIELD_LIMIT_CHARACTERS:
        csv.field_size_limit(ROW_LIMIT_BYTES)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def decode(raw: bytes) -> tuple[str, bool]:
    """The text and whether it had to be read as Windows-1252. Raises UnicodeDecodeError when it is neither."""
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        return raw.decode("cp1252"), True


def heading_line(lines: list[bytes]) -> str:
    """The first line that says something, a spreadsheet's 'sep=;' passed over; '' when none can be read."""
    for line in lines:
        if line.strip(b" ,;\t|\r\n") and not line.lower().startswith(b"sep="):
            try:
                return decode(line)[0]
            except UnicodeDecodeError:
                return ""
    return ""


def rows_of(path: Path, delimiter: str) -> Iterator[Row]:
    """Every row of the file in order, the heading first; an empty line is a Row without cells.

    Raises OSError as the file does.
    """
    for raw, is_open in _logical_lines(path, delimiter):
        yield _row(raw, is_open, delimiter)


def _row(raw: bytes | TooLong, is_open: bool, delimiter: str) -> Row:
    if isinstance(raw, TooLong):
        return Row(fault="row-too-long", digest=raw.digest)
    if is_open:
        return _faulty("quote-unclosed", raw)
    try:
        text, is_windows_1252 = decode(raw)
    except UnicodeDecodeError:
        return Row(fault="encoding-unknown", digest=sha256(raw))
    text = text.rstrip("\r\n")
    if "\x00" in text:
        return Row(fault="encoding-unknown", digest=sha256(raw))
    if "\r" in text and not split_cells(text, delimiter):
        return _faulty("line-ends-unknown", raw)
    cells = tuple(split_cells(text, delimiter))
    if any(len(cell) > FIELD_LIMIT_CHARACTERS for cell in cells):
        return Row(fault="field-too-long", digest=sha256(raw))
    return Row(cells, is_windows_1252=is_windows_1252)


def _faulty(fault: str, raw: bytes) -> Row:
    """A row that cannot be read, its bytes kept when they are few, so that it can be put right."""
    return Row(fault=fault, digest=sha256(raw), raw=raw if len(raw) <= FIELD_LIMIT_CHARACTERS else b"")


def _is_open(raw: bytes, delimiter: str) -> bool:
    """Does a quoted cell run past the end of these bytes? A stray quote within a cell does not count."""
    return raw.count(b'"') % 2 == 1 and _strict_fault(raw, delimiter) == "unexpected end of data"


def _strict_fault(raw: bytes, delimiter: str) -> str:
    split_cells("", delimiter)
    try:
        list(csv.reader([raw.decode("latin-1").rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error as fault:
        return str(fault)
    return ""


def _logical_lines(path: Path, delimiter: str) -> Iterator[tuple[bytes | TooLong, bool]]:
    """Physical lines joined while a quote is open; when it never closes well, its first line stands alone as open."""
    physical = _without_mark(byte_lines(path, ROW_LIMIT_BYTES))
    waiting: deque[bytes | TooLong] = deque()
    while (first := _take(waiting, physical)) is not None:
        if isinstance(first, TooLong) or not _is_open(first, delimiter):
            yield first, False
            continue
        parts = [first, *_until_closed(first, waiting, physical)]
        joined = b"".join(parts)
        if _strict_fault(joined, delimiter):
            waiting.extendleft(reversed(parts[1:]))
            yield first, True
        else:
            yield joined, False


def _until_closed(first: bytes, waiting: deque[bytes | TooLong], physical: Iterator[bytes | TooLong]) -> list[bytes]:
    """The lines that follow an open one, up to one that could close it or the limit."""
    parts: list[bytes] = []
    size = len(first)
    while len(parts) < QUOTED_LINES_LIMIT and size < ROW_LIMIT_BYTES:
        following = _take(waiting, physical)
        if following is None:
            break
        if isinstance(following, TooLong):
            waiting.appendleft(following)
            break
        parts.append(following)
        size += len(following)
        if following.count(b'"') % 2 == 1:
            break
    return parts


def _take(waiting: deque[bytes | TooLong], physical: Iterator[bytes | TooLong]) -> bytes | TooLong | None:
    return waiting.popleft() if waiting else next(physical, None)


def _without_mark(lines: Iterator[tuple[int, bytes | TooLong]]) -> Iterator[bytes | TooLong]:
    for number, line in lines:
        yield line.removeprefix(UTF8_MARK) if number == 1 and isinstance(line, bytes) else line
