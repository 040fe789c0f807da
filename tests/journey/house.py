"""A house built from nothing, as a new user's: its own database, both sites in processes of their own, and a browser.

The sites run in demo mode, so that one click signs in; the day they stand on is moved forward by starting them again.
Nothing is written but by what a person could do: the command line, and pages in Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page

from tests.pages.browser import go

START_LIMIT_SECONDS = 90
PREPARE = "import config.demo_place; config.demo_place.prepare()"
FUNDS = "import config.demo_story as story; [story.open_pooled_fund(place) for place in (story.TORBAY, story.BRADFORD)]"
LOADED = "import config.demo_place; config.demo_place.load({folder!r})"


class House:
    """Both sites of a small place, standing on a day."""

    def __init__(self, folder: Path, static: Path, today: date) -> None:
        from config.embedded import port_is_free

        self.folder = folder
        self.port = next(port for port in range(8801, 8899, 2) if port_is_free(port) and port_is_free(port + 1))
        shutil.copytree(static, folder / "static")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JOINEDUP", "DJANGO"))}
        self.words: dict[str, str] = {**kept, "JOINEDUP_MODE": "demo", "JOINEDUP_VAR": str(folder)}
        self.today = today
        self.servers: list[subprocess.Popen] = []
        self.python(PREPARE, role="owner", ensure=True)
        self.python(FUNDS, role="app")
        self.go_to(today)

    @property
    def address(self) -> str:
        """Where the staff site is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def public(self) -> str:
        """Where the public site is."""
        return f"http://127.0.0.1:{self.port + 1}"

    def python(self, words: str, *, role: str, ensure: bool = False) -> None:
        """A few words of Python in a process of their own, as one database role."""
        start = f"from config.databases import start_django; start_django(role={role!r}, ensure={ensure})"
        self._run(sys.executable, "-c", f"{start}; {words}")

    def command(self, *words: object) -> str:
        """`joinedup` with these words; what it printed."""
        return self._run(sys.executable, "-m", "joinedup", *map(str, words))

    def _run(self, *words: str) -> str:
        done = subprocess.run(words, cwd=_project(), env=self._surroundings(), capture_output=True, text=True)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _surroundings(self) -> dict[str, str]:
        return self.words | {"JOINEDUP_TODAY": self.today.isoformat()}

    def go_to(self, day: date) -> None:
        """Stand on another day: both sites are started again there."""
        from config.public_site import command, surroundings

        self._stop_servers()
        self.today = day
        told = self._surroundings() | {"JOINEDUP_WEB_WORKERS": "1", "JOINEDUP_PUBLIC_URL": self.public}
        staff = [*command()[:-1], "config.wsgi_staff:application"]
        public = {name: value for name, value in surroundings(self.port + 1).items() if name in (
            "JOINEDUP_BIND", "JOINEDUP_POOL_SIZE", "JOINEDUP_DATABASE_ROLE", "DJANGO_SETTINGS_MODULE")}  # fmt: skip
        for words, more in ((staff, {"JOINEDUP_BIND": f"127.0.0.1:{self.port}"}), (command(), public)):
            self.servers.append(
                subprocess.Popen(words, cwd=_project(), env=told | more, stdout=subprocess.DEVNULL,
                                 stderr=(self.folder / "servers.log").open("a"))
            )  # fmt: skip
        until = time.monotonic() + START_LIMIT_SECONDS
        while not (_answers(self.address) and _answers(self.public)):
            assert all(server.poll() is None for server in self.servers), "a site stopped"
            assert time.monotonic() < until, "the sites did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop both sites and the database."""
        self._stop_servers()
        self.command("database", "stop")

    def _stop_servers(self) -> None:
        for server in self.servers:
            server.send_signal(signal.SIGQUIT)  # at once: nobody reads a page any more
        for server in self.servers:
            server.wait(timeout=20)
        self.servers = []


@contextmanager
def house(today: date) -> Iterator[House]:
    """A house that is there for a while."""
    from config.environment import PROJECT

    made = Path(os.environ.get("JOINEDUP_VAR", PROJECT / "var")).resolve()
    folder = made / "journey" / f"{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    standing = None
    try:
        standing = House(folder, made / "static", today)
        yield standing
    finally:
        if standing is not None:
            standing.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Visitor:
    """Somebody at a browser: signs in with one click, reads, fills in, presses. Each page must have answered well."""

    def __init__(self, browser: Browser, house: House, *, script: bool) -> None:
        self.house = house
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, username: str) -> None:
        """One click on the sign-in page, as the demo offers it."""
        self.open("/sign-in/")
        form = self.page.locator("form", has=self.page.locator(f'input[name="username"][value="{username}"]'))
        go(form.locator("button"))

    def open(self, path: str, status: int = 200) -> str:
        """The page at a path of the staff site, or at a whole address; its text."""
        answer = self.page.goto(path if path.startswith("http") else self.house.address + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{self.text()}"
        return self.text()

    def text(self) -> str:
        """What the page says, white space folded."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def says(self, *words: str) -> None:
        """The page says all of these."""
        text = self.text()
        assert [each for each in words if each not in text] == [], text

    def follow(self, words: str) -> str:
        """Follow the first link with these words; the text of the page it leads to. A new tab is followed here."""
        link = self.page.locator("main a, a.nhsuk-back-link", has_text=words).first
        assert link.count(), f"no link {words!r}: {self.text()}"
        return self.open(self._whole(link.get_attribute("href") or ""))

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill in fields by their names: text, a choice by its words, a radio or check box by its value."""
        for name, value in values.items():
            field = self.page.locator(f'[name="{name}"]:not([type="hidden"])').first
            kind = field.evaluate("e => e.tagName + ' ' + (e.type || '')")
            if kind.startswith("SELECT"):
                _choose(field, value)
            elif kind.endswith((" radio", " checkbox")):
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def press(self, words: str, *, among: str = "") -> str:
        """Press the button with these words, in the form that holds the text `among`; the text of what comes."""
        place = self.page.locator("form", has_text=among) if among else self.page
        button = place.get_by_role("button", name=words, include_hidden=True).first
        assert button.count(), f"no button {words!r}: {self.text()}"
        if not button.is_visible():
            self.page.locator("details", has=button).last.locator("summary").first.click()
        go(button)
        return self.text()

    def unfold(self, words: str) -> None:
        """Open the part of the page that is folded under these words, unless it stands open."""
        part = self.page.locator("details", has=self.page.locator("summary", has_text=words)).first
        if part.get_attribute("open") is None:
            part.locator("summary").first.click()

    def here(self) -> str:
        """The path of the open page."""
        return self.page.url.removeprefix(self.house.address)

    def _whole(self, href: str) -> str:
        return href if href.startswith(("http", "/")) else f"{self.page.url.split('?')[0]}{href}"

    def leave(self) -> None:
        """Close the browser's window; nothing went wrong in its scripts."""
        self.context.close()
        assert self.complaints == []


def _choose(field: Locator, value: str) -> None:
    """Choose by an option's value, else by words in its text."""
    offered = field.locator("option").evaluate_all("all => all.map(e => [e.value, e.textContent])")
    fitting = [key for key, text in offered if key == value] or [key for key, text in offered if value in text]
    assert fitting, f"{offered}, not {value!r}"
    field.select_option(fitting[0])


def _project() -> Path:
    from config.environment import PROJECT

    return PROJECT


def _answers(address: str) -> bool:
    try:
        return urlopen(f"{address}/healthz", timeout=2).status == 200
    except (URLError, OSError):
        return False
