"""Each request's transaction, with its caller entered; and the log of each refusal.

The transaction must be opened here: `ATOMIC_REQUESTS` would start it too late for the caller to be entered. The view
runs in a savepoint, so that an error page can still be rendered for the caller whose work was rolled back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse

from joinedup.access.callers import Caller, enter
from joinedup.access.logbook import note_at_once
from joinedup.access.refusals import constraint_of
from joinedup.base.errors import JoinedUpError, NotAllowed
from joinedup.web.errors import render_error

PUBLIC_PREFIXES = ("/static/", "/healthz", "/readyz")
logger = logging.getLogger("joinedup.access")


class EnterCaller:
    """Opens the transaction, enters the caller, turns foreseen errors into pages and logs refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request inside its caller's transaction."""
        request.caller = None
        request.token = ""
        if request.path.startswith(PUBLIC_PREFIXES):
            return self.get_response(request)
        with transaction.atomic():
            token = request.COOKIES.get(settings.TOKEN_COOKIE, "")
            if token:
                request.caller = enter(token)
                request.token = token if request.caller else ""
            response = self.get_response(request)
        if token and request.caller is None:
            response.delete_cookie(settings.TOKEN_COOKIE)
        if request.caller is not None:
            response["Cache-Control"] = "no-store"  # a shared computer must not keep somebody's record
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[object, ...],
                     kwargs: dict[str, object]) -> HttpResponse | None:  # fmt: skip
        """Run the view in a savepoint; a foreseen error becomes its page, a refusal a line of the log."""
        if request.path.startswith(PUBLIC_PREFIXES) or view.__module__.startswith("allauth."):
            return None
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response = response.render()
                return response
        except JoinedUpError as error:
            log_refusal(request, error, kwargs)
            if error.code == "sign-in-needed" and request.method == "GET":
                return redirect_to_login(request.get_full_path())
            return render_error(request, error)
        except DatabaseError as error:
            refused = database_refusal(error)
            if refused is None:
                logger.error("fault", exc_info=error)
                raise
            log_refusal(request, refused, kwargs)
            return render_error(request, refused)
        except (Http404, PermissionDenied, SuspiciousOperation):
            raise
        except Exception as error:
            logger.error("fault", exc_info=error)
            raise


def log_refusal(request: HttpRequest, error: JoinedUpError, kwargs: dict[str, object]) -> None:
    """Commit a line that says who was refused what, on the second connection."""
    person = kwargs.get("person_id")
    caller: Caller | None = request.caller
    note_at_once(
        "page.refused",
        token=request.token,
        outcome="refused",
        person_id=person if isinstance(person, UUID) else None,
        place_id=caller.holdings[0].place_id if caller and caller.holdings else None,
        reason=error.code,
    )


def database_refusal(error: DatabaseError) -> JoinedUpError | None:
    """The refusal that a policy or a named check of the database stands for, or None when it is a fault of ours."""
    if (
        getattr(error.__cause__, "sqlstate", "") != "42501"
    ):  # insufficient_privilege: row security and our own functions
        return None
    constraint = constraint_of(error) or "row-security"
    return NotAllowed(
        constraint.replace("_", "-"),
        "The database refused this.",
        "You hold no grant or role that covers it.",
        "Ask whoever looks after this person, or whoever manages access in your place.",
    )
