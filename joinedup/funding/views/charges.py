"""The pages of what a person pays and why: present and earlier charges, the form, one charge, and its print."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import JoinedUpError, NotFound, OperatorMustAct, PersonMustAct
from joinedup.funding import actions, queries
from joinedup.funding.evidence_set import completed
from joinedup.funding.forms import ActForm, ChargeForm, act_form, starting_form
from joinedup.funding.forms.stay import WORDS_OF_THE_RULE


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What whoever is signed in pays."""
    caller = signed_in(request)
    if caller.person_id is None:
        raise NotFound(
            "no-own-record", "Your sign-in is not joined to a record.",
            "This page leads a person to what they pay themselves.", "Find the person you are looking for.",
        )  # fmt: skip
    return redirect("funding:of_person", caller.person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What this person pays and why; a POST lets commissioners who came since see them."""
    caller = signed_in(request)
    shown = queries.money_of(caller, person_id)
    if request.method == "POST":
        form = ActForm(request.POST)
        key = form.cleaned_data["request_key"] if form.is_valid() else ""
        for each in shown.present[:1]:
            actions.tell_commissioners(by=caller, at=clock.now(), request_key=key, assessment_id=each.assessment_id)
            messages.success(request, "Every commissioner of the place can see this now.")
        return redirect("funding:of_person", person_id)
    return render(request, "funding/person.html", {"shown": shown, "form": act_form()})


@require_http_methods(["GET", "HEAD", "POST"])
def work_out(request: HttpRequest, person_id: UUID, plan_id: UUID) -> HttpResponse:
    """The form for a charge: shows what the rule says of what is written, and decides when told to."""
    caller, now = signed_in(request), clock.now()
    asked = queries.asking(caller, person_id, plan_id, clock.today())
    form = ChargeForm(asked, request.POST) if request.method == "POST" else starting_form(asked)
    ahead = None
    if request.method == "POST" and form.is_valid():
        case, cost_pence = completed(form.case(), asked.evidence.pieces), form.cost_pence()
        try:
            policy = bool(form.cleaned_data.get("demo_policy"))
            ahead = queries.charge_ahead(asked, case, cost_pence, now, demo_policy=policy)
            if request.POST.get("act") == "decide":
                made = actions.decide_charge(
                    by=caller, at=now, request_key=form.cleaned_data["request_key"], person_id=person_id,
                    plan_id=plan_id, case=case, weekly_cost_pence=cost_pence, told_by=form.cleaned_data["told_by"],
                    expected_set=form.cleaned_data["expected_set"], demo_policy=policy,
                )  # fmt: skip
                messages.success(request, "The charge is decided and stands in the record.")
                return redirect("funding:charge", made)
        except (PersonMustAct, OperatorMustAct) as error:
            _refuse(form, error)
    steps = queries.steps_shown(ahead.explanation) if ahead else ()
    context = {"asked": asked, "form": form, "ahead": ahead, "steps": steps}
    return render(request, "funding/work_out.html", context, status=422 if form.errors else 200)


@require_safe
def charge(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """One charge with every step."""
    return render(request, "funding/charge.html", {"shown": queries.charge_of(signed_in(request), assessment_id)})


@require_safe
def printed(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """One charge for paper, with nothing folded away."""
    shown = queries.charge_of(signed_in(request), assessment_id)
    return render(request, "funding/print.html", {"shown": shown, "today": clock.today()})


def _refuse(form: ChargeForm, error: JoinedUpError) -> None:
    """What the rule refuses, beside its field where it is one that the form asks, or above the form."""
    for name, words in WORDS_OF_THE_RULE.items():
        if error.why.startswith(f"{name} "):
            form.add_error(name, words)
            return
    form.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
