"""The page that tells a resident who is in charge of a place, today or on a day they name. Open to everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from joinedup.base import clock
from joinedup.places import queries
from joinedup.places.forms import DayForm


def place(request: HttpRequest, code: str) -> HttpResponse:
    """Bodies then and before, who is elected and who appointed, office holders and vacancies; `?on=` names the day."""
    form = DayForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    shown = queries.place_page(code, asked or clock.today())
    context = {"form": form, "shown": shown, "is_today": shown.on == clock.today()}
    return render(request, "places/place.html", context, status=422 if form.errors else 200)
