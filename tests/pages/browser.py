"""Chromium for page tests: start it, open pages rendered in this process, ask axe what is wrong with them.

Nothing leaves the machine: `Site` answers every request of the browser itself, from rendered text and from the static
files of the finders; a request for anything else is refused and remembered in `site.refused`. Tests over a running
server use `chromium()` and `axe()` alone.
"""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = (
    "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"
    ".then(found => found.violations)"
)
ORIGIN = "http://pages.test"
NONCE = "bm9uY2U="
POLICY = f"default-src 'self'; script-src 'self' 'nonce-{NONCE}'; style-src 'self'; img-src 'self'"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the machine's where there is one, else the one that Playwright keeps."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def go(link: Locator) -> None:
    """Click what leads to another page, and wait until that page has loaded.

    A click alone returns once the next page has begun to arrive: what is asked of it then may not be there yet.
    """
    with link.page.expect_navigation():
        link.click()


def axe(page: Page) -> list[str]:
    """What axe finds wrong with the open page (WCAG 2.2 A and AA, and best practice): 'rule: selector', none when good.

    The source is evaluated, not added as a script, which a content policy would stop. Only what is wrong is described:
    to describe everything that is right takes more than half of the time.
    """
    source = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    page.evaluate(source.read_text())
    found = page.evaluate(ASKED, RULES)
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page is wider than the window, so that a phone has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@dataclass
class Site:
    """Pages by path, served to the browser without a server, under the content policy of production."""

    pages: dict[str, str]
    refused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, browser: Browser, path: str, *, size: dict[str, int] = DESKTOP, script: bool = True) -> Page:
        """The page at a path, loaded; its console's errors are kept in `complaints`."""
        context = browser.new_context(viewport=size, java_script_enabled=script)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._answer)
        page.goto(ORIGIN + path, wait_until="load")
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _answer(self, route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(ORIGIN).split("?")[0]
        if url.startswith(ORIGIN) and path in self.pages:
            headers = {"Content-Security-Policy": POLICY}
            return route.fulfill(body=self.pages[path], content_type="text/html; charset=utf-8", headers=headers)
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if found:
            kind = mimetypes.guess_type(str(found))[0] or "application/octet-stream"
            return route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
        self.refused.append(url)
        return route.abort()
