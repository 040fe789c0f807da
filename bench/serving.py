"""A day of work over HTTP: the real server, four browsers at once, and each answer checked.

A is what people do: six record pages, three searches and one text written (form and post), put to gunicorn as
`joinedup serve` starts it, over kept connections. B is the address that says only that the process lives: what HTTP,
threads and this client cost by themselves. The client runs on the same processors, so the server never has both.
"""

from __future__ import annotations

import html
import http.client
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from bench.misspelt import SEED, misspelt_names
from bench.place import PROJECT, LoadedPlace
from bench.side_by_side import machine, say, summary

BROWSERS = 4
SECONDS_A_ROUND = 5
PACE = 25
GOALS = {"record_pages_a_second": 60, "record_p95_ms_at_25_a_second": 60, "mixed_a_second": 150, "mixed_p95_ms": 150}
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')

Work = Callable[["Browser", int], int]


class Browser:
    """One kept connection with the caller's cookies. A request that does not answer 200 or 302 counts as an error.

    By its number it writes about people of its own: two who write about one person at once would be asked to compare.
    """

    def __init__(self, port: int, token: str, number: int = 0) -> None:
        self.number = number
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"joinedup_token": token}
        self.times: list[float] = []
        self.errors = 0

    def get(self, address: str) -> str:
        """The page at an address."""
        return self._ask("GET", address, None)

    def post(self, address: str, form: dict[str, str]) -> str:
        """What a sent form answers."""
        return self._ask("POST", address, urlencode(form))

    def _ask(self, method: str, address: str, body: str | None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.times.append((time.perf_counter() - started) * 1_000)
        self.errors += answer.status not in (200, 302)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return content.decode()


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure for `rounds` times five seconds a part; the row adds record pages alone, and at 25 a second."""
    with place.connect("owner") as owner:
        people = [row[0] for row in owner.execute(
            "select id from person_person where canonical_id is null "
            "order by family_folded, given, birth_date, nhs_number, postcode, id"
        )]  # fmt: skip
        names = owner.execute("select given, family from person_person where canonical_id is null").fetchall()
    chosen = random.Random(SEED).sample(people, min(400, len(people)))
    texts = misspelt_names(names, 200)
    load_before = os.getloadavg()[0]
    seconds = rounds * SECONDS_A_ROUND

    def record(browser: Browser, turn: int) -> int:
        browser.get(f"/people/{chosen[turn % len(chosen)]}/")
        return 1

    def mixed(browser: Browser, turn: int) -> int:
        step = turn % 10
        if step < 6:
            return record(browser, turn)
        if step < 9:
            browser.get(f"/people/?q={quote(texts[turn % len(texts)])}")
            return 1
        return _write(browser, chosen[(turn * BROWSERS + browser.number) % len(chosen)])

    with _server(place) as port:
        for each in (record, mixed):
            _closed(port, place.token, each, 3)
        alive, _ = _closed(port, place.token, lambda browser, turn: len(browser.get("/healthz")) and 1, seconds)
        pages, page_errors = _closed(port, place.token, record, seconds)
        paced, late = _paced(port, place.token, record, seconds)
        done, errors = _closed(port, place.token, mixed, seconds)
    row = {
        "people": len(people), "a": summary(done), "b": summary(alive), "inputs": len(chosen), "answers": "checked",
        "mixed_a_second": round(len(done) / seconds, 1), "mixed_errors": errors,
        "record": summary(pages) | {"a_second": round(len(pages) / seconds, 1), "errors": page_errors},
        "record_at_25_a_second": summary(paced) | {"started_late": late}, "goals": GOALS, "browsers": BROWSERS,
        "machine": machine(load_before),
    }  # fmt: skip
    row["ratio"] = round(row["a"]["p50_ms"] / max(row["b"]["p50_ms"], 0.001), 2)
    say(f"  record pages {row['record']['a_second']} a second; mixed {row['mixed_a_second']} a second, {errors} errors")
    return row


def _write(browser: Browser, person: UUID) -> int:
    """Open the form of “About me” and send it back with a sentence in it."""
    address = f"/people/{person}/about-me/"
    page = browser.get(address)
    held = dict(_hidden(page))
    names = re.findall(r'<textarea[^>]*name="([^"]+)"', page)
    browser.post(address, held | dict.fromkeys(names, "Likes to be called by the first name."))
    return 2


def _hidden(page: str) -> Iterator[tuple[str, str]]:
    for tag in _HIDDEN.findall(page):
        found = dict(_ATTRIBUTE.findall(tag))
        yield found["name"], html.unescape(found.get("value", ""))


def _closed(port: int, token: str, work: Work, seconds: float) -> tuple[list[float], int]:
    """Each browser asks again as soon as it is answered; every time, and how many errors."""
    ends = time.monotonic() + seconds

    def drive(browser: Browser, number: int) -> None:
        turn = number * 97
        while time.monotonic() < ends:
            work(browser, turn)
            turn += 1

    return _driven(port, token, drive)


def _paced(port: int, token: str, work: Work, seconds: float) -> tuple[list[float], int]:
    """A request every 40 ms, whoever is free; how many started more than 20 ms late because nobody was."""
    begins = time.monotonic() + 0.2
    late = [0]

    def drive(browser: Browser, number: int) -> None:
        for turn in range(number, int(seconds * PACE), BROWSERS):
            wait = begins + turn / PACE - time.monotonic()
            late[0] += wait < -0.02
            time.sleep(max(wait, 0))
            work(browser, turn)

    times, _ = _driven(port, token, drive)
    return times, late[0]


def _driven(port: int, token: str, drive: Callable[[Browser, int], None]) -> tuple[list[float], int]:
    browsers = [Browser(port, token, number) for number in range(BROWSERS)]
    threads = [threading.Thread(target=drive, args=(each, number)) for number, each in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for browser in browsers for one in browser.times], sum(browser.errors for browser in browsers)


@contextmanager
def _server(place: LoadedPlace) -> Iterator[int]:
    """Gunicorn as `joinedup serve` starts it, on a free port of the loopback; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command: Sequence[str] = (
        sys.executable, "-m", "gunicorn", "-c", str(PROJECT / "config" / "gunicorn.py"),
        "config.wsgi_staff:application",
    )  # fmt: skip
    words = os.environ | {"JOINEDUP_BIND": f"127.0.0.1:{port}", "JOINEDUP_POOL_SIZE": "6"}
    server = subprocess.Popen(command, cwd=PROJECT, env=words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        try:
            if Browser(port, "").get("/healthz"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within half a minute")
