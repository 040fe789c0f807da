"""The pages of disputes about who pays, and of where somebody is ordinarily resident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict, PersonMustAct
from joinedup.commissioning import actions, queries
from joinedup.commissioning.forms import (
    AftercareForm,
    AnswerEndForm,
    DisputeForm,
    HandOverForm,
    ResidenceForm,
    SettleForm,
    fresh,
)
from joinedup.commissioning.views.answers import words
from joinedup.web.errors import render_error

ANSWERED = {
    "confirmed": "The dispute has ended. What is owed stands below, week by week.",
    "refused": "It is refused, and the dispute goes on.",
    "withdrawn": "It is taken back, and the dispute goes on.",
}
BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """Every dispute that runs, with its owner and its day, and those that have ended."""
    caller = signed_in(request)
    context = {"disputes": queries.disputes_of(caller, clock.now()), "claims": queries.claims_outside(caller)}
    return render(request, "commissioning/disputes.html", context)


@BOTH
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute: who pays meanwhile, how it ended and what is owed; one side proposes its end from here."""
    caller, now = signed_in(request), clock.now()
    form = SettleForm(request.POST) if request.method == "POST" else None
    if form is None:
        return _page(request, dispute_id, now)
    form.offer(queries.dispute_of(caller, dispute_id, now).parties)
    if form.is_valid():
        sent = form.cleaned_data

        def act() -> None:
            actions.propose_end(
                by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
                dispute_id=dispute_id, words=sent["words"], settled_from=sent["settled_from"],
                settled_payer_id=form.payer(),
            )  # fmt: skip

        done = "It is proposed. The other side confirms or refuses it; until then nothing changes."
        return _acted(request, dispute_id, now, act, done, settle=form)
    return _page(request, dispute_id, now, settle=form)


@require_POST
def answer_end(request: HttpRequest, dispute_id: UUID, end_id: UUID) -> HttpResponse:
    """Confirming or refusing what the other side proposed, or taking back one's own."""
    caller, now = signed_in(request), clock.now()
    caller.must("run_panel")
    waiting = queries.dispute_of(caller, dispute_id, now).waiting
    form = AnswerEndForm(request.POST).ask(bool(waiting and waiting.on_paper))
    taken_back = request.POST.get("answer") == "withdrawn"
    if taken_back:
        form.fields["answer"].choices = [("withdrawn", "")]  # type: ignore[attr-defined]
        form.fields.pop("heard_from", None)
    if form.is_valid():
        sent = form.cleaned_data

        def act() -> None:
            actions.answer_end(
                by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
                proposed_end_id=end_id, answer=sent["answer"], words=sent["words"],
                heard_from=sent.get("heard_from", ""),
            )  # fmt: skip

        return _acted(request, dispute_id, now, act, ANSWERED[sent["answer"]], answer=form)
    return _page(request, dispute_id, now, answer=form)


@require_POST
def hand_over(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Handing the care of a dispute to another."""
    caller, now = signed_in(request), clock.now()
    caller.must("run_panel")
    form = HandOverForm(request.POST, auto_id="hand_%s").offer(queries.dispute_of(caller, dispute_id, now).owners)
    if form.is_valid():
        sent = form.cleaned_data

        def act() -> None:
            actions.hand_over_dispute(
                by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
                dispute_id=dispute_id, to_owner_id=UUID(sent["to_owner_id"]), because=sent["because"],
            )  # fmt: skip

        return _acted(request, dispute_id, now, act, "It is handed over. Its day stays.", hand=form)
    return _page(request, dispute_id, now, hand=form)


def _acted(
    request: HttpRequest, dispute_id: UUID, now: datetime, act: Callable[[], None], done: str, **sent: Form
) -> HttpResponse:
    """Act and show the dispute anew; a conflict with its version, any other refusal on the form that was sent."""
    try:
        act()
    except Conflict as error:
        version = queries.dispute_of(signed_in(request), dispute_id, now).version
        return render_error(request, error, current_version=version)
    except PersonMustAct as error:
        next(iter(sent.values())).add_error(None, words(error))
        return _page(request, dispute_id, now, **sent)
    messages.success(request, done)
    return redirect("commissioning:dispute", dispute_id)


def _page(request: HttpRequest, dispute_id: UUID, now: datetime, **sent: Form) -> HttpResponse:
    """The page of a dispute with its forms, of them the one that was sent as it was sent."""
    shown = queries.dispute_of(signed_in(request), dispute_id, now)
    waiting = shown.waiting
    forms = {
        "settle": SettleForm(initial=fresh(shown.version, settled_from=shown.interim_from)).offer(shown.parties),
        "answer": AnswerEndForm(initial=fresh(shown.version)).ask(bool(waiting and waiting.on_paper)),
        "hand": HandOverForm(initial=fresh(shown.version), auto_id="hand_%s").offer(shown.owners),
    } | sent
    wrong = next((each for each in sent.values() if each.errors), None)
    context = {"shown": shown, "waiting": waiting, "form": wrong, "key": fresh()["request_key"], **forms}
    return render(request, "commissioning/dispute.html", context, status=422 if wrong else 200)


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
    form = ResidenceForm(request.POST) if request.method == "POST" else None
    if form is None:
        return _residence_page(request, person_id, now)
    form.offer(queries.residence_of(caller, person_id, now).councils)
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
    return _residence_page(request, person_id, now, lives=form)


@require_POST
def aftercare(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Writing down who owes aftercare under section 117."""
    caller, now = signed_in(request), clock.now()
    shown = queries.residence_of(caller, person_id, now)
    form = AftercareForm(request.POST, auto_id="care_%s").offer(shown.icbs)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.write_aftercare(
                by=caller, at=now, request_key=sent["request_key"], person_id=person_id,
                detained_on=sent["detained_on"], section=sent["section"], icb_id=UUID(sent["icb_id"]),
                icb_words=sent["icb_words"],
            )  # fmt: skip
            return redirect("commissioning:residence", person_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    return _residence_page(request, person_id, now, aftercare=form)


def _residence_page(request: HttpRequest, person_id: UUID, now: datetime, **sent: Form) -> HttpResponse:
    """The page of residence and aftercare with its forms, of them the one that was sent as it was sent."""
    shown = queries.residence_of(signed_in(request), person_id, now)
    forms = {
        "lives": ResidenceForm(initial=fresh()).offer(shown.councils),
        "aftercare": AftercareForm(initial=fresh(), auto_id="care_%s").offer(shown.icbs),
    } | sent
    wrong = next((each for each in sent.values() if each.errors), None)
    context = {"shown": shown, "form": wrong, **forms}
    return render(request, "commissioning/residence.html", context, status=422 if wrong else 200)
