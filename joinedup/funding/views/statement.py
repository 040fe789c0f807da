"""The worked statement of a charge: a page to follow with a calculator, and the same as a tagged PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.funding import queries
from joinedup.funding.statement_pdf import statement_pdf


@require_safe
def page(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The statement as a page."""
    caller = signed_in(request)
    shown, statement = queries.statement_of(caller, assessment_id)
    context = {"shown": shown, "statement": statement, "adjusted": queries.adjusted_in(caller, shown)}
    return render(request, "funding/statement.html", context)


@require_safe
def file(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """The statement as a tagged PDF."""
    caller = signed_in(request)
    shown, statement = queries.statement_of(caller, assessment_id)
    return HttpResponse(
        statement_pdf(shown, statement, queries.adjusted_in(caller, shown), clock.today()),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="statement.pdf"'},
    )
