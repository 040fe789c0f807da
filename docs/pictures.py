"""`make pictures`: photographs of the demo's pages, as a visitor sees them, into docs/pictures/.

Serves a demo of its own (data under var/pictures, so that nobody's running demo is touched), signs in by one click as
its invented staff, and takes each page at desktop width with Chromium. Only our own pages and invented people are in
the pictures. README.md shows some of them; a test compares the names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "docs" / "pictures"
WIDTH = 1280
MOST_BYTES = 150_000
PEOPLE = 500
WAIT_SECONDS_LIMIT = 600


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, who is signed in ('' for nobody), where to begin, which links to follow, how tall."""

    name: str
    username: str
    path: str
    links: tuple[str, ...] = ()
    public: bool = False
    height: int = 800


PICTURES = (
    Picture("home", "", "/", height=1250),
    Picture("call", "torbay-coordinator", "/call/"),
    Picture("record", "torbay-social-worker", "/people/?q=margaret+smith+1941", ("main a[href^='/people/']",)),
    Picture("money", "torbay-accounting-officer", "/funds/", ("main a[href^='/funds/']",)),
    Picture("public", "", "/places/E06000027/", public=True, height=1100),
)


def main(argv: list[str]) -> int:
    """Serve the demo, take every picture, stop it. Returns 0, or 1 when a picture is too large."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/pictures/.")
    parser.add_argument("--port", type=int, default=8110, help="the staff site's port; the public site takes the next")
    port = parser.parse_args(argv).port
    surroundings = {**os.environ, "JOINEDUP_MODE": "demo", "JOINEDUP_VAR": str(PROJECT / "var" / "pictures")}
    words = [sys.executable, "-m", "joinedup", "demo", "--people", str(PEOPLE), "--port", str(port)]
    demo = subprocess.Popen(words, cwd=PROJECT, env=surroundings)
    try:
        _wait(demo, f"http://127.0.0.1:{port}/readyz")
        FOLDER.mkdir(exist_ok=True)
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
            for each in PICTURES:
                _take(browser, each, port)
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()
    return _sizes()


def _wait(demo: subprocess.Popen[bytes], address: str) -> None:
    """Until the demo answers."""
    ends = time.monotonic() + WAIT_SECONDS_LIMIT
    while time.monotonic() < ends and demo.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  (our own server, on this machine)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise SystemExit("The demo did not start; what it said stands above.")


def _take(browser: Browser, wanted: Picture, port: int) -> None:
    site = f"http://127.0.0.1:{port + 1 if wanted.public else port}"
    context = browser.new_context(
        viewport={"width": WIDTH, "height": wanted.height}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    if wanted.username:
        _sign_in(page, site, wanted.username)
    page.goto(site + wanted.path, wait_until="load")
    for link in wanted.links:
        page.goto(site + str(page.locator(link).first.get_attribute("href")), wait_until="load")
    page.screenshot(path=FOLDER / f"{wanted.name}.png", animations="disabled")
    print(f"{wanted.name}: {page.title()}", flush=True)
    context.close()


def _sign_in(page: Page, site: str, username: str) -> None:
    """By the one click that a demo has."""
    page.goto(f"{site}/sign-in/", wait_until="load")
    page.locator(f"form:has(input[value='{username}']) button, button[value='{username}']").first.click()
    page.wait_for_load_state("load")


def _sizes() -> int:
    large = [each.name for each in sorted(FOLDER.glob("*.png")) if each.stat().st_size > MOST_BYTES]
    for name in large:
        print(f"{name} is larger than {MOST_BYTES // 1000} kB: show less of the page.", file=sys.stderr)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
