"""The pages of loads: what each body sent, what was refused, putting a row right; and one record going out."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.spreadsheet import csv_bytes
from joinedup.exchange import queries
from joinedup.exchange.actions import send_correction
from joinedup.exchange.forms import CorrectionForm, correction_form
from joinedup.exchange.money_export import money_record, sees_money
from joinedup.exchange.record_export import streamed_document
from joinedup.person.queries.export import note_export, person_to_export

HEADER = ("code", "file", "row", "field", "whole row", "why", "to put it right")


@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    """The newest loads of the caller's places."""
    return render(request, "exchange/loads.html", {"loads": queries.loads_seen_by(signed_in(request))})


@require_safe
def load(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """The report of one load."""
    return render(request, "exchange/load.html", {"shown": queries.load_seen_by(signed_in(request), load_id)})


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """One refused row, to be put right and sent again."""
    caller = signed_in(request)
    shown = queries.refused_row_seen_by(caller, row_id)
    form = CorrectionForm(request.POST) if request.method == "POST" else correction_form(shown)
    if form.is_valid():
        send_correction(by=caller, at=clock.now(), refused_row_id=row_id, **form.cleaned_data)
        messages.success(
            request, "The row was sent again. It is loaded within a minute; its report says what became of it."
        )
        return redirect("exchange:load", shown.row.load_id)
    context = {"shown": shown, "form": form}
    return render(request, "exchange/row.html", context, status=422 if form.errors else 200)


@require_safe
def refusals_file(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """Every refusal of a load as CSV, one a line."""
    refused = queries.refused_places(signed_in(request), load_id)
    rows = (
        (each.code, each.file, each.row, each.field, "yes" if each.whole else "no", each.why, each.mend)
        for each in refused
    )
    return HttpResponse(
        csv_bytes(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refusals-{load_id}.csv"'},
    )


@require_POST
def export_money(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything about who pays for one person's care, as one JSON file; its line of the log stands with it."""
    content = money_record(signed_in(request), person_id, clock.now())
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="money-{content["person"]["id"]}.json"'},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def export_record(request: HttpRequest, person_id: UUID) -> HttpResponseBase:
    """What a document of this record would hold; sent, the document itself, logged before its first byte."""
    caller = signed_in(request)
    if request.method == "POST":
        sensitive = request.POST.get("sensitive") == "on"
        key = note_export(caller, person_id, sensitive=sensitive)
        return StreamingHttpResponse(
            streamed_document(request.token, key, clock.now(), sensitive=sensitive),
            content_type="application/fhir+json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="record-{key}.json"'},
        )
    key, name, sensitive_lines = person_to_export(caller, person_id)
    context = {
        "person_id": key, "name": name, "sensitive_lines": sensitive_lines,
        "sees_money": sees_money(caller, key),
    }  # fmt: skip
    return render(request, "exchange/export_record.html", context)
