"""Who pays for a plan each week, for the page of the plan itself."""

from __future__ import annotations

from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.funding.queries.charges import present_charge
from joinedup.plan.beside import BesidePlan


def who_pays_for_plan(caller: Caller, plan_id: UUID) -> BesidePlan | None:
    """The parts of person, NHS and council of the plan's present charge; a line of the log. None where there is none,
    the plan has ended, or the caller may not see it."""
    if "see_money" not in caller.permissions or (charge := present_charge(plan_id)) is None:
        return None
    if charge.plan.state == "ended":
        return None
    note("charge.opened", person_id=charge.person_id, thing_id=charge.id)
    nhs = (("The NHS", charge.nhs_pays_pence),) if charge.nhs_pays_pence else ()
    return BesidePlan(
        "Who pays for it each week",
        (("The person", charge.weekly_charge_pence), *nhs, ("The council and its partners", charge.council_pays_pence),
         ("A week of the care costs", charge.weekly_cost_pence)),
        f"Decided as from {charge.as_at.day} {charge.as_at:%B %Y}.", "Why: every step", "funding:charge", charge.id,
    )  # fmt: skip
