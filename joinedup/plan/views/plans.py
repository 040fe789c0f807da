"""The pages of plans: mine, a person's plans, one plan and everything that is done to it, and its print.

Each reads the request, calls one query or action and chooses a template. A change by somebody else meanwhile gives the
page of a conflict, with both texts and the present version.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict
from joinedup.plan import actions, queries
from joinedup.plan.beside import beside_plan
from joinedup.plan.forms import (
    ActForm,
    ActionLineForm,
    AgreeForm,
    CareLineForm,
    CaseManagerForm,
    GoalForm,
    LineForm,
    LineStateForm,
    VersionForm,
    WhatMattersForm,
    WhyForm,
    fresh,
)
from joinedup.plan.queries import PlanShown
from joinedup.web.errors import render_error

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The caseload: mine, what is due, my visits, and what nobody owns."""
    load = queries.caseload(signed_in(request), clock.now())
    keys = {str(each.handover_id): fresh()["request_key"] for each in load.offered}
    return render(request, "plan/mine.html", {"load": load, "keys": keys})


@BOTH
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A person's plans; a POST drafts one from a complete assessment."""
    caller = signed_in(request)
    shown = queries.plans_of(caller, person_id)
    if request.method == "POST":
        form = ActForm(request.POST)
        key = form.cleaned_data["request_key"] if form.is_valid() else ""
        assessment_id = _key(request.POST.get("assessment_id", ""))
        drafted = actions.draft_plan(by=caller, at=clock.now(), request_key=key, assessment_id=assessment_id)
        return redirect("plan:plan", drafted)
    return render(request, "plan/person.html", {"shown": shown, "key": fresh()["request_key"]})


@require_safe
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan: what matters, goals, lines, agreement, case manager; and what can be done to it."""
    shown = _shown(request, plan_id)
    handovers = queries.handovers_of(signed_in(request), plan_id)
    keys = _keys(shown) | {str(each.handover_id): fresh()["request_key"] for each in handovers}
    context = {"shown": shown, "keys": keys, "handovers": handovers, "beside": beside_plan(signed_in(request), plan_id)}
    return render(request, "plan/plan.html", context)


@require_safe
def printed(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The plan for paper, in the order of PRSB's Personalised Care and Support Plan."""
    return render(request, "plan/print.html", {"shown": _shown(request, plan_id), "today": clock.today()})


@BOTH
def what_matters(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What matters to the person, to be changed."""
    shown = _shown(request, plan_id)
    held = fresh(shown.version, what_matters=shown.what_matters)
    form = WhatMattersForm(request.POST) if request.method == "POST" else WhatMattersForm(initial=held)
    if form.is_valid():
        try:
            actions.save_what_matters(by=signed_in(request), at=clock.now(), plan_id=plan_id, **form.cleaned_data)
        except Conflict as error:
            return _conflict(request, error, plan_id)
        return redirect("plan:plan", plan_id)
    return _form_page(request, shown, form, "What matters", "Save")


@BOTH
def goal(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A goal, to be added."""
    shown = _shown(request, plan_id)
    form = GoalForm(request.POST) if request.method == "POST" else GoalForm(initial=fresh())
    if form.is_valid():
        actions.add_goal(by=signed_in(request), at=clock.now(), plan_id=plan_id, **form.cleaned_data)
        return redirect("plan:plan", plan_id)
    return _form_page(request, shown, form, "Add a goal", "Add this goal")


@require_POST
def take_out(request: HttpRequest, plan_id: UUID, goal_id: UUID) -> HttpResponse:
    """A goal, to be taken out of a draft."""
    caller = signed_in(request)
    form = VersionForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {"request_key": "", "expected_version": 0}
    try:
        actions.take_out_goal(by=caller, at=clock.now(), goal_id=goal_id, **sent)
    except Conflict as error:
        return _conflict(request, error, plan_id)
    return redirect("plan:plan", plan_id)


@BOTH
def care(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """A line of care, to be added."""
    return _line_page(request, plan_id, CareLineForm, actions.CareLine, "Add care")


@BOTH
def action(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """An action, to be added."""
    return _line_page(request, plan_id, ActionLineForm, actions.ActionLine, "Add an action")


@require_POST
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """What became of a line: done, ended or open again."""
    caller = signed_in(request)
    plan_id, _ = queries.line_of(caller, line_id)
    form = LineStateForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {"request_key": "", "expected_version": 0, "state": ""}
    actions.set_line_state(by=caller, at=clock.now(), line_id=line_id, **sent)
    return redirect("plan:mine") if request.POST.get("back") == "mine" else redirect("plan:plan", plan_id)


@BOTH
def agree(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Agreeing a plan: by whom and how."""
    shown = _shown(request, plan_id)
    form = AgreeForm(request.POST) if request.method == "POST" else AgreeForm(initial=fresh(shown.version))
    if form.is_valid():
        try:
            actions.agree_plan(by=signed_in(request), at=clock.now(), plan_id=plan_id, **form.cleaned_data)
        except Conflict as error:
            return _conflict(request, error, plan_id)
        messages.success(request, "The plan is agreed.")
        return redirect("plan:plan", plan_id)
    return _form_page(request, shown, form, "Agree the plan", "Agree", show_plan=True)


@BOTH
def case_manager(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Naming a case manager or handing over; `stand_down` in a POST ends the present one's time."""
    caller, now = signed_in(request), clock.now()
    shown = _shown(request, plan_id)
    form = CaseManagerForm(request.POST) if request.method == "POST" else CaseManagerForm(initial=fresh(shown.version))
    form.offer(queries.workers_in(shown.place_id, now))
    try:
        if request.POST.get("stand_down"):
            return _stand_down(request, caller, plan_id)
        if form.is_valid():
            sent = form.cleaned_data | {"subject_id": UUID(form.cleaned_data["subject_id"])}
            actions.name_case_manager(by=caller, at=now, plan_id=plan_id, **sent)
            messages.success(request, "The case manager is named.")
            return redirect("plan:plan", plan_id)
    except Conflict as error:
        return _conflict(request, error, plan_id)
    context = {"shown": shown, "form": form, "act": fresh(shown.version)}
    return render(request, "plan/case_manager.html", context, status=422 if form.errors else 200)


@BOTH
def end(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Ending a plan, and why."""
    shown = _shown(request, plan_id)
    form = WhyForm(request.POST) if request.method == "POST" else WhyForm(initial=fresh(shown.version))
    if form.is_valid():
        try:
            actions.end_plan(by=signed_in(request), at=clock.now(), plan_id=plan_id, **form.cleaned_data)
        except Conflict as error:
            return _conflict(request, error, plan_id)
        return redirect("plan:plan", plan_id)
    return _form_page(request, shown, form, "End the plan", "End the plan")


def _shown(request: HttpRequest, plan_id: UUID) -> PlanShown:
    return queries.plan_of(signed_in(request), plan_id, clock.now())


def _keys(shown: PlanShown) -> dict[str, str]:
    """A fresh key for each small form on the page of a plan."""
    things = [*(each.line_id for each in shown.lines), *(each.goal_id for each in shown.goals)]
    return {str(each): fresh()["request_key"] for each in things}


def _line_page(request: HttpRequest, plan_id: UUID, form_kind: type[LineForm], line_kind: Any,
               title: str) -> HttpResponse:  # fmt: skip
    caller, shown = signed_in(request), _shown(request, plan_id)
    form = form_kind(request.POST) if request.method == "POST" else form_kind(initial=fresh())
    form.offer(shown, queries.workers_in(shown.place_id, clock.now()))
    if form.is_valid():
        sent = dict(form.cleaned_data)
        key = sent.pop("request_key")
        sent |= {"owner_id": UUID(sent["owner_id"]), "goal_id": UUID(sent["goal_id"]) if sent["goal_id"] else None}
        actions.add_line(by=caller, at=clock.now(), request_key=key, plan_id=plan_id, line=line_kind(**sent))
        return redirect("plan:plan", plan_id)
    return _form_page(request, shown, form, title, title)


def _form_page(request: HttpRequest, shown: PlanShown, form: django_forms.Form, title: str, button: str, *,
               show_plan: bool = False) -> HttpResponse:  # fmt: skip
    context = {"shown": shown, "form": form, "heading": title, "button_text": button, "show_plan": show_plan}
    return render(request, "plan/form.html", context, status=422 if form.errors else 200)


def _stand_down(request: HttpRequest, caller: Caller, plan_id: UUID) -> HttpResponse:
    form = VersionForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {"request_key": "", "expected_version": 0}
    actions.stand_down(by=caller, at=clock.now(), plan_id=plan_id, **sent)
    return redirect("plan:plan", plan_id)


def _conflict(request: HttpRequest, error: Conflict, plan_id: UUID) -> HttpResponse:
    return render_error(request, error, current_version=_shown(request, plan_id).version)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
