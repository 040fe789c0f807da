"""How does a public page become bytes, once, that anybody may keep?

A page depends on the place, its newest release and the day (office holders change with the day), and on nothing of the
reader. So it is rendered when first asked for and then read from memory; its ETag is the digest of its bytes, and a
browser that holds them is told so. One small read of the database says whether a newer release is there.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.http import parse_etags

KEPT_LIMIT = 512
_SCRIPT = re.compile(rb"<script\b.*?</script>", re.DOTALL)
FRESH_SECONDS = 60
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of a page and their mark."""

    body: bytes
    etag: str


class Shelf:
    """The pages rendered last, by what they depend on; the oldest go first. Safe for several threads."""

    def __init__(self, limit: int = KEPT_LIMIT) -> None:
        self._limit = limit
        self._held: OrderedDict[Key, Rendered] = OrderedDict()
        self._lock = Lock()

    def page(self, key: Key, template: str, context: Callable[[], dict[str, Any]]) -> Rendered:
        """The page of a key; `context` is asked for only when it must be rendered."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        body = without_script(render_to_string(template, {**_shell(), **context()}).encode())
        rendered = Rendered(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        with self._lock:
            self._held[key] = rendered
            while len(self._held) > self._limit:
                self._held.popitem(last=False)
        return rendered


def answer(request: HttpRequest, rendered: Rendered) -> HttpResponse:
    """The bytes, or 304 for a reader who holds them already."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    same = any(mark in ("*", rendered.etag, f"W/{rendered.etag}") for mark in held)
    response: HttpResponse = HttpResponseNotModified() if same else HttpResponse(rendered.body)
    response["ETag"] = rendered.etag
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


def without_script(body: bytes) -> bytes:
    """The page without scripts: the design system's shell opens with one, and no script may run on this site.

    >>> without_script(b"a<script>x()</script>b")
    b'ab'
    """
    return _SCRIPT.sub(b"", body)


def _shell() -> dict[str, Any]:
    """What the page shell needs where nobody is signed in and no script runs."""
    return {"home_url": "/", "demo_mode": settings.DEMO_MODE, "csp_nonce": "", "messages": ()}
