"""From a released figure back to the call: the way in, the figure with those behind it, and one of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.money import Money
from joinedup.desk import way_back
from joinedup.outcomes import measure_code, wording
from joinedup.outcomes.queries.leading_back import RowsBehind
from joinedup.outcomes.queries.releases import PERMISSION, figures_seen_by
from joinedup.web.paths import path_of

IN_PENCE = ("Amount", "A week")
SIDES = {"nhs": "The NHS", "council": "The council"}
EMPTY = {"First service": "Still waiting", "Until": "Still going on"}


@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """Which figure? The newest public ones of the caller's places, or the one of a reference from the public page."""
    caller = signed_in(request)
    caller.must(PERMISSION)
    reference = request.GET.get("reference", "").strip()
    release_id, _, measure = reference.partition("/")
    leads = path_of("desk:figure_back", release_id, measure) if reference else None
    if leads:
        return redirect(leads)
    problem = ""
    if reference:
        problem = "This is not a reference. It stands under each figure of the public page: copy the whole of it."
    context = {"places": figures_seen_by(caller), "reference": reference, "problem": problem, "words": wording}
    return render(request, "desk/follow.html", context, status=422 if problem else 200)


@require_safe
def figure(request: HttpRequest, release_id: UUID, measure: str) -> HttpResponse:
    """The figure, how it is counted, and the people behind it whom the caller may see."""
    back = way_back.figure_back(signed_in(request), release_id, measure, Path(settings.EXTRACT_FOLDER))
    context = {
        "followed": back, "words": wording, "code": measure_code.code_of(measure), "code_file": measure_code.SHOWN_AS,
        "limit": way_back.PEOPLE_SHOWN_LIMIT,
    }  # fmt: skip
    return render(request, "desk/figure_back.html", context)


@require_safe
def person(request: HttpRequest, release_id: UUID, measure: str, person_id: UUID) -> HttpResponse:
    """One person behind a figure, with the record, plans, packages with their journals, and calls."""
    caller = signed_in(request)
    found = way_back.person_back(caller, release_id, measure, person_id, Path(settings.EXTRACT_FOLDER), clock.now())
    context = {
        "found": found, "kinds": [(each.says, each.headings, _said(each)) for each in found.kinds],
        "may_open_record": "open_record" in caller.permissions,
    }  # fmt: skip
    return render(request, "desk/person_back.html", context)


def _said(kind: RowsBehind) -> list[list[str]]:
    return [
        [_cell(heading, cell) for heading, cell in zip(kind.headings, cells, strict=True)] for _, cells in kind.rows
    ]


def _cell(heading: str, cell: object) -> str:
    if cell is None:
        return EMPTY.get(heading, "Not known")
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, date):
        return f"{cell.day} {cell:%B %Y}"
    if heading in IN_PENCE and isinstance(cell, int):
        return Money(cell).display()
    return SIDES.get(str(cell), str(cell))
