"""Deciding what somebody pays, and letting those who buy their care know.

The rule decides and the row keeps its whole case and every step. A new decision supersedes the one before it; nothing
is edited. Whoever decides passes sight of the person on to the commissioners of their place, who buy the care.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.funding.actions.estimates import keep_difference
from joinedup.funding.actions.evidence import take_in_case
from joinedup.funding.charge_case import RULE, Charged, law_of, whole_case, worked_out
from joinedup.funding.models import Assessment
from joinedup.funding.queries.charges import commissioners_of, council_of_plan
from joinedup.person.actions import append_timeline, end_timeline
from joinedup.person.models import Person
from joinedup.person.queries.person_row import person_row
from joinedup.plan.locking import locked
from joinedup.plan.models import Plan
from joinedup.plan.sight import give_sight


def decide_charge(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, plan_id: UUID, case: Mapping[str, object],
    weekly_cost_pence: int, told_by: str = "", expected_set: str = "", demo_policy: bool = False,
) -> UUID:  # fmt: skip
    """Decide what a person pays of a week's care, by the rule `charge` with the shipped figures of law.

    `case` is the rule's input but for date_of_birth (from the record where known) and weekly_cost; as_at is today
    unless given. The own policy of the place's council is laid over the figures of law where one is held; one that was
    invented for a demo only in a demo place and when `demo_policy` asks for it. With `told_by`, what was told goes into
    the person's evidence too, if that is still the set of the mark `expected_set` (Conflict otherwise). Returns the
    key of the charge, which supersedes the plan's present one. PersonMustAct names fields that cannot be used; NotNow
    for a plan that has ended; OperatorMustAct for a day whose law is not known.
    """
    by.must("decide_charge")
    if weekly_cost_pence <= 0:
        raise PersonMustAct("no-cost", "Nobody decides a charge without a cost.", "", "Give what a week of care costs.")
    person = person_row(person_id)
    today = london_date(at)
    whole = whole_case(case, born=person.birth_date, weekly_cost_pence=weekly_cost_pence, today=today,
                       council=council_of_plan(plan_id, demo=demo_policy))  # fmt: skip
    charged = worked_out(whole, law_of(whole), today)

    def act() -> str:
        plan = _present_plan(plan_id, person)
        if told_by:
            take_in_case(by=by, at=at, person_id=person.id, case=whole, told_by=told_by, expected_set=expected_set)
        before = Assessment.objects.filter(plan_id=plan.id, superseded_by=None).first()
        made = _kept(by, at, plan, charged, before)
        _tell(by, at, made, before)
        if before is None:
            keep_difference(by=by, at=at, charge=made, place_id=plan.place_id)
        _pass_on(by, at, request_key, made, plan.place_id)
        note("charge.decided", person_id=plan.person_id, thing_id=made.id, place_id=plan.place_id)
        return str(made.id)

    arguments = {"person": person_id, "plan": plan_id, "case": whole}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="decide_charge", arguments=arguments, act=act))


def tell_commissioners(*, by: Caller, at: datetime, request_key: str, assessment_id: UUID) -> int:
    """Let commissioners who came to the place since then see this person too. Returns how many could not before."""
    by.must("decide_charge")

    def act() -> int:
        held = Assessment.objects.select_related("plan").filter(id=assessment_id).first()
        if held is None:
            raise NotFound("charge-not-found", "There is no such charge, or you may not see it.")
        return _pass_on(by, at, request_key, held, held.plan.place_id)

    told: int = once(
        by=by.id, at=at, request_key=request_key, action="tell_commissioners", arguments={"charge": assessment_id},
        act=act,
    )  # fmt: skip
    return told


def _present_plan(plan_id: UUID, person: Person) -> Plan:
    """The plan of that person, held until the transaction ends: of two who decide at once one waits."""
    plan = locked(plan_id)
    if person_row(plan.person_id).id != person.id:
        raise NotFound("plan-not-found", "There is no such plan, or you may not see it.")
    if plan.state == "ended":
        raise NotNow("plan-state", "This plan has ended.", "A charge is for care that is planned.",
                     "Decide it for the present plan.")  # fmt: skip
    return plan


def _kept(by: Caller, at: datetime, plan: Plan, charged: Charged, before: Assessment | None) -> Assessment:
    made = Assessment(
        id=new_id(), person_id=plan.person_id, plan_id=plan.id, case=charged.case, explanation=charged.explanation,
        weekly_charge_pence=charged.weekly_charge_pence, council_pays_pence=charged.council_pays_pence,
        nhs_pays_pence=charged.nhs_pays_pence, weekly_cost_pence=charged.weekly_cost_pence,
        as_at=date.fromisoformat(str(charged.case["as_at"])), rule=RULE.schema_name, supersedes=before,
        decided_by_id=by.id, decided_at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _tell(by: Caller, at: datetime, made: Assessment, before: Assessment | None) -> None:
    if before is not None:
        end_timeline(by=by, at=at, person_id=before.person_id, source_key=_key(before.id), ends_on=london_date(at))
    append_timeline(
        by=by, at=at, person_id=made.person_id, kind="charge", title="What the person pays for care, each week",
        detail=(
            ("Cost of the week", Money(made.weekly_cost_pence).display()),
            ("The council pays", Money(made.council_pays_pence).display()),
            ("The NHS pays", Money(made.nhs_pays_pence).display()), ("Rule", made.rule),
        ),
        source_key=_key(made.id), starts_on=made.as_at, open_ended=True, amount_pence=made.weekly_charge_pence,
    )  # fmt: skip


def _pass_on(by: Caller, at: datetime, request_key: str, made: Assessment, place_id: UUID) -> int:
    """Let each commissioner of the place see the person; returns how many could not before."""
    return sum(
        give_sight(
            by=by, at=at, request_key=f"{request_key}.{number}", receiver=receiver, person_id=made.person_id,
            source=_key(made.id), ends_at=None,
        )
        for number, receiver in enumerate(commissioners_of(place_id, at))
    )  # fmt: skip


def _key(assessment_id: UUID) -> str:
    return f"funding.assessment/{assessment_id}"
