"""The pages of appeals: raising one, the list with its counts and its file, answering one; counts of estimates."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotAllowed, PersonMustAct
from joinedup.base.spreadsheet import csv_bytes
from joinedup.funding import actions, queries
from joinedup.funding.forms import AnswerForm, AppealForm, HandOverForm
from joinedup.person.forms import fresh_request_key

HEADER = ("charge", "kind", "raised_for", "raised_on", "due_on", "owner", "outcome", "days_taken", "late")


@require_http_methods(["GET", "HEAD", "POST"])
def raising(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The form to raise a complaint or an appeal about a charge."""
    caller = signed_in(request)
    shown = queries.charge_of(caller, assessment_id)
    caller.must("raise_appeal")
    staff = "person" not in caller.roles
    form = AppealForm(request.POST or None, staff=staff, initial={"request_key": fresh_request_key()})
    if request.method == "POST" and form.is_valid():
        actions.raise_appeal(by=caller, at=clock.now(), charge_id=assessment_id, **form.cleaned_data)
        messages.success(request, "It is raised, and the clock runs. The answer will stand on this page.")
        return redirect("desk:my_money", shown.person_id)
    return render(request, "funding/raise_appeal.html", {"shown": shown, "form": form},
                  status=422 if form.errors else 200)  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every appeal that the caller may see, with counts by outcome and days taken."""
    return render(request, "funding/appeals.html", {"list": queries.appeal_list(signed_in(request), clock.now())})


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same list as CSV, without a name or anybody's words."""
    shown = queries.appeal_list(signed_in(request), clock.now())
    rows = [
        (each.charge_id, each.kind.partition(":")[0], each.raised_for, each.raised_on.isoformat(),
         each.due_on.isoformat(), each.owner, each.outcome_words, "" if each.days_taken is None else each.days_taken,
         "yes" if each.late else "no")
        for each in shown.appeals
    ]  # fmt: skip
    return HttpResponse(
        csv_bytes(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="appeals.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answering(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """One appeal, and the forms to answer it and to hand it over for whoever may."""
    caller = signed_in(request)
    if request.method != "POST":
        return _page(request, appeal_id)
    caller.must("answer_appeal")
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_appeal(by=caller, at=clock.now(), appeal_id=appeal_id, **form.cleaned_data)
            messages.success(request, "The answer is on record, and the person reads it.")
            return redirect("funding:appeals")
        except (NotAllowed, PersonMustAct) as error:
            form.add_error(None, _words(error))
    return _page(request, appeal_id, answer=form)


@require_POST
def hand_over(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Handing an appeal to another, with why."""
    caller, now = signed_in(request), clock.now()
    caller.must("answer_appeal")
    shown = queries.appeal_of(caller, appeal_id, now)
    form = HandOverForm(request.POST, auto_id="hand_%s").offer(queries.who_may_answer(shown, now))
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.hand_over_appeal(
                by=caller, at=now, appeal_id=appeal_id, request_key=sent["request_key"],
                from_owner_id=sent["from_owner_id"], to_owner_id=UUID(sent["to_owner_id"]), because=sent["because"],
            )  # fmt: skip
            messages.success(request, "It is handed over. Its day stays.")
            return redirect("funding:appeal", appeal_id)
        except PersonMustAct as error:
            form.add_error(None, _words(error))
    return _page(request, appeal_id, hand=form)


def _page(request: HttpRequest, appeal_id: UUID, **sent: Form) -> HttpResponse:
    """The page of an appeal with its forms, of them the one that was sent as it was sent."""
    caller, now = signed_in(request), clock.now()
    shown = queries.appeal_of(caller, appeal_id, now)
    waits = shown.days_taken is None and "answer_appeal" in caller.permissions
    people = queries.who_may_answer(shown, now) if waits else ()
    forms = {
        "answer": AnswerForm(initial={"request_key": fresh_request_key()}),
        "hand": HandOverForm(initial={"request_key": fresh_request_key(), "from_owner_id": shown.owner_id},
                             auto_id="hand_%s").offer(people),
    } | sent  # fmt: skip
    wrong = next((each for each in sent.values() if each.errors), None)
    context = {"shown": shown, "form": wrong, "people": people, **forms}
    return render(request, "funding/appeal.html", context, status=422 if wrong else 200)


def _words(error: NotAllowed | PersonMustAct) -> str:
    return " ".join(part for part in (error.what, error.why, error.next_step) if part)


@require_safe
def estimates(request: HttpRequest) -> HttpResponse:
    """How far first charges lie from first estimates."""
    return render(request, "funding/estimates.html", {"counts": queries.estimate_counts(signed_in(request))})
