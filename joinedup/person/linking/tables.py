"""Cleaned rows as a table that DuckDB reads."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from joinedup.person.linking.cleaning import FIELDS, LISTS, CleanRow


def people_table(rows: Sequence[CleanRow]) -> pa.Table:
    """A column for each field, and `place`, the place of the row."""
    columns: dict[str, pa.Array] = {"place": pa.array(range(len(rows)), pa.int64())}
    for name in FIELDS:
        kind = pa.list_(pa.string()) if name in LISTS else pa.string()
        columns[name] = pa.array([getattr(row, name) for row in rows], kind)
    return pa.table(columns)
