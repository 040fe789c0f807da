"""The home page and the tour: public pages that compose the others and ask nothing about any person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.queries import demo_accounts
from joinedup.access.roles import BY_CODE
from joinedup.desk import why as answered
from joinedup.desk.tour import STOPS, TILES, Stop, Tile
from joinedup.desk.views.promised import promised_and_happened
from joinedup.web.context import demo_mode
from joinedup.web.paths import path_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page, without sign-in: a postcode box, one sentence and the tiles."""
    tiles = [(tile, _address(tile)) for tile in TILES]
    context = {
        "tiles": tiles,
        "chart": promised_and_happened(),
        "postcode_url": path_of("places:by_postcode"),
        "tour_url": path_of("desk:tour"),
    }
    return render(request, "desk/home.html", context)


@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """The twelve stops, each with its complaint, its page and its proof."""
    needs_accounts = demo_mode() and any(stop.built and stop.role for stop in STOPS)
    accounts = {each["role"]: each["username"] for each in reversed(demo_accounts())} if needs_accounts else {}
    stops = [(stop, _address(stop), _role_title(stop), accounts.get(_role_title(stop))) for stop in STOPS]
    built = sum(1 for _, href, _, _ in stops if href)
    return render(request, "desk/tour.html", {"stops": stops, "built": built, "demo_url": path_of("demo_sign_in")})


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """What five public documents say, line by line, with the page and the test that answer it, or "not built"."""
    found = answered.shipped()
    lines = [(line, path_of(line.page) if line.page else None) for line in found.lines]
    context = {"sources": found.sources, "lines": lines, "built": found.built_count}
    return render(request, "desk/why.html", context)


def _role_title(stop: Stop) -> str:
    return BY_CODE[stop.role].title if stop.role else ""


def _address(leads: Stop | Tile) -> str | None:
    path = path_of(leads.url_name) if leads.url_name else None
    return f"{path}?{leads.query}" if path and leads.query else path
