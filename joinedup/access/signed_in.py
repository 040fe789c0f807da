"""Who is asking for this page? A caller, or a refusal that says how to become one and stands in the log.

The middleware has entered whoever holds a live token; a page that is not for everybody starts here.
"""

from __future__ import annotations

from django.http import HttpRequest

from joinedup.access.callers import Caller
from joinedup.base.errors import NotAllowed


def signed_in(request: HttpRequest) -> Caller:
    """The caller of this request. NotAllowed (sign-in-needed) when nobody is signed in or the session has ended."""
    caller: Caller | None = getattr(request, "caller", None)
    if caller is None:
        raise NotAllowed(
            "sign-in-needed",
            "This page is for people who are signed in.",
            "Nobody is signed in here, or the session has ended.",
            "Sign in, then open this page again.",
        )
    return caller
