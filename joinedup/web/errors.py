"""What does a person see when something was refused, was not found, was changed meanwhile, or broke?

Maps the error tree to a status and a page, and holds Django's handlers (`handler400` … `handler500`, CSRF). A refusal
says which of three it is: policy (nobody may now), permission (not with your role), visibility (not this record, or
there is none). A conflict keeps both texts. The page for a fault of ours asks neither database nor session. Messages
of errors hold no personal details; the two texts of a conflict do, and go to its own page only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from joinedup.base.errors import (
    Conflict,
    JoinedUpError,
    NotAllowed,
    NotFound,
    NotNow,
    OperatorMustAct,
    PersonMustAct,
    SenderMustAct,
    WeMustAct,
)
from joinedup.web.words import label

NEVER_SENT_AGAIN = frozenset({"csrfmiddlewaretoken", "expected_version"})

_PLAIN = (
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Something went wrong – joinedup</title>"
    "<h1>Something went wrong</h1><p>This is a fault of ours. What you had saved is kept.</p>"
    "<p>Try again in a few minutes.</p>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one kind of error is shown: its status, its title and its template, and which refusal it is (or '')."""

    status: int
    title: str
    template: str = "web/error.html"
    refusal: str = ""


_ANSWERS: tuple[tuple[type[JoinedUpError], Answer], ...] = (
    (Conflict, Answer(409, "Somebody else changed this", "web/conflict.html")),
    (NotAllowed, Answer(403, "You may not do this", "web/403.html", "permission")),
    (NotNow, Answer(409, "This cannot be done now", "web/403.html", "policy")),
    (NotFound, Answer(404, "Not found", "web/404.html", "visibility")),
    (SenderMustAct, Answer(422, "This could not be taken")),
    (PersonMustAct, Answer(422, "This could not be done")),
    (OperatorMustAct, Answer(503, "This is not working at the moment")),
    (WeMustAct, Answer(500, "Something went wrong")),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a conflict: its name in the form, its label, what stands now and what was sent."""

    name: str
    label: str
    theirs: str
    yours: str


def answer_to(error: JoinedUpError) -> Answer:
    """The status and page for an error; an unknown kind is a fault of ours."""
    return next((answer for kind, answer in _ANSWERS if isinstance(error, kind)), Answer(500, "Something went wrong"))


def render_error(request: HttpRequest, error: JoinedUpError, *, current_version: int | None = None) -> HttpResponse:
    """The page for an error of ours. `current_version` (of what a Conflict is about) makes its form sendable again."""
    answer = answer_to(error)
    context: dict[str, Any] = {"title": answer.title, "error": error, "refusal": answer.refusal}
    if isinstance(error, Conflict):
        context |= _conflict_context(request, error, current_version)
    return _page(request, answer.template, context, answer.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return _page(request, "web/400.html", {"title": "This request could not be read"}, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403, for Django's own refusals; ours come through `render_error`."""
    return _page(request, "web/403.html", {"title": "You may not do this", "refusal": "permission"}, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404. It never repeats the path, which may hold a name."""
    return _page(request, "web/404.html", {"title": "Not found", "refusal": "visibility"}, 404)


def method_not_allowed(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    """A page in the place of Django's empty 405, for the middleware to call; keeps its Allow header."""
    page = _page(request, "web/405.html", {"title": "This page cannot be used that way"}, 405)
    page["Allow"] = response["Allow"]
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form was open too long, or was sent from somewhere else."""
    return _page(request, "web/csrf.html", {"title": "This form has expired"}, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: no database, no session, and plain words if even the template fails."""
    try:
        text: str = render_to_string("web/500.html", {"csp_nonce": getattr(request, "csp_nonce", "")})
    except Exception:  # the page of last resort must not fail, whatever is broken
        text = _PLAIN
    return HttpResponse(text, status=500)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    if status >= 500:
        context["caller"] = None
    return HttpResponse(render_to_string(template, context, request=request), status=status)


def _conflict_context(request: HttpRequest, error: Conflict, current_version: int | None) -> dict[str, Any]:
    names = list(dict.fromkeys([*error.theirs, *error.yours]))
    differences = [Difference(n, label(n), error.theirs.get(n, ""), error.yours.get(n, "")) for n in names]
    others = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NEVER_SENT_AGAIN and name not in names and "password" not in name
        for value in values
    ]
    return {
        "differences": differences,
        "others": others,
        "current_version": current_version,
        "again_at": request.get_full_path(),
    }
