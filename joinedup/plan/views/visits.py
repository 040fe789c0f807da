"""The pages of visits: a person's calendar, booking, one visit, and a visit that was stopped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import PersonMustAct
from joinedup.plan import actions, queries
from joinedup.plan.booking import Wanted
from joinedup.plan.forms import ActForm, AnywayForm, VersionForm, VisitForm, WhyForm, fresh

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def calendar(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who comes to a person when, from every body."""
    shown = queries.calendar(signed_in(request), person_id, clock.now())
    return render(request, "plan/calendar.html", {"shown": shown, "today": clock.today()})


@BOTH
def book(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A visit, to be booked; a duplicate leads to the page of what was stopped."""
    caller, now = signed_in(request), clock.now()
    shown = queries.calendar(caller, person_id, now)
    form = VisitForm(request.POST) if request.method == "POST" else VisitForm(initial=fresh())
    form.offer(queries.workers_in(shown.place_id, now))
    if form.is_valid():
        starts_at, ends_at = form.instants()
        worker, purpose = UUID(form.cleaned_data["worker_id"]), form.cleaned_data["purpose"]
        wanted = Wanted(shown.person_id, worker, purpose, starts_at, ends_at)
        try:
            booked = actions.book_visit(by=caller, at=now, request_key=form.cleaned_data["request_key"], wanted=wanted)
        except PersonMustAct as error:
            if error.code not in ("visit-past", "worker-not-in-two-places", "visit-by-one-worker-of-its-body"):
                raise
            form.add_error(None, f"{error.what} {error.why} {error.next_step}")
        else:
            if booked.stopped_id:
                return redirect("plan:stopped", booked.stopped_id)
            messages.success(request, "The visit is booked. Every body that works with this person sees it.")
            return redirect("plan:calendar", shown.person_id)
    context = {"shown": shown, "form": form, "today": clock.today()}
    return render(request, "plan/book.html", context, status=422 if form.errors else 200)


@BOTH
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: to be cancelled with a reason, booked again, or said to be made."""
    caller, now = signed_in(request), clock.now()
    shown = queries.visit_of(caller, visit_id)
    act = request.POST.get("act", "")
    form = WhyForm(request.POST) if act == "cancel" else WhyForm(initial=fresh(shown.version))
    if act == "cancel" and form.is_valid():
        actions.cancel_visit(by=caller, at=now, visit_id=visit_id, **form.cleaned_data)
        messages.success(request, "The visit is cancelled. You can book it again from its page.")
        return redirect("plan:visit", visit_id)
    if act in ("restore", "finish"):
        done = actions.restore_visit if act == "restore" else actions.finish_visit
        done(by=caller, at=now, visit_id=visit_id, **_version(request))
        return redirect("plan:calendar", shown.person_id)
    context = {"shown": shown, "form": form, "fresh": fresh(shown.version), "begun": shown.starts_at <= now}
    return render(request, "plan/visit.html", context, status=422 if form.errors else 200)


@BOTH
def stopped(request: HttpRequest, stopped_id: UUID) -> HttpResponse:
    """A visit that was stopped: make it joint, book it anyway with a reason, or leave it."""
    caller, now = signed_in(request), clock.now()
    shown = queries.stopped_visit(caller, stopped_id, now)
    act = request.POST.get("act", "")
    form = AnywayForm(request.POST) if act == "anyway" else AnywayForm(initial=fresh())
    if act == "anyway" and form.is_valid():
        actions.book_anyway(by=caller, at=now, stopped_id=stopped_id, **form.cleaned_data)
        messages.success(request, "The visit is booked, with your reason.")
        return redirect("plan:calendar", shown.person_id)
    if act in ("joint", "leave"):
        key = ActForm(request.POST)
        request_key = key.cleaned_data["request_key"] if key.is_valid() else ""
        chosen = actions.make_joint if act == "joint" else actions.leave_stopped
        chosen(by=caller, at=now, request_key=request_key, stopped_id=stopped_id)
        said = "The visit is joint now." if act == "joint" else "Nothing was booked. The saved visit is counted."
        messages.success(request, said)
        return redirect("plan:calendar", shown.person_id)
    keys = {name: fresh()["request_key"] for name in ("joint", "leave")}
    context = {"shown": shown, "form": form, "keys": keys}
    return render(request, "plan/stopped.html", context, status=422 if form.errors else 200)


def _version(request: HttpRequest) -> dict[str, Any]:
    form = VersionForm(request.POST)
    return form.cleaned_data if form.is_valid() else {"request_key": "", "expected_version": 0}
