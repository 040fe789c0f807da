"""Deciding what weeks should have been charged, now that more is known: rows of their own, never edits.

Whoever buys the care posts them to the fund (`commissioning.actions.post_adjustments`).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.funding.models import Adjustment
from joinedup.funding.queries.adjustments import change_of_plan
from joinedup.funding.queries.charges import present_charge
from joinedup.person.actions import append_timeline
from joinedup.plan.locking import locked


def decide_adjustments(
    *, by: Caller, at: datetime, request_key: str, plan_id: UUID, because: str, expected_pence: int,
    posted_since: date | None = None,
) -> list[UUID]:  # fmt: skip
    """Adjust every week of a plan that comes out otherwise by what is known now; returns the keys of the rows.

    `posted_since` is the first day of the plan's first posted week, which may lie before its first charge.
    `expected_pence` is the sum that was shown: Conflict when it has changed. NotNow when no week changes.
    """
    by.must("decide_charge")
    if not because.strip():
        raise PersonMustAct("adjustment-no-reason", "Say why these weeks change.", "The person reads it.", "")

    def act() -> list[str]:
        locked(plan_id)
        charge = present_charge(plan_id)
        if charge is None:
            raise NotFound("charge-not-found", "There is no such charge, or you may not see it.")
        change = change_of_plan(plan_id, london_date(at), posted_since)
        if not change.weeks:
            raise NotNow("nothing-to-adjust", "No week comes out otherwise.", "By what is known now.", "")
        if change.sum_pence != expected_pence:
            raise Conflict("adjustment-changed", "What these weeks come to has changed since you opened the page.")
        rows = [
            Adjustment(
                id=new_id(), person_id=charge.person_id, plan_id=plan_id, charge=charge,
                week_starts_on=each.week_starts_on, was_pence=each.was_pence, should_be_pence=each.should_be_pence,
                difference_pence=each.difference_pence, days_pence=list(each.days), because=because.strip(),
                decided_by_id=by.id, decided_at=at,
            )
            for each in change.weeks
        ]  # fmt: skip
        Adjustment.objects.bulk_create(rows)
        append_timeline(
            by=by, at=at, person_id=charge.person_id, kind="charge", title="Charges of earlier weeks adjusted",
            detail=[("Weeks", str(len(rows))), ("In all", Money(change.sum_pence).display())],
            source_key=f"funding.adjustment/{rows[0].id}",
        )  # fmt: skip
        note("charge.adjusted", person_id=charge.person_id, thing_id=charge.id, found=len(rows))
        return [str(each.id) for each in rows]

    arguments = {"plan": plan_id, "because": because, "expected": expected_pence, "since": posted_since}
    made = once(by=by.id, at=at, request_key=request_key, action="decide_adjustments", arguments=arguments, act=act)
    return [UUID(each) for each in made]
