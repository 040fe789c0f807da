"""Which plan is being changed, is it still as the writer saw it, and may it change at all?

Shared by the actions on plans: every change holds the plan's row until the transaction ends and counts its version up,
so that of two writers the second gets both texts instead of overwriting.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from joinedup.base.errors import Conflict, NotFound, NotNow
from joinedup.plan.models import Plan

NOTHING: Mapping[str, str] = MappingProxyType({})


def locked(plan_id: UUID) -> Plan:
    """The plan, held until the end of the transaction. NotFound when it is not there or not to be seen."""
    found = Plan.objects.select_for_update().filter(id=plan_id).first()
    if found is None:
        raise NotFound("plan-not-found", "There is no such plan, or you may not see it.")
    return found


def must_be(plan: Plan, state: str) -> None:
    """NotNow unless the plan is in this state."""
    if plan.state == state:
        return
    why = {
        "draft": "What was agreed is not rewritten.", "agreed": "Only an agreed plan has that.",
        "ended": "It has not ended.",
    }[state]  # fmt: skip
    raise NotNow(
        "plan-state", f"This plan is {'still a draft' if plan.state == 'draft' else plan.state}.", why,
        "End it and draft a new one if things have changed." if state == "draft" else "Agree the plan first.",
    )  # fmt: skip


def next_version(
    plan: Plan, expected_version: int, *, theirs: Mapping[str, str] = NOTHING, yours: Mapping[str, str] = NOTHING
) -> int:
    """The version after this change; Conflict with both texts when the writer saw an older one."""
    if plan.version != expected_version:
        raise Conflict("plan-changed", "This plan has changed since you opened it.", theirs=theirs, yours=yours)
    return plan.version + 1
