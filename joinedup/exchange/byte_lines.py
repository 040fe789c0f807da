"""What are the lines of a file, when the file may be endless and a line may be huge?

Memory stays flat: a line longer than the limit is read past in pieces and stands as `TooLong`, with its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line over the limit; `digest` is the SHA-256 of all its bytes, line end included."""

    digest: str


def byte_lines(path: Path, limit_bytes: int) -> Iterator[tuple[int, bytes | TooLong]]:
    """Line number from 1 and the line with its line end, or TooLong. Raises OSError as the file does."""
    with path.open("rb") as file:
        row = 0
        while line := file.readline(limit_bytes):
            row += 1
            if len(line) >= limit_bytes and not line.endswith(b"\n"):
                yield row, _read_past(file, line)
            else:
                yield row, line


def _read_past(file: BinaryIO, line: bytes) -> TooLong:
    digest = hashlib.sha256(line)
    while piece := file.readline(_PIECE_BYTES):
        digest.update(piece)
        if piece.endswith(b"\n"):
            break
    return TooLong(digest.hexdigest())
