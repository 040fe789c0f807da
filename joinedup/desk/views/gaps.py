"""The page of the gap list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.desk.gaps import gap_list


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """What nobody owns, and which promises were not kept."""
    return render(request, "desk/gaps.html", {"list": gap_list(signed_in(request), clock.now())})
