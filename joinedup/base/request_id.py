"""Which request is this? One short random id, in every structured log line and every line of the log it caused."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


def begin_request() -> str:
    """Give the work that starts now a fresh id, and return it."""
    fresh = secrets.token_hex(8)
    REQUEST_ID.set(fresh)
    return fresh
