"""The pages of the public site: find a place by its postcode, and the page of a place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from joinedup.base import clock
from joinedup.base.errors import JoinedUpError, NotFound
from joinedup.outcomes import wording
from joinedup.outcomes.queries import released
from joinedup.places import queries as places
from joinedup.public.pages import Shelf, answer
from joinedup.web.context import rail

SHELF = Shelf()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A postcode box, and the places that are here. Words about a postcode that is not."""
    asked = request.GET.get("postcode", "").strip()
    if not asked:
        return answer(request, SHELF.page(("home",), "public/home.html", _home))
    try:
        place = places.place_of_postcode(asked).place
        if place is None:
            raise NotFound(
                "place-not-here", "This postcode lies in a council that is not shown here.",
                "Only some places are run on this system.", "Choose one of the places below.",
            )  # fmt: skip
    except JoinedUpError as error:
        context = {**_home(), "problem": error}
        response = answer(request, SHELF.page(("home", error.code), "public/home.html", lambda: context))
        response.status_code = 404 if isinstance(error, NotFound) else 422
        return response
    return redirect("public:place", code=place.code)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Who is in charge of a place, and its released figures with what was promised."""
    today = clock.today()
    found = next((each for each in places.places() if each.code == code), None)
    if found is None:
        raise NotFound("unknown-place", "There is no such place here.", "", "Start from the home page with a postcode.")
    key = ("place", found.code, released.newest_mark(found.id), today)

    def context() -> dict[str, object]:
        shown = places.place_page(code, today)
        release, earlier = released.newest_release(found.id), released.earlier_releases(found.id)
        return {"shown": shown, "release": release, "earlier": earlier, "words": wording, "rail": rail()}

    return answer(request, SHELF.page(key, "public/place.html", context))


def _home() -> dict[str, object]:
    return {"places": places.places(), "rail": rail()}
