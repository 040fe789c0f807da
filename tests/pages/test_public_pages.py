"""Is the public site what anybody may see, and nothing else: by postcode, with released figures, without a script?

The real server runs in a process of its own, under its own settings and role, over this test's database.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date
from types import SimpleNamespace
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest

from config.public_site import command, surroundings
from tests import care_scene as care
from tests import factories as make
from tests.outcomes.invented import Stay, write_extract
from tests.pages.browser import DESKTOP, PHONE, axe, chromium, go, overflows

START_LIMIT_SECONDS = 60


def released(place_code: str, extracts, *, stays: int = 20) -> str:
    """A released set of figures of a place; returns its key."""
    from joinedup.outcomes.actions import approve_release, prepare_release

    place_id = make.place(place_code)
    days = [Stay(date(2026, 9, 1 + day)) for day in range(stays)] + [Stay(date(2026, 8, 1)), Stay(date(2026, 8, 2))]
    plans = [("agreed", True)] * 19 + [("agreed", False)]
    write_extract(extracts, place=place_code, older_people=150, stays=days, plans=plans)
    analyst, board = make.user("analyst", place_id), make.user("board_member", place_id)
    make.run("update access_subject set label = 'Robin Namedhere' where id = %s", [board.id])
    release_id = care.do(prepare_release, analyst, place_id=place_id, extracts=extracts)
    care.do(approve_release, board, release_id=release_id, expected_version=1)
    return release_id


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    """The public site, with figures of Torbay, and a postcode of it."""
    from config.embedded import port_is_free

    released(make.TORBAY, tmp_path_factory.mktemp("public"))
    make.run("insert into places_postcode (postcode, council_code) values ('TQ1 1ZZ', %s), ('ZE1 1ZZ', 'S12000027') "
             "on conflict do nothing", [make.TORBAY])  # fmt: skip
    port = next(port for port in range(8741, 8799) if port_is_free(port))
    server = subprocess.Popen(command(), env=surroundings(port) | {"JOINEDUP_WEB_WORKERS": "1"}, cwd=make_project(),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + START_LIMIT_SECONDS
    while not _answers(address):
        assert server.poll() is None, "the public site stopped"
        assert time.monotonic() < until, "the public site did not start"
        time.sleep(0.2)
    yield SimpleNamespace(address=address, pid=server.pid)
    server.terminate()
    server.wait(timeout=20)


def make_project():
    from config.environment import PROJECT

    return PROJECT


def _answers(address: str) -> bool:
    try:
        return urlopen(f"{address}/healthz", timeout=2).status == 200
    except (URLError, TimeoutError):  # on a busy machine the first answer takes its time
        return False


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def fetch(site, path: str, **headers: str) -> SimpleNamespace:
    try:
        answer = build_opener(NoRedirect).open(Request(site.address + path, headers=headers), timeout=30)
    except HTTPError as error:
        answer = error
    return SimpleNamespace(status=answer.status, headers=answer.headers, text=answer.read().decode())


def test_from_a_postcode_to_who_is_in_charge_and_how_they_do(site):
    found = fetch(site, "/?postcode=tq1%201zz")
    assert (found.status, found.headers["Location"]) == (302, f"/places/{make.TORBAY}/")
    page = fetch(site, found.headers["Location"]).text
    for words in (
        "Who is in charge", "Elected by residents", "Appointed", "Vacant", "Torbay Health and Wellbeing Board",
        "Agreed plans with a named case manager", "95%", "Every agreed plan has a named case manager. (100 per cent)",
        "Between 76.4 and 99.1", "19 of 20", "Days from first contact to first service", "Nothing to count",
        "Emergency admissions of people aged 65 and over", "No promise set", "Days in hospital after being ready",
        "Joint share of spending on care", "Released by Robin Namedhere, board member, on 2 November 2026",
        "How to complain", "Local Government and Social Care Ombudsman",
    ):  # fmt: skip
        assert words in page, words
    assert "Suppressed: the number is small and somebody could be known by it" in page  # August
    assert "Suppressed: without this, a smaller number could be worked out" in page  # so September too


def test_a_postcode_that_is_none_or_elsewhere_is_told_so(site):
    assert fetch(site, "/?postcode=nonsense").status == 422
    elsewhere = fetch(site, "/?postcode=ZE1%201ZZ")
    assert elsewhere.status == 404
    assert "a council that is not shown here" in elsewhere.text
    assert "nonsense" not in fetch(site, "/?postcode=nonsense").text
    assert fetch(site, "/?postcode=TQ9%209QQ").status == 404
    assert fetch(site, "/places/E99999999/").status == 404


def test_a_place_without_a_release_says_so(site):
    assert "have been released yet" in fetch(site, f"/places/{make.BRADFORD}/").text


def test_a_page_is_the_same_bytes_until_something_is_released(site, tmp_path):
    path = f"/places/{make.TORBAY}/"
    first, second = fetch(site, path), fetch(site, path)
    assert first.text == second.text
    assert first.headers["ETag"] == second.headers["ETag"]
    assert fetch(site, path, **{"If-None-Match": first.headers["ETag"]}).status == 304
    assert fetch(site, path, **{"If-None-Match": '"another"'}).status == 200
    released(make.TORBAY, tmp_path, stays=25)
    later = fetch(site, path, **{"If-None-Match": first.headers["ETag"]})
    assert later.status == 200
    assert later.headers["ETag"] != first.headers["ETag"]
    assert "Figures released before" in later.text


def test_no_cookie_no_script_no_other_host_and_small(site):
    for path in ("/", f"/places/{make.TORBAY}/", "/nothing-here", "/?postcode=nonsense"):
        page = fetch(site, path)
        assert page.headers["Set-Cookie"] is None
        assert "<script" not in page.text
        assert 'src="http' not in page.text
        assert 'href="http' not in page.text
        assert "script-src 'none'" in page.headers["Content-Security-Policy"]
        assert len(page.text) < 64 * 1024


def test_no_page_of_the_staff_site_is_there(site):
    for path in ("/people/", "/sign-in/", "/figures/", "/tour", "/readyz", "/log/", "/plans/mine/"):
        assert fetch(site, path).status == 404, path


def test_the_server_works_as_the_publics_role_and_knows_nothing_of_people(site, database):
    words = (
        "import config.wsgi_public, sys; from django.db import connection; from django.apps import apps; "
        "from django.test import Client; from django.conf import settings; "
        "settings.ALLOWED_HOSTS.append('testserver'); Client().get('/places/E06000027/'); "
        "c = connection.cursor(); c.execute('select current_user'); print(c.fetchone()[0]); "
        "print(sorted(a.label for a in apps.get_app_configs())); print(sorted(m for m in sys.modules if "
        "m.startswith(('joinedup.access', 'joinedup.person', 'joinedup.plan', 'joinedup.extract', 'ibis', 'duckdb', "
        "'allauth'))))"
    )
    environment = surroundings(0) | {"JOINEDUP_POOL_SIZE": "0", "JOINEDUP_DATABASE_ROLE": "app"}
    done = subprocess.run([sys.executable, "-c", words], env=environment, cwd=make_project(), capture_output=True,
                          text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    role, labels, modules = done.stdout.splitlines()[-3:]
    assert role == "public_reader"
    assert labels == "['csp', 'outcomes', 'places', 'postgres', 'public', 'staticfiles', 'web']"
    assert modules == "[]"


def test_the_settings_refuse_any_other_role():
    environment = surroundings(0) | {"JOINEDUP_DATABASE_ROLE": "app"}
    done = subprocess.run([sys.executable, "-c", "import config.settings_public"], env=environment, cwd=make_project(),
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode != 0
    assert "public-role" in done.stderr


@pytest.mark.browser
def test_the_pages_read_well_on_a_desk_and_on_a_phone(site):
    with chromium() as browser:
        for size in (DESKTOP, PHONE):
            page = browser.new_context(viewport=size).new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            for path in ("/", f"/places/{make.TORBAY}/", f"/places/{make.BRADFORD}/"):
                page.goto(site.address + path)
                assert axe(page) == []
                assert not overflows(page), path
            assert said == []
            page.goto(site.address)
            page.get_by_label("Your postcode").fill("TQ1 1ZZ")
            go(page.get_by_role("button", name="Show my place"))
            assert page.get_by_role("heading", level=1).inner_text() == "Torbay"
