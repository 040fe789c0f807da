"""Every charge of somebody with its worked statement, and all that was told of their money, to take away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.funding.evidence_set import Held
from joinedup.funding.models import Assessment
from joinedup.funding.queries.evidence import held_of
from joinedup.funding.statement import Statement, worked


@dataclass(frozen=True, slots=True)
class ChargeTaken:
    """One charge as it was decided, and its statement, line by line, from what was kept with it."""

    row: Assessment
    statement: Statement


def charges_taken(caller: Caller, person_ids: Iterable[UUID]) -> tuple[ChargeTaken, ...]:
    """Every charge of one person, the first decided first; row security limits them to whom the caller may see."""
    caller.must("see_money")
    rows = Assessment.objects.select_related("decided_by").filter(person_id__in=tuple(person_ids))
    return tuple(ChargeTaken(each, worked(each.explanation)) for each in rows.order_by("decided_at", "id"))


def evidence_taken(caller: Caller, person_ids: Iterable[UUID]) -> tuple[Held, ...]:
    """Everything ever told of one person's money, corrected pieces among it, the first told first."""
    caller.must("see_money")
    return tuple(held_of(person_ids))
