"""The log of who did and who saw, for privacy officers: on a page, and as a file. Reading it is a line of it too."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.forms import LogFilter
from joinedup.access.logbook import note
from joinedup.access.queries import agreements as agreements_shown
from joinedup.access.queries import log_page
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotFound
from joinedup.base.spreadsheet import csv_bytes

LINES_IN_A_FILE = 10_000
HEADER = ("when", "who", "body", "what", "outcome", "why", "record")


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The newest lines of the officer's places; `?act=` chooses a kind, `?after=` goes on with older ones."""
    caller = signed_in(request)
    form = LogFilter(request.GET if "act" in request.GET else None)
    act = form.cleaned_data["act"] if form.is_valid() else ""
    page = log_page(caller, act=act, after=request.GET.get("after", ""))
    note("log.read", place_id=caller.holdings[0].place_id, reason=act, found=len(page.lines))
    older = "?" + urlencode({"act": act, "after": page.older}) if page.older else ""
    context = {"form": form, "page": page, "act": act, "older": older, "in_past": "after" in request.GET}
    return render(request, "access/log.html", context)


@require_safe
def log_file(request: HttpRequest) -> HttpResponse:
    """The newest ten thousand lines as CSV: keys and codes, as in the log itself."""
    caller = signed_in(request)
    form = LogFilter(request.GET)
    act = form.cleaned_data["act"] if form.is_valid() else ""
    page = log_page(caller, act=act, at_once=LINES_IN_A_FILE)
    note("log.exported", place_id=caller.holdings[0].place_id, reason=act, found=len(page.lines))
    rows = (
        (each.at.isoformat(), each.who, each.body, each.act, each.outcome, each.reason, each.person_id or "")
        for each in page.lines
    )
    return HttpResponse(
        csv_bytes(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Which bodies agreed to share what, why, and on which days: for everybody who is signed in."""
    signed_in(request)
    return render(request, "access/agreements.html", {"agreements": agreements_shown(clock.today())})


@require_safe
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """One sharing agreement as a document to print and sign."""
    signed_in(request)
    held = next((each for each in agreements_shown(clock.today()) if each.code == code), None)
    if held is None:
        raise NotFound("agreement-not-found", "There is no sharing agreement of that name.")
    signs = sorted(set(held.givers) | set(held.receivers))
    return render(request, "access/agreement.html", {"held": held, "signs": signs, "today": clock.today()})
