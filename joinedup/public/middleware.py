"""What does the public see when something foreseen goes wrong? The page for it, and never a line of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from joinedup.base.errors import JoinedUpError
from joinedup.public.pages import without_script
from joinedup.web.errors import render_error

ERRORS_FROM = 400


class ForeseenErrors:
    """Turns an error of ours into its page; anything else is Django's to handle."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; an error's page too leaves without the script that its shell would open with."""
        response = self.get_response(request)
        if response.status_code >= ERRORS_FROM and not response.streaming:
            response.content = without_script(response.content)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a foreseen error."""
        return render_error(request, error) if isinstance(error, JoinedUpError) else None
