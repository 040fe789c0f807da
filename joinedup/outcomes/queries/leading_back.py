"""Who among the people whom the caller may see stands behind rows of an extract?

Answered by the database alone: it makes the pseudonyms of the caller's own people and compares. Nobody learns of
anybody else, and the key of the run is never handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """The rows of one kind: headings, and each row's pseudonym ('' where nobody is known) and cells as they are."""

    says: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[object, ...]], ...]

    def only(self, pseudonyms: frozenset[str]) -> RowsBehind:
        """The same without the rows of anybody else."""
        return replace(self, rows=tuple(row for row in self.rows if row[0] in pseudonyms))


def people_behind(run: UUID, pseudonyms: Iterable[str]) -> dict[str, UUID]:
    """Pseudonym to person, for those of a run whom the caller of this transaction holds a grant for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pseudonym, person from access.people_behind(%s, %s)", [run, sorted({*pseudonyms} - {""})]
        )
        return dict(cursor.fetchall())


def run_leads_back(run: UUID) -> bool:
    """Whether the key of a run is still held here; after a restore it is not."""
    with connection.cursor() as cursor:
        cursor.execute("select access.run_leads_back(%s)", [run])
        return bool(cursor.fetchone()[0])
