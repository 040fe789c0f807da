"""The pages of what people tell of their own money: telling it and taking it back, what waits, and the answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotFound, PersonMustAct
from joinedup.funding import actions, queries
from joinedup.funding.forms import AcceptForm, ActForm, OwnForm, RefuseForm, WithdrawForm
from joinedup.person.forms import fresh_request_key


@require_http_methods(["GET", "HEAD", "POST"])
def own_words(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What somebody told of their own money and what became of it. A POST tells (`act` is tell) or takes back."""
    caller = signed_in(request)
    shown = queries.own_words(caller, person_id)
    act = request.POST.get("act", "")
    form = OwnForm(request.POST if act == "tell" else None, initial={"request_key": fresh_request_key()})
    if request.method == "POST":
        caller.must("tell_own_money")
    if act == "withdraw" and (taken := WithdrawForm(request.POST)).is_valid():
        actions.withdraw_own(by=caller, at=clock.now(), **taken.cleaned_data)
        messages.success(request, "It is taken back. Nobody has used it.")
        return redirect("funding:own_words", person_id)
    if act == "tell" and form.is_valid():
        try:
            key = form.cleaned_data["request_key"]
            actions.tell_own(by=caller, at=clock.now(), request_key=key, person_id=person_id, piece=form.piece())
            messages.success(request, "It is told. An officer looks at it; what became of it will stand here.")
            return redirect("funding:own_words", person_id)
        except PersonMustAct as error:
            _refuse(form, error)
    context = {"shown": shown, "form": form}
    return render(request, "funding/own_words.html", context, status=422 if form.errors else 200)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for an officer, of everybody whom the caller may see."""
    return render(request, "funding/own_words_waiting.html", {"waiting": queries.own_words_waiting(signed_in(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, telling_id: UUID) -> HttpResponse:
    """One thing that was told, to be accepted (`act` is accept) or refused."""
    caller = signed_in(request)
    shown = queries.answering(caller, telling_id, clock.today())
    if shown.told.ends and request.method != "POST":
        raise NotFound("own-telling-answered", "This was answered or taken back.")
    start, act = {"request_key": fresh_request_key()}, request.POST.get("act", "")
    accept = AcceptForm(shown.alike, request.POST if act == "accept" else None, initial=dict(start), prefix="accept")
    refuse = RefuseForm(request.POST if act == "refuse" else None, initial=dict(start), prefix="refuse")
    used: ActForm = refuse if act == "refuse" else accept
    if request.method == "POST" and used.is_valid():
        words = {"by": caller, "at": clock.now(), "telling_id": telling_id} | used.cleaned_data
        try:
            (actions.refuse_own if act == "refuse" else actions.accept_own)(**words)
            messages.success(request, "It is answered. The person sees what became of it.")
            return redirect("funding:evidence", shown.person.id)
        except PersonMustAct as error:
            _refuse(used, error)
    context = {"shown": shown, "accept": accept, "refuse": refuse, "used": used}
    return render(request, "funding/own_words_answer.html", context, status=422 if used.errors else 200)


def _refuse(form: ActForm, error: PersonMustAct) -> None:
    form.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
