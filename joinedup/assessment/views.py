"""The pages of joint assessments: what waits, a person's assessments, one assessment, a section, and eligibility."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.assessment import actions, queries
from joinedup.assessment.eligibility import decision_on
from joinedup.assessment.eligibility_case import OUTCOMES
from joinedup.assessment.forms import ActForm, SectionForm, StartForm, act_form, section_form
from joinedup.assessment.questions import SIDE_NAMES
from joinedup.base import clock
from joinedup.base.errors import Conflict, PersonMustAct
from joinedup.base.parameter_files import shipped
from joinedup.person.forms import fresh_request_key
from joinedup.web.errors import render_error


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Open assessments, oldest first, and which side each waits for."""
    lines = queries.open_assessments(signed_in(request))
    return render(request, "assessment/waiting.html", {"lines": lines, "sides": SIDE_NAMES})


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A person's assessments; a POST starts one, `?request=` saying which request asked for it."""
    caller = signed_in(request)
    if request.method == "POST":
        form = StartForm(request.POST)
        key = form.cleaned_data["request_key"] if form.is_valid() else ""
        started = actions.start_assessment(
            by=caller, at=clock.now(), request_key=key, person_id=person_id,
            request_id=form.cleaned_data.get("request_id"),
        )  # fmt: skip
        return redirect("assessment:assessment", started)
    shown = queries.assessments_of(caller, person_id)
    form = StartForm(initial={"request_key": fresh_request_key(), "request_id": request.GET.get("request", "")})
    return render(request, "assessment/person.html", {"shown": shown, "form": form, "sides": SIDE_NAMES})


@require_safe
def assessment(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Both sections, who wrote what and when, what the record already holds, and the decision."""
    shown = queries.assessment_of(signed_in(request), assessment_id)
    return render(request, "assessment/assessment.html", {"shown": shown, "sides": SIDE_NAMES})


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, assessment_id: UUID, side: str) -> HttpResponse:
    """One side's section, to be written by that side; a change by somebody else meanwhile gives both texts."""
    caller = signed_in(request)
    shown = queries.assessment_of(caller, assessment_id)
    held = shown.section(side)
    form = (
        SectionForm(side, request.POST) if request.method == "POST" else section_form(side, held.answers, held.version)
    )
    if form.is_valid():
        done = form.cleaned_data["done"] == "yes"
        try:
            actions.save_section(
                by=caller, at=clock.now(), request_key=form.cleaned_data["request_key"], assessment_id=assessment_id,
                side=side, expected_version=form.cleaned_data["expected_version"], answers=form.answers(), done=done,
            )  # fmt: skip
        except Conflict as error:
            now = queries.assessment_of(caller, assessment_id).section(side)
            return render_error(request, error, current_version=now.version)
        except PersonMustAct as error:
            if error.code != "section-unfinished":
                raise
            form.add_error(None, f"{error.what} {error.why}")
        else:
            said = "is done" if done else "is saved as a draft"
            messages.success(request, f"The {SIDE_NAMES[side].lower()} section {said}.")
            return redirect("assessment:assessment", assessment_id)
    context = {"shown": shown, "held": held, "form": form, "sides": SIDE_NAMES}
    return render(request, "assessment/section.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The decision with its reasons; before it is made, what the rule says of what was written."""
    caller = signed_in(request)
    if request.method == "POST":
        form = ActForm(request.POST)
        key = form.cleaned_data["request_key"] if form.is_valid() else ""
        actions.decide_eligibility(by=caller, at=clock.now(), request_key=key, assessment_id=assessment_id)
        messages.success(request, "The decision is made and stands in the record.")
        return redirect("assessment:eligibility", assessment_id)
    shown = queries.assessment_of(caller, assessment_id)
    ahead = None
    if shown.decision is None and shown.state == "complete":
        ahead = decision_on(shown.section("social_care").answers, shipped(), clock.today())
    context = {"shown": shown, "ahead": ahead, "form": act_form(), "names": OUTCOMES}
    return render(request, "assessment/eligibility.html", context)
