"""The proof that taking a link back restores both people: fingerprints of their rows, and one digest over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from joinedup.person.link_plan import PROVED


def fingerprints(cursor: Any, people: Sequence[UUID]) -> dict[str, dict[str, dict[str, str]]]:
    """Of each person, table by table of the plan, a fingerprint of every row."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for person_id in people:
        tables: dict[str, dict[str, str]] = {}
        for plan in PROVED:
            cursor.execute(
                "select access.fingerprints(%s, %s, %s, %s, %s)",
                [person_id, plan.table, plan.column, list(plan.key), list(plan.left_out)],
            )
            held = cursor.fetchone()[0]
            tables[plan.name] = json.loads(held) if isinstance(held, str) else held
        found[str(person_id)] = tables
    return found


def digest_of(marks: Mapping[str, object]) -> str:
    """One digest over fingerprints, the same whatever their order."""
    return hashlib.sha256(json.dumps(marks, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
