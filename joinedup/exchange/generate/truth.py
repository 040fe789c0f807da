"""What was really sent: for each row of each file, whose it is and what was done to it.

The answer key for linking. One line a row: file, row (1-based, as the loader counts), kind, true person id, and what
was done, joined by '|' ('' when nothing). A loader must never read it.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

HEADINGS = ("file", "row", "kind", "true_id", "done")


class TruthFile:
    """The answer key, written as the files are; `rows` counts rows by file and `done` counts what was done."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow(HEADINGS)
        self.rows: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def note(self, file: str, kind: str, true_id: str, done: tuple[str, ...]) -> None:
        """One row was written at the end of `file`."""
        self.rows[file] += 1
        self.done.update(done)
        self._csv.writerow((file, self.rows[file], kind, true_id, "|".join(done)))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
