"""The pages of packages: the board, a proposal, one package and everything done to it, and delegations.

Each reads the request, calls one query or action and chooses a template. A refusal of the database comes back in words.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict, NotNow, PersonMustAct
from joinedup.base.money import Money
from joinedup.commissioning import actions, queries
from joinedup.commissioning.forms import (
    ActForm,
    DecideForm,
    DelegationForm,
    EndForm,
    MovesForm,
    ProposeForm,
    QuorumForm,
    VersionForm,
    WeekForm,
    fresh,
)
from joinedup.commissioning.views.answers import conflict, words

BOTH = require_http_methods(["GET", "HEAD", "POST"])
NOTHING_SENT = {"request_key": "", "expected_version": 0}


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is agreed and not bought, proposed, committed and ended."""
    caller = signed_in(request)
    watches, now = "see_panel" in caller.permissions, clock.now()
    context = {
        "board": queries.board(caller), "alarms": queries.late_promises(caller, now) if watches else 0,
        "ownerless": len(queries.ownerless_disputes(caller, now)) if watches else 0,
    }  # fmt: skip
    return render(request, "commissioning/board.html", context)


@BOTH
def propose(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Proposing to buy one line of a plan, with the person's share on the screen."""
    caller = signed_in(request)
    offered = queries.offer_of(caller, line_id)
    initial = fresh(quantity_per_week=offered.quantity_left, starts_on=offered.starts_on, rest_payer="pooled_fund")
    form = ProposeForm(request.POST) if request.method == "POST" else ProposeForm(initial=initial)
    form.offer(offered)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            made = actions.propose_package(
                by=caller, at=clock.now(), request_key=sent["request_key"], line_id=line_id,
                provider_id=UUID(sent["provider_id"]), quantity_per_week=sent["quantity_per_week"],
                rate_pence=form.rate_pence(), starts_on=sent["starts_on"], rest_payer=sent["rest_payer"],
            )  # fmt: skip
            return redirect("commissioning:package", made)
        except (NotNow, PersonMustAct) as error:
            form.add_error(None, words(error))
    context = {"offered": offered, "form": form}
    return render(request, "commissioning/propose.html", context, status=422 if form.errors else 200)


@require_safe
def package(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """One package: what, cost, who pays, the decision, its weeks."""
    caller, now = signed_in(request), clock.now()
    shown = queries.package_of(caller, package_id, now)
    besides = queries.besides_of(caller, package_id, now) if "see_money" in caller.permissions else None
    context = {"shown": shown, "besides": besides, "key": fresh()["request_key"]}
    return render(request, "commissioning/package.html", context)


@require_safe
def printed(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """The decision on a package for paper: what, who pays, conditions, who was told, when next, and how to appeal."""
    caller, now = signed_in(request), clock.now()
    shown = queries.package_of(caller, package_id, now)
    context = {"shown": shown, "besides": queries.besides_of(caller, package_id, now), "today": clock.today()}
    return render(request, "commissioning/print.html", context)


@require_POST
def ask(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Letting the accounting officer in post see a proposal."""
    caller, form = signed_in(request), ActForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else ""
    actions.ask_for_decision(by=caller, at=clock.now(), request_key=key, package_id=package_id)
    messages.success(request, "The accounting officer in post can see and decide this.")
    return redirect("commissioning:package", package_id)


@BOTH
def decide(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """The decision, with the cost and the person's share on the screen; a refusal stands there in words."""
    caller, now = signed_in(request), clock.now()
    caller.must("decide_package")
    shown = queries.package_of(caller, package_id, now)
    besides, refused = queries.besides_of(caller, package_id, now), ""
    form = DecideForm(request.POST) if request.method == "POST" else DecideForm(initial=fresh(shown.version))
    form.offer(queries.colleagues_of(caller, package_id, now))
    if form.is_valid():
        try:
            actions.decide(
                by=caller, at=now, package_id=package_id, request_key=form.cleaned_data["request_key"],
                expected_version=form.cleaned_data["expected_version"], review_on=form.cleaned_data["review_on"],
                conditions=form.conditions(),
            )  # fmt: skip
            messages.success(request, "The package is committed. Now somebody tells the family.")
            return redirect("commissioning:package", package_id)
        except Conflict as error:
            return conflict(request, caller, error, package_id)
        except NotNow as error:
            refused = words(error)
    context = {"shown": shown, "besides": besides, "form": form, "refused": refused}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "commissioning/decide.html", context, status=status)


@require_POST
def week(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Reporting a week that was delivered, or confirming and posting it (`act` says which)."""
    caller, form = signed_in(request), WeekForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {}
    given = {
        "by": caller, "at": clock.now(), "request_key": sent.get("request_key", ""), "package_id": package_id,
        "week_starts_on": sent.get("week_starts_on", date.min),
    }  # fmt: skip
    if request.POST.get("act") == "report":
        actions.report_week(quantity=sent.get("quantity") or 0, **given)
        messages.success(request, "The week is reported. It is owed when it is confirmed.")
    else:
        actions.confirm_delivered_week(quantity=sent.get("quantity"), **given)
        messages.success(request, "The week is confirmed and posted to the fund.")
    return redirect("commissioning:package", package_id)


@require_POST
def adjustments(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Posting what was decided of posted weeks since."""
    caller, form = signed_in(request), MovesForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {"request_key": "", "expected_pence": 0}
    actions.post_adjustments(by=caller, at=clock.now(), package_id=package_id, **sent)
    messages.success(request, "The adjustments are posted to the fund.")
    return redirect("commissioning:package", package_id)


@BOTH
def end(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Ending a package or taking a proposal back, and why."""
    caller, now = signed_in(request), clock.now()
    caller.must("propose_package")
    shown = queries.package_of(caller, package_id, now)
    starting = fresh(shown.version, ends_on=max(clock.today(), shown.starts_on))
    form = EndForm(request.POST) if request.method == "POST" else EndForm(initial=starting)
    if form.is_valid():
        try:
            actions.end_package(by=caller, at=now, package_id=package_id, **form.cleaned_data)
            return redirect("commissioning:package", package_id)
        except Conflict as error:
            return conflict(request, caller, error, package_id)
        except (NotNow, PersonMustAct) as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "form": form}
    return render(request, "commissioning/end.html", context, status=422 if form.errors else 200)


@BOTH
def delegations(request: HttpRequest) -> HttpResponse:
    """Who may commit how much; the board gives a delegation."""
    caller, now = signed_in(request), clock.now()
    held = queries.delegations(caller)
    form = (DelegationForm(request.POST) if request.method == "POST" else DelegationForm(initial=fresh())).offer(held)
    if form.is_valid():
        place_id, holder_id = map(UUID, form.cleaned_data["office"].split())
        limit_pence = Money.from_text(form.cleaned_data["weekly_limit"]).pence
        try:
            actions.delegate_authority(
                by=caller, at=now, request_key=form.cleaned_data["request_key"], holder_id=holder_id,
                place_id=place_id, weekly_limit_pence=limit_pence,
                kind=form.cleaned_data["kind"],
            )  # fmt: skip
            messages.success(request, "The delegation holds from now on.")
            return redirect("commissioning:delegations")
        except NotNow as error:
            form.add_error(None, words(error))
    return _delegations_page(request, held, form, None)


@require_POST
def quorum(request: HttpRequest) -> HttpResponse:
    """How many members of each side the panel needs, said by the board."""
    caller, now = signed_in(request), clock.now()
    caller.must("delegate_authority")
    held = queries.delegations(caller)
    form = QuorumForm(request.POST, auto_id="quorum_%s").offer((key, name) for key, name, _ in held.offices)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.set_quorum(
                by=caller, at=now, request_key=sent["request_key"], place_id=UUID(sent["place_id"]),
                kind=sent["quorum_kind"] or "everything", nhs_members=sent["nhs_members"],
                council_members=sent["council_members"],
            )  # fmt: skip
            messages.success(request, "The panel needs as many from now on.")
            return redirect("commissioning:delegations")
        except NotNow as error:
            form.add_error(None, words(error))
    return _delegations_page(request, held, DelegationForm(initial=fresh()).offer(held), form)


def _delegations_page(
    request: HttpRequest, held: queries.Delegations, form: DelegationForm, quorum_form: QuorumForm | None
) -> HttpResponse:
    offered = QuorumForm(initial=fresh(), auto_id="quorum_%s").offer((key, name) for key, name, _ in held.offices)
    context = {
        "held": held, "form": form, "key": fresh()["request_key"], "quorums": queries.quorums_of(signed_in(request)),
        "quorum_form": quorum_form or offered, "wrong": quorum_form if quorum_form else form,
    }  # fmt: skip
    return render(request, "commissioning/delegations.html", context, status=422 if context["wrong"].errors else 200)


@require_POST
def end_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Ending a delegation now."""
    caller, form = signed_in(request), VersionForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else NOTHING_SENT
    actions.end_delegation(by=caller, at=clock.now(), delegation_id=delegation_id, **sent)
    return redirect("commissioning:delegations")
