"""How do rows become a file that a spreadsheet opens safely?

CSV with a header, in UTF-8 with its mark, CRLF as RFC 4180 has it. A text that a spreadsheet would run as a formula
gets an apostrophe in front, because senders choose some of these texts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as a file.

    >>> csv_bytes(["who"], [["=1+1"]]).decode("utf-8-sig").splitlines()
    ['who', "'=1+1"]
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_FORMULA) else value
