"""One structured log line a request: method, route, status, time. Never the address itself, which may hold a search."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from joinedup.base.request_id import begin_request

logger = logging.getLogger("joinedup.request")


class RequestLog:
    """Gives the request its id, and logs how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then say so in one line."""
        started = time.perf_counter()
        request_id = begin_request()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path.startswith("/static/"):
            match = request.resolver_match
            logger.info(
                "request",
                extra={
                    "method": request.method, "route": match.route if match else "unknown",
                    "status": response.status_code, "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )  # fmt: skip
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """A fault of ours: its type and the lines it passed through."""
        logger.error("fault", exc_info=error)
