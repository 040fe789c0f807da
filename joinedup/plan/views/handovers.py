"""The pages of a plan that goes with a person to another place: offering it, and answering the offer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict
from joinedup.plan import actions, queries
from joinedup.plan.forms import ActForm, HandoverForm, fresh
from joinedup.web.errors import render_error

ANSWERED = {
    "accepted": "The plan is yours now. Name a case manager who can be reached here. Where care is bought, let the "
    "commissioners of your place see the charge: on the record, under Money.",
    "declined": "You declined the plan. It stays where it is.",
    "withdrawn": "The offer is taken back. The plan stays where it is.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Offering a plan to a team or somebody of the place that the person moves to."""
    caller, now = signed_in(request), clock.now()
    shown = queries.plan_of(caller, plan_id, now)
    form = HandoverForm(request.POST) if request.method == "POST" else HandoverForm(initial=fresh(shown.version))
    receivers = queries.receivers_elsewhere(shown.place_id, now)
    form.offer(receivers)
    if form.is_valid():
        sent = dict(form.cleaned_data)
        place_id, receiver_id = (UUID(part) for part in sent.pop("receiver").split("/"))
        try:
            actions.offer_handover(
                by=caller, at=now, plan_id=plan_id, to_place_id=place_id, receiver_id=receiver_id, **sent
            )
        except Conflict as error:
            version = queries.plan_of(caller, plan_id, now).version
            return render_error(request, error, current_version=version)
        messages.success(request, "The plan is offered. Nothing changes hands before they accept.")
        return redirect("plan:plan", plan_id)
    context = {"shown": shown, "form": form, "anybody": bool(receivers)}
    return render(request, "plan/handover.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Accepting, declining or taking back."""
    caller = signed_in(request)
    form = ActForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else ""
    said = request.POST.get("answer", "")
    plan_id = actions.answer_handover(by=caller, at=clock.now(), request_key=key, handover_id=handover_id, answer=said)
    messages.success(request, ANSWERED[said])
    return redirect("plan:mine") if said == "declined" else redirect("plan:plan", plan_id)
