"""Rows of several tables in one read, by a statement that is written once.

For the reads that nearly every page begins with: to put the same statement together from a QuerySet anew on each page
takes more time than the database takes to answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Model


class JoinedRows:
    """`select` of all columns of some models, each under its alias, from what `source` joins.

    `read` gives a tuple a row: an instance of each model in order, None where an outer join found none. Sources are
    constants of the code; values travel as parameters. TypeError for a model with columns that need converting (JSON).
    """

    def __init__(self, models: Mapping[str, type[Model]], source: str) -> None:
        self.models = tuple(models.values())
        for model in self.models:
            if any(hasattr(field, "from_db_value") for field in model._meta.concrete_fields):
                raise TypeError(f"{model.__name__} has columns that need converting")
        self.names = [[field.attname for field in model._meta.concrete_fields] for model in self.models]
        self.keys = [names.index(model._meta.pk.attname) for names, model in zip(self.names, self.models, strict=True)]
        ends = [0]
        for names in self.names:
            ends.append(ends[-1] + len(names))
        self.parts = [slice(*pair) for pair in pairwise(ends)]
        columns = [f'{alias}."{f.column}"' for alias, model in models.items() for f in model._meta.concrete_fields]
        self.sql = f"select {', '.join(columns)} {source}"

    def read(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows for these parameters, in no order but the statement's."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            rows = cursor.fetchall()
        return [
            tuple(
                None if row[part][key] is None else model.from_db("default", names, row[part])
                for model, names, key, part in zip(self.models, self.names, self.keys, self.parts, strict=True)
            )
            for row in rows
        ]
