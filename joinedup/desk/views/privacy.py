"""The privacy officer's desk: what waits, one thing at a time, and the same as a file. No record opens by it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.actions import review_item
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.spreadsheet import csv_bytes
from joinedup.desk.forms.privacy import GlassReviewForm, ItemForm, LookAnswerForm, fresh
from joinedup.person import queries
from joinedup.person.actions import answer_look, review_glass

HEADER = ("kind", "when", "who", "body", "record", "due", "words")


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the caller, and what was found lately."""
    shown = queries.privacy_desk(signed_in(request), clock.now())
    return render(request, "desk/privacy.html", {"desk": shown})


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """What waits, as CSV."""
    shown = queries.privacy_desk(signed_in(request), clock.now(), act="privacy.exported")
    rows = [
        ("Question from the person", each.asked_at.isoformat(), each.look.who if each.look else "",
         each.look.body if each.look else "", each.person_id, each.due_on.isoformat(), each.words)
        for each in shown.questions
    ] + [
        ("Broke the glass" if each.opened else "Asked to break the glass", each.asked_at.isoformat(), each.who,
         each.body, each.person_id, each.due_on.isoformat(), f"{each.reason}: {each.words}")
        for each in shown.glasses
    ] + [
        (each.says, each.at.isoformat(), each.who, each.body, each.person_id or "",
         each.due_on.isoformat() if each.due_on else "", each.words)
        for each in (*shown.seals, *shown.unusual, *shown.hidden)
    ]  # fmt: skip
    return HttpResponse(
        csv_bytes(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="privacy-desk.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def glass(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """One breaking of the glass, to be found fine or questioned."""
    caller = signed_in(request)
    shown = queries.glass_to_review(caller, ask_id, clock.now())
    form = GlassReviewForm(request.POST or None, initial=fresh(shown.version))
    if request.method == "POST" and form.is_valid():
        review_glass(by=caller, at=clock.now(), ask_id=ask_id, **form.cleaned_data)
        return _done(request)
    return _page(request, "desk/privacy_glass.html", form, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """One question of a person about a look, to be answered."""
    caller = signed_in(request)
    shown = queries.question_to_answer(caller, question_id, clock.now())
    form = LookAnswerForm(request.POST or None, initial=fresh(shown.version))
    if request.method == "POST" and form.is_valid():
        answer_look(by=caller, at=clock.now(), question_id=question_id, **form.cleaned_data)
        return _done(request)
    return _page(request, "desk/privacy_question.html", form, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, item: str) -> HttpResponse:
    """One unusual thing, to be looked into."""
    caller = signed_in(request)
    shown = queries.unusual_item(caller, item, clock.now())
    form = ItemForm(request.POST or None, initial=fresh())
    if request.method == "POST" and not shown.own and form.is_valid():
        review_item(by=caller, at=clock.now(), place_id=shown.place_id, item=item, **form.cleaned_data)
        return _done(request)
    return _page(request, "desk/privacy_item.html", form, shown)


def _page(request: HttpRequest, template: str, form: Form, shown: object) -> HttpResponse:
    return render(request, template, {"form": form, "shown": shown}, status=422 if form.errors else 200)


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Your finding is on record.")
    return redirect("desk:privacy")
