"""Naming the one case manager of a plan, handing over, and standing down.

Handing over ends one time and starts the next at the same instant, in one act: there is no moment without one and none
with two. Standing down without a successor is possible and shows at once as a gap.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.clock import london_date
from joinedup.base.errors import NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.person.actions import append_timeline, end_timeline
from joinedup.plan.locking import locked, next_version
from joinedup.plan.models import CaseManager, Plan
from joinedup.plan.sight import end_sight_of_case_manager, give_sight


def name_case_manager(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID, subject_id: UUID, contact: str
) -> UUID:
    """Name the case manager from now on, ending whoever was before at the same instant. Returns the new time's key.

    The named one gets sight of the person when they have none. PersonMustAct for a team or without a way to reach them;
    NotNow when they are the case manager already or the plan has ended; Conflict when the plan changed meanwhile.
    """
    by.must("name_case_manager")
    if not contact.strip():
        raise PersonMustAct("contact-empty", "A case manager can be reached.", "", "Give a telephone number.")

    def act() -> str:
        plan = locked(plan_id)
        if plan.state == "ended":
            raise NotNow("plan-state", "This plan has ended.", "", "Open the present plan.")
        version = next_version(plan, expected_version)
        subject = _one_practitioner(subject_id)
        present = CaseManager.objects.filter(plan_id=plan_id, ends_at=None).first()
        if present is not None and present.subject_id == subject_id and present.contact == contact.strip():
            raise NotNow("case-manager-already", "They are the case manager already.", "", "Nothing needs to be done.")
        if present is not None:
            _end(by, at, plan, present)
        named = CaseManager(
            id=new_id(), plan_id=plan_id, person_id=plan.person_id, subject_id=subject_id, starts_at=at,
            contact=contact.strip(), named_by_id=by.id,
        )  # fmt: skip
        named.save(force_insert=True)
        Plan.objects.filter(id=plan_id).update(version=version)
        give_sight(by=by, at=at, request_key=request_key, receiver=subject_id, person_id=plan.person_id,
                   source=f"casemanager:{named.id}", ends_at=None)  # fmt: skip
        append_timeline(
            by=by, at=at, person_id=plan.person_id, kind="care_plan", title=f"Case manager: {subject.label}",
            source_key=f"plan.casemanager/{named.id}", open_ended=True,
            detail=(("How to reach them", contact.strip()),),
        )  # fmt: skip
        if present is not None:
            end_sight_of_case_manager(present.id)
        note("case_manager.named", person_id=plan.person_id, thing_id=plan_id, place_id=plan.place_id)
        return str(named.id)

    arguments = {"plan": plan_id, "version": expected_version, "subject": subject_id, "contact": contact}
    return UUID(
        once(by=by.id, at=at, request_key=request_key, action="name_case_manager", arguments=arguments, act=act)
    )


def stand_down(*, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID) -> int:
    """End the case manager's time without a successor; the plan shows as a gap from now. Returns the plan's version."""
    by.must("name_case_manager")

    def act() -> int:
        plan = locked(plan_id)
        version = next_version(plan, expected_version)
        present = CaseManager.objects.filter(plan_id=plan_id, ends_at=None).first()
        if present is None:
            raise NotNow("no-case-manager", "This plan has no case manager.", "", "Name one.")
        _end(by, at, plan, present)
        Plan.objects.filter(id=plan_id).update(version=version)
        end_sight_of_case_manager(present.id)
        note("case_manager.ended", person_id=plan.person_id, thing_id=plan_id, place_id=plan.place_id)
        return version

    arguments = {"plan": plan_id, "version": expected_version}
    return int(once(by=by.id, at=at, request_key=request_key, action="stand_down", arguments=arguments, act=act))


def _one_practitioner(subject_id: UUID) -> Subject:
    subject = Subject.objects.filter(id=subject_id, kind="user").first()
    if subject is None:
        raise PersonMustAct(
            "case-manager-is-one-practitioner", "A case manager is one person.",
            "A team cannot be rung up and asked.", "Choose somebody by name.",
        )  # fmt: skip
    return subject


def _end(by: Caller, at: datetime, plan: Plan, present: CaseManager) -> None:
    CaseManager.objects.filter(id=present.id).update(ends_at=max(at, present.starts_at))
    end_timeline(
        by=by, at=at, person_id=plan.person_id, source_key=f"plan.casemanager/{present.id}", ends_on=london_date(at)
    )
