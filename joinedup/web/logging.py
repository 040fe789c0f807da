"""Structured log lines: one JSON object each, with the request's id and without personal data.

An exception is logged by its type and the places it passed through, never by its message: a database's message quotes
values. Our own errors are worded without values, so theirs is kept.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

from joinedup.base.errors import JoinedUpError
from joinedup.base.request_id import REQUEST_ID

FIELDS = ("method", "route", "status", "milliseconds")


class StructuredFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: when, how grave, who says it, what, and in which request."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": REQUEST_ID.get(),
            "message": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            if isinstance(error, JoinedUpError):
                line["what"] = str(error)
            frames = traceback.extract_tb(error.__traceback__)
            line["through"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-8:]]
        return json.dumps(line, ensure_ascii=False)
