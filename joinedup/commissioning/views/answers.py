"""How a refusal comes back to a page of packages: in words on the form, or as a conflict with what changed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from joinedup.access.callers import Caller
from joinedup.base import clock
from joinedup.base.errors import Conflict, NotFound, PersonMustAct
from joinedup.commissioning import queries
from joinedup.web.errors import render_error


def conflict(request: HttpRequest, caller: Caller, error: Conflict, package_id: UUID) -> HttpResponse:
    """The page of a conflict about a package, with the version it has now."""
    return render_error(request, error, current_version=queries.package_of(caller, package_id, clock.now()).version)


def words(error: PersonMustAct) -> str:
    """A refusal as one paragraph; what is not to be found stays an error of its own."""
    if isinstance(error, NotFound):
        raise error
    return " ".join(part for part in (error.what, error.why, error.next_step) if part)
