"""The pages on which somebody decides who is who, and takes a decision back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.person import actions, queries
from joinedup.person.forms import AnswerForm, UnlinkForm, WithdrawForm, answer_form, unlink_form, withdraw_form

SAID = {
    "same": "Joined. One record now shows everything of both.",
    "not_same": "Kept apart. No later file joins these two.",
    "ask": "Noted. The question stays open.",
    "settled": "Settled.",
    "open": "Both records are open to you for one hour.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One question, both records side by side, and its decision."""
    caller = signed_in(request)
    shown = queries.review(caller, item_id)
    form: forms.Form = answer_form(shown)
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            decided = form.cleaned_data["decision"]
            done = _decide(caller, item_id, decided, form)
            messages.success(request, SAID[decided])
            if decided == "same" and done is not None:
                return redirect("person:link", done)
            return redirect("person:question", item_id)
    status = 422 if form.errors else 200
    item = shown.item
    told_apart: tuple[queries.ApartShown, ...] = ()
    if item.decision == "not_same" and item.other_person_id:
        told_apart = queries.apart_of(caller, item.person_id, item.other_person_id)
    context = {"shown": shown, "form": form, "told_apart": told_apart}
    return render(request, "person/question.html", context, status=status)


def _decide(caller: Caller, item_id: UUID, decided: str, form: forms.Form) -> UUID | None:
    told = form.cleaned_data
    key, at, reason = told["request_key"], clock.now(), told["reason"]
    if decided == "open":
        actions.open_both(by=caller, at=at, request_key=key, item_id=item_id)
        return None
    version = told["expected_version"]
    if decided == "same":
        return actions.decide_same(
            by=caller, at=at, request_key=key, expected_version=version, item_id=item_id, reason=reason
        )
    if decided == "not_same":
        actions.decide_not_same(
            by=caller, at=at, request_key=key, expected_version=version, item_id=item_id, reason=reason
        )
    elif decided == "ask":
        actions.ask_somebody(
            by=caller, at=at, request_key=key, expected_version=version, item_id=item_id,
            asked_of=told["asked_of"], reason=reason,
        )  # fmt: skip
    else:
        actions.settle_work(by=caller, at=at, request_key=key, expected_version=version, item_id=item_id, reason=reason)
    return None


@require_safe
def links(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Which records were joined into a person's, by whom, and what was taken back."""
    caller = signed_in(request)
    name, key, shown = queries.links_of(caller, person_id)
    told_apart = queries.apart_of(caller, key) if "see_work_items" in caller.permissions else ()
    return render(
        request, "person/links.html", {"name": name, "person_id": key, "links": shown, "told_apart": told_apart}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """One link; taking it back, and the proof afterwards that both people stand as they stood."""
    caller = signed_in(request)
    form: forms.Form = unlink_form()
    if request.method == "POST":
        form = UnlinkForm(request.POST)
        if form.is_valid():
            actions.unlink(by=caller, at=clock.now(), link_id=link_id, **form.cleaned_data)
            messages.success(request, "Taken back. They are two people again.")
            return redirect("person:link", link_id)
    shown = queries.link_of(caller, link_id)
    return render(request, "person/link.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def apart(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One decision that two records are two people, and taking it back."""
    caller = signed_in(request)
    form: forms.Form = withdraw_form()
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid():
            actions.withdraw_not_the_same(by=caller, at=clock.now(), decision_id=decision_id, **form.cleaned_data)
            messages.success(request, "Taken back. The question is open again.")
            return redirect("person:apart", decision_id)
    shown = queries.apart(caller, decision_id)
    return render(request, "person/apart.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)
