"""The pages of disputes about who pays, and of where somebody is ordinarily resident."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict, PersonMustAct
from joinedup.commissioning import actions, queries
from joinedup.commissioning.forms import DisputeForm, ResidenceForm, SettleForm, fresh
from joinedup.commissioning.views.answers import words
from joinedup.web.errors import render_error

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """Every dispute that runs, with its owner and its day, and those that have ended."""
    held = queries.disputes_of(signed_in(request), clock.now())
    return render(request, "commissioning/disputes.html", {"disputes": held})


@BOTH
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute: who pays meanwhile, how it ended and what is owed; its end is sent from here."""
    caller, now = signed_in(request), clock.now()
    shown = queries.dispute_of(caller, dispute_id, now)
    starting = fresh(shown.version, settled_from=shown.interim_from)
    form = SettleForm(request.POST) if request.method == "POST" else SettleForm(initial=starting)
    form.offer(shown.parties)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            actions.end_dispute(
                by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
                dispute_id=dispute_id, words=sent["words"], settled_from=sent["settled_from"],
                settled_payer_id=form.payer(),
            )  # fmt: skip
            messages.success(request, "The dispute has ended. What is owed stands below, week by week.")
            return redirect("commissioning:dispute", dispute_id)
        except Conflict as error:
            return render_error(request, error, current_version=queries.dispute_of(caller, dispute_id, now).version)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "form": form}
    return render(request, "commissioning/dispute.html", context, status=422 if form.errors else 200)


@BOTH
def open_dispute(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Opening a dispute about who pays for a package, with who pays meanwhile."""
    caller, now = signed_in(request), clock.now()
    start = queries.to_dispute(caller, package_id, now)
    starting = fresh(interim_from=start.starts_on, kind="who_pays")
    form = DisputeForm(request.POST) if request.method == "POST" else DisputeForm(initial=starting)
    form.offer(start)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            made = actions.open_dispute(
                by=caller, at=now, request_key=sent["request_key"], package_id=package_id, kind=sent["kind"],
                question=sent["question"], one_body_id=UUID(sent["one_body_id"]),
                other_body_id=UUID(sent["other_body_id"]), interim_payer_id=UUID(sent["interim_payer_id"]),
                owner_id=UUID(sent["owner_id"]), interim_from=sent["interim_from"],
            )  # fmt: skip
            return redirect("commissioning:dispute", made)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"start": start, "form": form}
    return render(request, "commissioning/open_dispute.html", context, status=422 if form.errors else 200)


@BOTH
def residence(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Where somebody is ordinarily resident, who is responsible for which stream, and writing down a new area."""
    caller, now = signed_in(request), clock.now()
    shown = queries.residence_of(caller, person_id, now)
    form = ResidenceForm(request.POST) if request.method == "POST" else ResidenceForm(initial=fresh())
    form.offer(shown.councils)
    if form.is_valid():
        sent = form.cleaned_data
        placed = sent["placed_by_id"]
        try:
            actions.write_residence(
                by=caller, at=now, request_key=sent["request_key"], person_id=person_id,
                council_id=UUID(sent["council_id"]), since=sent["since"], basis=sent["basis"], words=sent["words"],
                placed_by_id=UUID(placed) if placed else None,
            )  # fmt: skip
            return redirect("commissioning:residence", person_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "form": form}
    return render(request, "commissioning/residence.html", context, status=422 if form.errors else 200)
