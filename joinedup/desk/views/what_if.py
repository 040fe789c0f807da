"""What if: choose a reform and people, see who would pay, and take the result and the chart away."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markupsafe import Markup

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import PersonMustAct, SenderMustAct
from joinedup.desk.forms.what_if import WhatIfAsked
from joinedup.desk.what_if import Document, of_generated
from joinedup.desk.what_if_caseload import of_caseload
from joinedup.desk.what_if_shown import chart, tables
from joinedup.funding import reform_files


@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """The question, and its answer when one was asked; a refusal stands beside the question."""
    caller = _may_ask(request)
    form = _form(caller, request.GET if "reform" in request.GET else None)
    context: dict[str, Any] = {"form": form, "presets": reform_files.presets(), "asked": request.GET.urlencode()}
    if form.is_valid():
        try:
            document = _answer(caller, form)
        except (PersonMustAct, SenderMustAct) as error:
            context["refused"] = error
        else:
            drawing = Markup(chart(document))  # noqa: S704  (every text in it is escaped there)
            context |= {"document": document, "tables": tables(document), "drawing": drawing}
    return render(request, "desk/what_if.html", context)


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """The same answer as a file from which it can be made again."""
    text = json.dumps(_asked(request), indent=2, ensure_ascii=False)
    return HttpResponse(
        f"{text}\n", content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="what-if.json"'},
    )  # fmt: skip


@require_safe
def drawing(request: HttpRequest) -> HttpResponse:
    """The chart of the same answer as a file."""
    return HttpResponse(
        chart(_asked(request)), content_type="image/svg+xml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="what-if.svg"'},
    )  # fmt: skip


def _asked(request: HttpRequest) -> Document:
    caller = _may_ask(request)
    form = _form(caller, request.GET)
    if not form.is_valid():
        raise PersonMustAct("what-if-asked", "The question is not whole.", "", "Ask it again on the page What if.")
    return _answer(caller, form)


def _form(caller: Caller, asked: QueryDict | None) -> WhatIfAsked:
    return WhatIfAsked(asked, with_caseload="see_money" in caller.permissions)


def _answer(caller: Caller, form: WhatIfAsked) -> Document:
    asked = form.cleaned_data
    file, day = reform_files.named(asked["reform"]), asked["as_at"] or clock.today()
    if asked["whom"] == "caseload":
        return of_caseload(caller, file, day)
    return of_generated(file, asked["people"], asked["seed"], day)


def _may_ask(request: HttpRequest) -> Caller:
    caller = signed_in(request)
    caller.must("see_fund")
    return caller
