"""What does the manifest beside the files of an extract say?

Pure: a frozen description and its JSON. Whoever reads the files checks each against its digest, and learns from here
when they were made, as at which day, with which columns, how many rows, and how many people were left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from joinedup.extract.tables import Table

SCHEMA = "extract/1"
FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """One Parquet file: its table, rows and sha256 in hexadecimal."""

    table: Table
    rows: int
    digest: str

    @property
    def file(self) -> str:
        """Its name in the extract's folder."""
        return f"{self.table.name}.parquet"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One extract: its run, the instant and day it stands for (ISO texts), and its files."""

    run: str
    made_at: str
    as_at: str
    request_key: str
    restricted_people_left_out: int
    tables: tuple[WrittenTable, ...]
    opted_out_people_left_out: int = 0

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(each.rows for each in self.tables)

    def to_json(self) -> str:
        """The text of manifest.json; the same manifest gives the same text."""
        tables = [
            {
                "name": each.table.name, "says": each.table.says, "file": each.file, "rows": each.rows,
                "sha256": each.digest,
                "columns": [{"name": c.name, "type": c.type, "says": c.says} for c in each.table.columns],
            }
            for each in self.tables
        ]  # fmt: skip
        held = {
            "schema": SCHEMA, "run": self.run, "made_at": self.made_at, "as_at": self.as_at,
            "request_key": self.request_key,
            "left_out": {
                "restricted_people": self.restricted_people_left_out,
                "opted_out_people": self.opted_out_people_left_out,
            },
            "tables": tables,
        }  # fmt: skip
        return json.dumps(held, indent=1, ensure_ascii=False) + "\n"
