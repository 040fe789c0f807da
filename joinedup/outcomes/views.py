"""The staff pages of figures: what is public, what waits, one release with its approval, and the measures."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.outcomes import actions, catalogue, measure_code, wording
from joinedup.outcomes.forms import ApproveForm, PrepareForm, SetAsideForm, fresh
from joinedup.outcomes.queries import releases
from joinedup.web.paths import path_of


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Each of the caller's places: figures that wait, that are public, and all that were decided."""
    places = releases.figures_seen_by(signed_in(request))
    forms = {place.place_id: PrepareForm(initial=fresh(place_id=place.place_id)) for place in places}
    context = {"places": places, "forms": forms, "words": wording, "public_url": getattr(settings, "PUBLIC_URL", "")}
    context["follow_url"] = path_of("desk:follow")
    return render(request, "outcomes/figures.html", context)


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The catalogue: what each measure asks, what was promised, and what it cannot say."""
    signed_in(request).must(releases.PERMISSION)
    today, promises = clock.today(), catalogue.promises()
    shown = [(each, each.promise_on(today, promises), measure_code.code_of(each.name)) for each in catalogue.shipped()]
    context = {"measures": shown, "code_file": measure_code.SHOWN_AS}
    return render(request, "outcomes/measures.html", context)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Work out a place's figures from the newest extract, for approval."""
    caller = signed_in(request)
    form = PrepareForm(request.POST)
    if not form.is_valid():
        return redirect("outcomes:figures")
    made = actions.prepare_release(
        by=caller, at=clock.now(), extracts=Path(settings.EXTRACT_FOLDER), **form.cleaned_data
    )
    messages.success(request, "The figures are worked out and wait for approval by somebody else.")
    return redirect("outcomes:release", made)


@require_safe
def release(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """One release: its figures as the public would see them, and what can be decided."""
    return _release_page(request, release_id)


@require_POST
def approve(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Release the figures to the public."""
    caller = signed_in(request)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _release_page(request, release_id, approve_form=form)
    sent = {key: form.cleaned_data[key] for key in ("request_key", "expected_version")}
    actions.approve_release(by=caller, at=clock.now(), release_id=release_id, **sent)
    messages.success(request, "The figures are public from now on, under your name.")
    return redirect("outcomes:release", release_id)


@require_POST
def set_aside(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Decide that the figures are not to be released."""
    caller = signed_in(request)
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _release_page(request, release_id, aside_form=form)
    actions.set_aside_release(by=caller, at=clock.now(), release_id=release_id, **form.cleaned_data)
    messages.success(request, "The figures are set aside. Nobody outside will see them.")
    return redirect("outcomes:release", release_id)


def _release_page(
    request: HttpRequest, release_id: UUID, *, approve_form: ApproveForm | None = None,
    aside_form: SetAsideForm | None = None,
) -> HttpResponse:  # fmt: skip
    caller = signed_in(request)
    found = releases.release_seen_by(caller, release_id)
    held = fresh(expected_version=found.release.version)
    context = {
        "found": found,
        "words": wording,
        "follow": {
            each.described["name"]: path_of("desk:figure_back", release_id, each.described["name"])
            for each in found.measures
        },
        "may_decide": releases.may_decide(caller, found.release),
        "is_own": found.release.prepared_by_id == caller.id,
        "approve_form": approve_form or ApproveForm(initial=held, auto_id="approve_%s"),
        "aside_form": aside_form or SetAsideForm(initial=fresh(**held), auto_id="aside_%s"),
        "form": approve_form or aside_form,
    }
    return render(request, "outcomes/release.html", context, status=422 if context["form"] else 200)
