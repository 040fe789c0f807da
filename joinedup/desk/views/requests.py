"""The pages of requests: which are open and due, which wait for my answer, and one request with all that was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import BadValue, Conflict, NotAllowed, NotFound, PersonMustAct
from joinedup.desk.forms.requests import (
    AnswerForm,
    FirstServiceForm,
    PassOnForm,
    StateForm,
    next_step_form,
)
from joinedup.door import actions, queries
from joinedup.door.rules import MOVES, STATES, URGENCIES
from joinedup.person.forms import fresh_request_key
from joinedup.web.errors import render_error

ANSWERED = {
    "accepted": "Accepted.",
    "declined": "Declined. If you saw this person only because of it, you do not any more.",
    "withdrawn": "Taken back.",
}
LEADS = (("Start a joint assessment", "assessment:of_person", "start_assessment"),
         ("Visits", "plan:calendar", "see_plan"), ("Plans", "plan:of_person", "see_plan"))  # fmt: skip


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests, due first; `?whose=mine` those of the caller and their teams."""
    caller, now = signed_in(request), clock.now()
    only_mine = request.GET.get("whose") == "mine"
    context = {
        "waiting": [(each, shown, fresh_request_key()) for each, shown in queries.waiting_referrals(caller, now)],
        "open": queries.open_requests(caller, now, only_mine=only_mine), "only_mine": only_mine,
        "urgencies": URGENCIES,
    }  # fmt: skip
    return render(request, "desk/requests.html", context)


@require_safe
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request."""
    caller = signed_in(request)
    return _page(request, caller, queries.request_of(caller, request_id, clock.now()))


@require_POST
def next_step(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Change what happens next; a change by somebody else meanwhile gives both texts."""
    caller, now = signed_in(request), clock.now()
    shown = queries.request_of(caller, request_id, now)
    form = next_step_form(shown, queries.owners_within(caller, shown), request.POST)
    if not form.is_valid():
        return _page(request, caller, shown, step=form)
    words = form.cleaned_data
    try:
        actions.set_next_step(
            by=caller, at=now, request_key=words["request_key"], expected_version=words["expected_version"],
            request_id=request_id, next_step=words["next_step"], next_step_due=form.due(), owner_id=form.owner_id(),
            urgency=words["urgency"],
        )  # fmt: skip
    except Conflict as error:
        return render_error(request, error, current_version=shown.request.version)
    except PersonMustAct as error:
        return _page(request, caller, shown, step=_said(form, error))
    messages.success(request, "The next step is changed.")
    return redirect("desk:request", request_id)


@require_POST
def pass_on(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Refer or transfer."""
    caller, now = signed_in(request), clock.now()
    shown = queries.request_of(caller, request_id, now)
    form = PassOnForm(request.POST, receivers=queries.possible_receivers(now), owner=shown.request.owner_id)
    if not form.is_valid():
        return _page(request, caller, shown, passing=form)
    words = form.cleaned_data
    try:
        actions.refer(
            by=caller, at=now, request_key=words["request_key"], request_id=request_id, kind=words["kind"],
            receiver_id=UUID(words["receiver"]), reason=words["reason"],
        )  # fmt: skip
    except PersonMustAct as error:
        return _page(request, caller, shown, passing=_said(form, error))
    messages.success(request, "They are asked, and may see the person from now. The clock runs on.")
    return redirect("desk:request", request_id)


@require_POST
def answer(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Accept, decline or take back; afterwards the request, or the list where it is not to be seen any more."""
    caller, now = signed_in(request), clock.now()
    words = _read(AnswerForm(request.POST))
    said = actions.answer_referral(
        by=caller, at=now, request_key=words["request_key"], referral_id=referral_id, answer=words["answer"]
    )
    messages.success(request, ANSWERED[said])
    try:
        return redirect("desk:request", queries.request_of_referral(referral_id))
    except NotFound:
        return redirect("desk:requests")


@require_POST
def set_state(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Done, closed, or open again."""
    caller = signed_in(request)
    words = _read(StateForm(request.POST))
    said = actions.close_request(
        by=caller, at=clock.now(), request_key=words["request_key"], expected_version=words["expected_version"],
        request_id=request_id, state=words["state"],
    )  # fmt: skip
    told = (
        "The request is open again." if said == "open" else "The request is not open any more. It can be opened again."
    )
    messages.success(request, told)
    return redirect("desk:request", request_id)


@require_POST
def first_service(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The day on which help began."""
    caller, now = signed_in(request), clock.now()
    shown = queries.request_of(caller, request_id, now)
    form = FirstServiceForm(request.POST)
    if not form.is_valid():
        return _page(request, caller, shown, served=form)
    words = form.cleaned_data
    try:
        actions.record_first_service(
            by=caller, at=now, request_key=words["request_key"], expected_version=words["expected_version"],
            request_id=request_id, on=words["served_on"],
        )  # fmt: skip
    except PersonMustAct as error:
        return _page(request, caller, shown, served=_said(form, error))
    messages.success(request, "The day on which help began is recorded.")
    return redirect("desk:request", request_id)


def _page(request: HttpRequest, caller: Caller, shown: queries.RequestShown, **forms_sent: forms.Form) -> HttpResponse:
    row = shown.request
    fresh: dict[str, Any] = {"request_key": fresh_request_key(), "expected_version": row.version}
    passing = PassOnForm(
        initial=fresh, receivers=queries.possible_receivers(clock.now()), owner=row.owner_id
    )  # fmt: skip
    own = next_step_form(shown, queries.owners_within(caller, shown))
    context: dict[str, Any] = {
        "shown": shown, "history": queries.history_of(shown), "moves": [(to, STATES[to]) for to in MOVES[row.state]],
        "urgency": URGENCIES[row.urgency], "state": STATES[row.state], "step": own, "passing": passing,
        "served": FirstServiceForm(initial=fresh), "leads": _leads(caller, shown), "fresh": fresh,
        "key": fresh_request_key,
    } | forms_sent  # fmt: skip
    context["wrong"] = [form for form in forms_sent.values() if form.errors]
    return render(request, "desk/request.html", context, status=422 if context["wrong"] else 200)


def _leads(caller: Caller, shown: queries.RequestShown) -> list[tuple[str, str]]:
    """Where the work goes on, as far as those pages exist and the caller's role includes them."""
    found = []
    for words, name, permission in LEADS:
        try:
            path = reverse(name, args=[shown.request.person_id])
        except NoReverseMatch:
            continue
        if permission in caller.permissions:
            more = f"?request={shown.request.id}" if permission == "start_assessment" else ""
            found.append((words, f"{path}{more}"))
    return found


def _read(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise BadValue("form-unreadable", "This could not be read.", "Something is missing from it.",
                       "Open the page again and repeat what you want to do.")  # fmt: skip
    return form.cleaned_data


def _said(form: forms.Form, error: PersonMustAct) -> forms.Form:
    """The form with what stands in the way; refusals of permission stay refusals."""
    if isinstance(error, NotAllowed):
        raise error
    form.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
    return form
