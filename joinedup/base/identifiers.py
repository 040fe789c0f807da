"""New keys: version 7 UUIDs, which sort by the moment they were made (RFC 9562).

PostgreSQL makes the same kind by `uuidv7()`; this is for rows whose key must be known before they are written, because
row security would refuse to return a key that the caller may not see yet.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from joinedup.base import clock


def new_id() -> UUID:
    """A fresh version 7 UUID at the clock's present instant.

    >>> new_id().version
    7
    """
    milliseconds = int(clock.now().timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
