"""The page that tells a resident who is in charge of a place, today or on a day they name. Open to everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from joinedup.base import clock
from joinedup.base.errors import NotFound
from joinedup.places import queries
from joinedup.places.forms import DayForm


@require_safe
def by_postcode(request: HttpRequest) -> HttpResponse:
    """From a postcode to the page of its place; a council that is not run here is said to be elsewhere."""
    answer = queries.place_of_postcode(request.GET.get("postcode", ""))
    if answer.place is None:
        raise NotFound(
            "place-not-here",
            "This postcode lies in a council that is not run on this system.",
            "Only the places loaded here can be shown.",
            "Try a postcode of one of them, such as TQ1 3DR or BD1 1HX.",
        )
    return redirect("places:place", code=answer.place.code)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Bodies then and before, who is elected and who appointed, office holders and vacancies; `?on=` names the day."""
    form = DayForm(request.GET if "on" in request.GET else None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    shown = queries.place_page(code, asked or clock.today())
    context = {"form": form, "shown": shown, "is_today": shown.on == clock.today()}
    return render(request, "places/place.html", context, status=422 if form.errors else 200)
