"""Drafting a plan from a complete assessment, filling it, agreeing it, and ending it.

A draft is written freely; agreeing needs a goal and a line, by whom and how; afterwards nothing that was agreed is
rewritten, only what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.assessment.models import Assessment, Section
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.person.actions import append_timeline, end_timeline
from joinedup.person.models import AboutMe
from joinedup.plan.locking import locked, must_be, next_version
from joinedup.plan.models import CaseManager, Goal, Line, Plan


@dataclass(frozen=True, slots=True)
class CareLine:
    """Care to be bought or given: how much a week of what, from when, who arranges it, and which goal it serves."""

    title: str
    service_code: str
    quantity_per_week: Decimal
    unit: str
    starts_on: date
    owner_id: UUID
    goal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """Something that somebody does once: what, who, by when, and which goal it serves."""

    title: str
    owner_id: UUID
    due_on: date
    goal_id: UUID | None = None


def draft_plan(*, by: Caller, at: datetime, request_key: str, assessment_id: UUID) -> UUID:
    """Draft a plan from a complete assessment, what matters filled in from “About me” or the person's own wishes.

    Returns its key. NotNow while the assessment is open, or while another plan from it has not ended.
    """
    by.must("write_plan")

    def act() -> str:
        assessment = Assessment.objects.filter(id=assessment_id).first()
        if assessment is None:
            raise NotFound("assessment-not-found", "There is no such assessment, or you may not see it.")
        if assessment.state != "complete":
            raise NotNow("assessment-open", "This assessment is not complete.", "A plan rests on both sections.",
                         "Finish both sections first.")  # fmt: skip
        plan = Plan(
            id=new_id(), person_id=assessment.person_id, place_id=assessment.place_id, assessment_id=assessment_id,
            what_matters=_what_matters(assessment), drafted_by_id=by.id, drafted_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                plan.save(force_insert=True)
        except IntegrityError as error:
            if "one_open_plan_from_an_assessment" not in str(error):
                raise
            raise NotNow("plan-open", "There is a plan from this assessment already.", "", "Open it.") from error
        _tell(by, at, plan, "Care and support plan drafted", f"plan.drafted/{plan.id}", ends_on=london_date(at))
        note("plan.drafted", person_id=plan.person_id, thing_id=plan.id, place_id=plan.place_id)
        return str(plan.id)

    return UUID(_once(by, at, request_key, "draft_plan", {"assessment": assessment_id}, act))


def save_what_matters(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID, what_matters: str
) -> int:
    """Save what matters to the person, in a draft. Returns the plan's version; Conflict keeps both texts."""
    by.must("write_plan")

    def act() -> int:
        plan = locked(plan_id)
        must_be(plan, "draft")
        version = next_version(
            plan, expected_version, theirs={"what_matters": plan.what_matters}, yours={"what_matters": what_matters}
        )
        Plan.objects.filter(id=plan_id).update(what_matters=what_matters, version=version)
        note("plan.written", person_id=plan.person_id, thing_id=plan_id)
        return version

    arguments = {"plan": plan_id, "version": expected_version, "what": what_matters}
    return int(_once(by, at, request_key, "save_what_matters", arguments, act))


def add_goal(*, by: Caller, at: datetime, request_key: str, plan_id: UUID, words: str) -> UUID:
    """Add a goal to a draft, in the person's own words. Returns its key."""
    by.must("write_plan")
    if not words.strip():
        raise PersonMustAct("goal-empty", "A goal needs words.", "", "Write what the person wants, as they say it.")

    def act() -> str:
        plan = locked(plan_id)
        must_be(plan, "draft")
        last = Goal.objects.filter(plan_id=plan_id).aggregate(last=Max("position"))["last"] or 0
        goal = Goal(plan_id=plan_id, person_id=plan.person_id, words=words.strip(), position=last + 1)
        goal.save(force_insert=True)
        _changed(plan)
        return str(goal.id)

    return UUID(_once(by, at, request_key, "add_goal", {"plan": plan_id, "words": words}, act))


def take_out_goal(*, by: Caller, at: datetime, request_key: str, expected_version: int, goal_id: UUID) -> int:
    """Take a goal out of a draft; it stays in the history. Returns the plan's version."""
    by.must("write_plan")

    def act() -> int:
        goal = Goal.objects.filter(id=goal_id).first()
        if goal is None:
            raise NotFound("goal-not-found", "There is no such goal, or you may not see it.")
        plan = locked(goal.plan_id)
        must_be(plan, "draft")
        version = next_version(plan, expected_version)
        Goal.objects.filter(id=goal_id).update(state="ended")
        Line.objects.filter(goal_id=goal_id, state="open").update(goal=None)
        Plan.objects.filter(id=plan.id).update(version=version)
        return version

    arguments = {"goal": goal_id, "version": expected_version}
    return int(_once(by, at, request_key, "take_out_goal", arguments, act))


def add_line(*, by: Caller, at: datetime, request_key: str, plan_id: UUID, line: CareLine | ActionLine) -> UUID:
    """Add care or an action to a draft. Returns the line's key; NotNow once the plan is agreed."""
    by.must("write_plan")

    def act() -> str:
        plan = locked(plan_id)
        must_be(plan, "draft")
        kind = "care" if isinstance(line, CareLine) else "action"
        made = Line(id=new_id(), plan_id=plan_id, person_id=plan.person_id, kind=kind, **asdict(line))
        if made.goal_id and not Goal.objects.filter(id=made.goal_id, plan_id=plan_id).exists():
            raise NotFound("goal-not-found", "There is no such goal in this plan.")
        made.save(force_insert=True)
        _changed(plan)
        return str(made.id)

    return UUID(_once(by, at, request_key, "add_line", {"plan": plan_id, **asdict(line)}, act))


def set_line_state(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, line_id: UUID, state: str
) -> int:
    """Say that a line is done, ended, or open again. Returns the line's version; Conflict when it changed meanwhile."""
    by.must("write_plan")

    def act() -> int:
        line = Line.objects.select_related("plan").filter(id=line_id).first()
        if line is None:
            raise NotFound("line-not-found", "There is no such line, or you may not see it.")
        if state not in ("open", "done", "ended") or line.plan.state == "ended":
            raise NotNow(
                "line-move", "This line cannot be changed now.", "Its plan has ended.", "Open the present plan."
            )
        changed = Line.objects.filter(id=line_id, version=expected_version).update(
            state=state, version=expected_version + 1, done_at=at if state == "done" else None
        )
        if not changed:
            raise Conflict("line-changed", "This line has changed since you opened it.",
                           theirs={"state": line.state}, yours={"state": state})  # fmt: skip
        if line.plan.state == "agreed":
            said = {"open": "Open again", "done": "Done", "ended": "Ended"}[state]
            _tell(by, at, line.plan, f"{said}: {line.title}", f"plan.line/{line_id}/{expected_version + 1}",
                  ends_on=london_date(at), kind="care_plan")  # fmt: skip
        note(f"line.{state}", person_id=line.person_id, thing_id=line_id)
        return expected_version + 1

    arguments = {"line": line_id, "version": expected_version, "state": state}
    return int(_once(by, at, request_key, "set_line_state", arguments, act))


def agree_plan(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID, agreed_by: str, agreed_how: str
) -> int:
    """Agree a draft: by whom and how. Returns the plan's version.

    NotNow (plan-unfinished) without a goal and a line; Conflict when it changed since it was read, so that nobody
    agrees to what they have not seen.
    """
    by.must("write_plan")
    if not agreed_by.strip() or not agreed_how.strip():
        raise PersonMustAct("agreement-empty", "An agreement says by whom and how.", "", "Fill in both.")

    def act() -> int:
        plan = locked(plan_id)
        must_be(plan, "draft")
        version = next_version(plan, expected_version)
        lines = list(Line.objects.filter(plan_id=plan_id, state="open"))
        if not lines or not Goal.objects.filter(plan_id=plan_id, state="open").exists():
            raise NotNow(
                "plan-unfinished", "This plan cannot be agreed yet.",
                "It needs at least one goal in the person's words and one line of care or action.",
                "Add what is missing.",
            )  # fmt: skip
        Plan.objects.filter(id=plan_id).update(
            state="agreed", agreed_at=at, agreed_by=agreed_by.strip(), agreed_how=agreed_how.strip(), version=version
        )
        _tell(by, at, plan, "Care and support plan", _key(plan_id), open_ended=True,
              detail=(("Agreed by", agreed_by.strip()), ("How", agreed_how.strip())))  # fmt: skip
        note("plan.agreed", person_id=plan.person_id, thing_id=plan_id, place_id=plan.place_id)
        return version

    arguments = {"plan": plan_id, "version": expected_version, "by": agreed_by, "how": agreed_how}
    return int(_once(by, at, request_key, "agree_plan", arguments, act))


def end_plan(*, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID, why: str) -> int:
    """End a plan and say why; its case manager's time and its open lines end with it. Returns the plan's version."""
    by.must("write_plan")
    if not why.strip():
        raise PersonMustAct("why-empty", "Say why the plan ends.", "", "Write a few words.")

    def act() -> int:
        plan = locked(plan_id)
        if plan.state == "ended":
            raise NotNow("plan-state", "This plan has ended already.", "", "Open the present plan.")
        version = next_version(plan, expected_version)
        Plan.objects.filter(id=plan_id).update(state="ended", ended_at=at, ended_why=why.strip(), version=version)
        for held in CaseManager.objects.filter(plan_id=plan_id, ends_at=None):
            CaseManager.objects.filter(id=held.id).update(ends_at=max(at, held.starts_at))
            end_timeline(by=by, at=at, person_id=plan.person_id, source_key=f"plan.casemanager/{held.id}",
                         ends_on=london_date(at))  # fmt: skip
        Line.objects.filter(plan_id=plan_id, state="open").update(state="ended")
        end_timeline(by=by, at=at, person_id=plan.person_id, source_key=_key(plan_id), ends_on=london_date(at))
        note("plan.ended", person_id=plan.person_id, thing_id=plan_id, place_id=plan.place_id)
        return version

    arguments = {"plan": plan_id, "version": expected_version, "why": why}
    return int(_once(by, at, request_key, "end_plan", arguments, act))


def _once(by: Caller, at: datetime, key: str, action: str, arguments: Mapping[str, object],
          act: Callable[[], Any]) -> Any:  # fmt: skip
    return once(by=by.id, at=at, request_key=key, action=action, arguments=arguments, act=act)


def _key(plan_id: UUID) -> str:
    return f"plan.plan/{plan_id}"


def _what_matters(assessment: Assessment) -> str:
    """What the person said matters, told once already: “About me”, else what they want by the assessment."""
    about = AboutMe.objects.filter(person_id=assessment.person_id).first()
    if about and about.most_important.strip():
        return about.most_important
    social = Section.objects.filter(assessment_id=assessment.id, side="social_care").first()
    return str(social.answers.get("wants", "")) if social else ""


def _changed(plan: Plan) -> None:
    Plan.objects.filter(id=plan.id).update(version=plan.version + 1)
    note("plan.written", person_id=plan.person_id, thing_id=plan.id)


def _tell(by: Caller, at: datetime, plan: Plan, title: str, source_key: str, *, kind: str = "care_plan",
          ends_on: date | None = None, open_ended: bool = False,
          detail: tuple[tuple[str, str], ...] = ()) -> None:  # fmt: skip
    append_timeline(
        by=by, at=at, person_id=plan.person_id, kind=kind, title=title, source_key=source_key, detail=detail,
        ends_on=ends_on, open_ended=open_ended,
    )  # fmt: skip
