"""The figures of law and policy: all of them with a search, and one with its history. For everybody signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.desk import law
from joinedup.desk.forms.law import FiguresAsked


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure by topic with what holds today; `?q=` keeps those in which every word stands."""
    signed_in(request)
    form = FiguresAsked(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "words": words, "sections": law.sections(words, clock.today()), "today": clock.today()}
    return render(request, "desk/law/figures.html", context)


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: each value with its dates, since when it was known, its source, and what uses it."""
    signed_in(request)
    return render(request, "desk/law/figure.html", {"figure": law.shown(name, clock.today())})
