"""Do the ordinary attacks on a web site fail here? One section each, over every address that the site has.

The addresses come from the URLconf (test_strangers.py), so a new page is attacked without anybody adding it.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from joinedup.access.roles import ROLES
from tests import factories
from tests.pages.test_strangers import addresses, filled
from tests.steps.telling import client

PROJECT = Path(__file__).resolve().parents[2]
EVIL = "https://evil.example/"
SCRIPT = '"><script>alert(1)</script>'
UUID_TEXT = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CODES = [role.code for role in ROLES]


@pytest.fixture(scope="module")
def scene(database):
    """A user of each role in a place, somebody whom none of them may see, and a person whom some may."""
    place = factories.place()
    users = {code: factories.user(code, place) for code in CODES}
    hidden, known = factories.person(place), factories.person(place)
    for code in ("coordinator", "practitioner", "case_manager"):
        factories.grant(users[code].id, known.id)
    return SimpleNamespace(place=place, users=users, hidden=hidden, known=known)


def routes(person_id: UUID) -> list[str]:
    """Every address, with this person wherever one stands; signing in and out has tests of its own below."""
    found = [filled(route, converters, person_id) for route, converters in addresses()]
    return [address for address in found if not address.startswith(("/sign-in/", "/healthz", "/readyz"))]


def browser_of(user: factories.MadeUser | None, **words):
    from django.conf import settings
    from django.test import Client

    made = Client(raise_request_exception=False, **words)
    if user is not None:
        made.cookies[settings.TOKEN_COOKIE] = user.token
    return made


# Requests sent from somewhere else


def test_no_address_takes_a_form_that_did_not_come_from_its_own_page(scene):
    browser = browser_of(scene.users["coordinator"], enforce_csrf_checks=True)
    before = factories.run("select count(*) from access_actionresult")
    for address in routes(scene.known.id):
        assert browser.post(address, {"request_key": uuid4().hex}).status_code == 403, address
    assert factories.run("select count(*) from access_actionresult") == before


def test_a_token_of_another_session_does_not_help(scene):
    browser = browser_of(scene.users["coordinator"], enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = "a" * 32
    sent = browser.post("/people/glass/", {"csrfmiddlewaretoken": "b" * 32})
    assert sent.status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_unusual_methods_change_nothing_and_break_nothing(scene, method):
    browser = browser_of(scene.users["coordinator"])
    for address in routes(scene.known.id):
        status = getattr(browser, method)(address).status_code
        assert 300 <= status < 500, f"{method} {address}: {status}"


# Framing, scripts, sniffing


@pytest.mark.parametrize("role", ["coordinator", "privacy_officer", "person", "nobody"])
def test_no_page_may_be_framed_or_run_foreign_script_or_be_guessed_at(scene, role):
    browser = browser_of(scene.users.get(role))
    walked = 0
    for address in [*routes(scene.known.id), *routes(scene.hidden.id), "/nothing-here/"]:
        page = browser.get(address)
        if not page.get("Content-Type", "").startswith("text/html"):
            assert page.get("X-Content-Type-Options") == "nosniff", address
            continue
        walked += 1
        policy = page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY", address
        for must in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'self'"):
            assert must in policy, f"{address}: {policy}"
        assert not re.search(r"unsafe-inline|unsafe-eval|https?:|\*", policy), f"{address}: {policy}"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["Referrer-Policy"] == "same-origin"
        text = page.content.decode()
        assert not re.findall(r"<[^>]+\son\w+=", text), f"{address} has an inline handler"
        assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?:https?:)?//", text), address
        for tag in re.findall(r"<script[^>]*>", text):
            assert "nonce=" in tag or "src=" in tag, f"{address}: {tag}"
    assert walked > 10


@pytest.mark.parametrize("role", ["coordinator", "privacy_officer", "analyst", "nobody"])
def test_what_stands_in_an_address_is_never_run(scene, role):
    browser = browser_of(scene.users.get(role))
    for address in routes(scene.known.id):
        words = dict.fromkeys(("q", "act", "after", "kind", "told_by", "whose", "next", "who", "postcode"), SCRIPT)
        text = browser.get(address, words).content.decode(errors="replace")
        assert "<script>alert" not in text, address


# Cookies and signing in


def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(database):
    from django.conf import settings
    from django.test import Client

    from tests.steps.test_accounts import joinedup

    name = f"new{uuid4().hex[:10]}"
    made = joinedup("user", "add", name, "--name", "New", "--role", "analyst", "--place", "E06000027", "--body", "RA9")
    password = made.stdout.split("password ")[1].split()[0]
    browser = Client()
    for target in (EVIL, "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example"):
        page = browser.post("/sign-in/", {"login": name, "password": password, "next": target})
        assert page.status_code == 302
        assert page["Location"].startswith("/"), target
        assert not page["Location"].startswith(("//", "/\\")), target
    for cookie in (settings.TOKEN_COOKIE, settings.SESSION_COOKIE_NAME):
        if cookie in browser.cookies:
            held = browser.cookies[cookie]
            assert held["httponly"], cookie
            assert held["samesite"] in ("Lax", "Strict"), cookie
            assert not held["domain"], cookie
    assert settings.TOKEN_COOKIE in browser.cookies


def test_in_production_cookies_travel_over_https_only(tmp_path):
    words = "from config.environment import environment; held = environment(); print(held.mode, held.secure_cookies)"
    wanted = {key: value for key, value in os.environ.items() if not key.startswith("JOINEDUP_")}
    done = subprocess.run([sys.executable, "-c", words], cwd=PROJECT, capture_output=True, text=True,
                          env=wanted | {"JOINEDUP_MODE": "production", "JOINEDUP_VAR": str(tmp_path)})  # fmt: skip
    assert done.stdout.split() == ["production", "True"], done.stderr


def test_whoever_is_sent_to_sign_in_comes_back_to_this_site_only(scene):
    page = browser_of(None).get(f"//evil.example/../people/{scene.known.id}/")
    assert not page.get("Location", "/").startswith(("//", "http"))
    page = browser_of(None).get("/people/", {"next": EVIL})
    assert page["Location"].startswith("/sign-in/?next=/people/")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example"])
def test_a_foreign_host_is_answered_by_nothing(scene, host):
    page = browser_of(scene.users["coordinator"]).get(f"/people/{scene.known.id}/", headers={"host": host})
    assert page.status_code == 400
    assert scene.known.family not in page.content.decode()


# Files in and out


def test_a_file_sent_to_any_address_is_kept_nowhere(scene):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = browser_of(scene.users["coordinator"])
    for address in routes(scene.known.id):
        mark = f"{uuid4().hex}.html"
        sent = browser.post(address, {"file": SimpleUploadedFile(mark, b"<script>alert(1)</script>", "text/html")})
        assert sent.status_code < 500, address
        body = b"".join(sent.streaming_content) if sent.streaming else sent.content
        assert mark not in body.decode(errors="replace")
        assert browser.get(f"/static/{mark}").status_code == 404


@pytest.mark.parametrize(
    "path", ["../config/settings.py", "..%2f..%2fconfig/settings.py", "/etc/passwd", "web/../../jinja.py"]
)
def test_static_files_are_those_of_the_site_alone(scene, path):
    page = browser_of(None).get(f"/static/{path}")
    assert page.status_code in (301, 302, 400, 404)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_is_a_formula(scene, start):
    officer, place = factories.user("privacy_officer", factories.place()), None
    [(place,)] = factories.run("select place_id from access_roleholding where subject_id = %s", [officer.id])
    bad = factories.user("practitioner", place)
    factories.run("update access_subject set label = %s where id = %s", [f'{start}cmd|"x"', bad.id])
    factories.log_row(actor_id=bad.id, person_id=factories.person(place).id, place_id=place)
    for address in ("/log/lines.csv", "/privacy/items.csv"):
        file = browser_of(officer).get(address)
        assert file.status_code == 200
        assert file["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert any("cmd|" in cell for cell in cells), address
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")], address


# Who is known here


def said(page) -> tuple[int, str]:
    """Status and text of an answer, with what differs in any two answers taken out."""
    text = page.content.decode(errors="replace") + page.get("Location", "")
    text = re.sub(r'nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"|form-[0-9a-f]{32}', "", text)
    return page.status_code, re.sub(UUID_TEXT, "KEY", text)


@pytest.mark.parametrize("role", [*CODES, "nobody"])
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_a_hidden_person_and_nobody_are_answered_alike(scene, role, method):
    browser, nothing, compared = browser_of(scene.users.get(role)), uuid4(), 0
    for route, converters in addresses():
        if "person_id" not in converters:
            continue
        words = {"request_key": f"test-{uuid4()}", "act": "opt_out", "words": "x"}
        answers = []
        for person_id in (scene.hidden.id, nothing):
            page = getattr(browser, method)(filled(route, converters, person_id), words)
            answers.append((*said(page), page.get("Content-Length") if method == "head" else None))
        assert answers[0][:2] == answers[1][:2], f"{method} {route} tells {role} who is known"
        compared += 1
    assert compared > 5


@pytest.mark.parametrize("text", ["' or 1=1 --", "%", "_", "\\", "*", "{family}' --", "%00", "a" * 190])
def test_no_search_text_finds_whom_the_caller_may_not_see(scene, text):
    browser = browser_of(scene.users["coordinator"])
    page = browser.get("/people/", {"q": text.format(family=scene.hidden.family)})
    assert page.status_code in (200, 422)
    assert str(scene.hidden.id) not in page.content.decode()
    assert scene.hidden.nhs_number not in page.content.decode()


def test_counts_and_titles_of_lists_say_nothing_of_the_hidden(scene):
    browser, elsewhere = browser_of(scene.users["coordinator"]), factories.user("coordinator", factories.place())
    for address in ("/people/questions/", "/requests/", "/assessments/", "/plans/mine/"):
        page, other = browser.get(address), client(elsewhere).get(address)
        for text in (page.content.decode(), other.content.decode()):
            assert scene.hidden.family not in text
            assert str(scene.hidden.id) not in text


def test_what_is_typed_about_people_is_not_kept_by_the_browser(scene):
    browser = browser_of(scene.users["coordinator"])
    for address, name in (("/people/", "q"), ("/people/glass/", "who")):
        [field] = re.findall(rf'<input[^>]+name="{name}"[^>]*>', browser.get(address).content.decode())
        assert 'autocomplete="off"' in field, address
        assert "no-store" in browser.get(address)["Cache-Control"]
