"""What was destroyed because its time was over: each run, its proof, what comes next. For privacy officers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.spreadsheet import csv_bytes
from joinedup.person import queries

HEADER = ("run", "as_at", "closed", "asked_by", "class", "counts", "due", "held", "destroyed", "contents_destroyed",
          "counted_only", "digest")  # fmt: skip


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """The runs, newest first; with ?check=1 the proof of all of them is checked now."""
    shown = queries.retention(signed_in(request), clock.now(), check=request.GET.get("check") == "1")
    return render(request, "desk/retention.html", {"shown": shown})


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The runs as CSV, one line a class of a run."""
    shown = queries.retention(signed_in(request), clock.now(), act="retention.exported")
    rows = [
        (run.number, run.as_at.isoformat(), run.closed_at.isoformat(), run.asked_by, each.title, each.counts, each.due,
         each.held, each.destroyed, each.contents, "yes" if each.counted_only else "no", run.digest)
        for run in shown.runs for each in run.classes
    ]  # fmt: skip
    return HttpResponse(
        csv_bytes(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="retention.csv"'},
    )
