"""The proof that taking a link back restores both people: fingerprints of their rows, and one digest over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from joinedup.person.link_plan import PROVED

PLANNED = json.dumps([
    {"name": each.name, "of_table": each.table, "by_column": each.column, "key": each.key, "left_out": each.left_out}
    for each in PROVED
])  # fmt: skip


def fingerprints(cursor: Any, people: Sequence[UUID]) -> dict[str, dict[str, dict[str, str]]]:
    """Of each person, table by table of the plan, a fingerprint of every row; by one statement for them all."""
    found: dict[str, dict[str, dict[str, str]]] = {str(key): {plan.name: {} for plan in PROVED} for key in people}
    cursor.execute("select person::text, name, marks::text from access.fingerprints(%s, %s)", [list(people), PLANNED])
    for person_id, name, marks in cursor.fetchall():
        found[person_id][name] = json.loads(marks)
    return found


def digest_of(marks: Mapping[str, object]) -> str:
    """One digest over fingerprints, the same whatever their order."""
    return hashlib.sha256(json.dumps(marks, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
