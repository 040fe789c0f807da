"""The duty desk: who answers now and next, and which requests wait there for whoever does."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from joinedup.access.actions import end_shift, set_shift
from joinedup.access.callers import Caller
from joinedup.access.rota import Desk, desks_of, people_for
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotFound, PersonMustAct
from joinedup.desk.forms.duty import ShiftForm, shift_form
from joinedup.desk.forms.requests import ActForm
from joinedup.door import queries
from joinedup.person.forms import fresh_request_key


@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """Every duty desk of the caller's places."""
    return _page(request, signed_in(request))


@require_POST
def put_on(request: HttpRequest, desk_id: UUID) -> HttpResponse:
    """Put somebody on duty."""
    caller, now = signed_in(request), clock.now()
    caller.must("run_duty_desk")
    desk = next((each for each in desks_of(caller, now) if each.desk_id == desk_id), None)
    if desk is None:
        raise NotFound("desk-not-found", "There is no such duty desk in your places.")
    form = ShiftForm(request.POST, people=people_for(desk.place_id, now))
    if form.is_valid():
        member, starts, ends = form.turn()
        try:
            set_shift(
                by=caller, at=now, request_key=form.cleaned_data["request_key"], desk_id=desk_id, member_id=member,
                starts_at=max(starts, now), ends_at=ends,
            )  # fmt: skip
        except PersonMustAct as error:
            form.add_error(None, " ".join(filter(None, (error.what, error.why, error.next_step))))
        else:
            messages.success(request, "They are on the rota. While the shift runs they see who waits at the desk.")
            return redirect("desk:duty")
    return _page(request, caller, desk, form)


@require_POST
def end(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """End a shift now, or take one back that has not begun."""
    caller = signed_in(request)
    form = ActForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else fresh_request_key()
    end_shift(by=caller, at=clock.now(), request_key=key, shift_id=shift_id)
    messages.success(request, "The shift has ended. What only the desk showed is gone with it.")
    return redirect("desk:duty")


def _page(
    request: HttpRequest, caller: Caller, typed_at: Desk | None = None, typed: ShiftForm | None = None
) -> HttpResponse:
    now = clock.now()
    runs = "run_duty_desk" in caller.permissions
    waiting = queries.open_requests(caller, now).shown
    shown = []
    for desk in desks_of(caller, now):
        form = None
        if runs:
            mine = typed_at is not None and typed_at.desk_id == desk.desk_id
            form = typed if mine else shift_form(people_for(desk.place_id, now), now)
        asks = [each for each in waiting if each.request.owner_id == desk.desk_id]
        shown.append((desk, form, asks))
    context = {"desks": shown, "runs": runs, "request_key": fresh_request_key(), "faulty": typed}
    return render(request, "desk/duty.html", context, status=422 if typed is not None else 200)
