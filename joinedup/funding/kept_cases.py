"""Which decided charges may the caller see, for adding up? The only read of them for a what-if.

Row security limits it to the people whom the caller may see. The present charge of each plan that has not ended, with
what the charges of the plan were before it; nobody is named.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.funding.charge_case import rule_case
from joinedup.funding.models import Assessment
from joinedup.funding.what_if_runs import KeptCase


def kept_cases(caller: Caller) -> tuple[KeptCase, ...]:
    """The cases, in an order that tells nothing. NotAllowed for somebody who may not see money."""
    caller.must("see_money")
    rows = Assessment.objects.exclude(plan__state="ended").order_by("plan_id", "decided_at", "id")
    charges: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    present: dict[UUID, dict[str, object]] = {}
    for plan_id, as_at, pence, case in rows.values_list("plan_id", "as_at", "weekly_charge_pence", "case"):
        charges[plan_id].append((as_at, pence))
        present[plan_id] = rule_case(case)
    return tuple(KeptCase(case, tuple(charges[plan_id])) for plan_id, case in present.items())
