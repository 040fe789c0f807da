"""Accounts are made and closed by whoever runs the installation, and closing one ends everything at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests import factories

PROJECT = Path(__file__).resolve().parents[2]


def joinedup(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, against this worker's database."""
    return subprocess.run(
        [sys.executable, "-m", "joinedup", *words], cwd=PROJECT, env=os.environ.copy(), capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def made(database) -> tuple[str, str]:
    """An account made from the command line: its name and first password."""
    name = f"new{uuid4().hex[:10]}"
    done = joinedup("user", "add", name, "--name", "New Person", "--role", "practitioner", "--place", "E06000027",
                    "--body", "RA9")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return name, done.stdout.split("password ")[1].split()[0]


def test_an_account_signs_in_with_its_first_password(database, made):
    from django.conf import settings
    from django.test import Client

    client = Client()
    page = client.post("/sign-in/", {"login": made[0], "password": made[1]})
    assert page.status_code == 302
    assert client.cookies[settings.TOKEN_COOKIE].value
    assert client.get("/people/").status_code == 200
    changing = client.get("/sign-in/password").content.decode()
    assert "<li>Your password must contain at least 12 characters.</li>" in changing
    assert "&lt;" not in changing[changing.index("<main") :]


def test_a_wrong_password_is_refused_and_logged_without_the_name(database, made):
    from django.conf import settings
    from django.test import Client

    client = Client()
    page = client.post("/sign-in/", {"login": made[0], "password": "not it at all"})
    assert page.status_code == 200
    assert settings.TOKEN_COOKIE not in client.cookies
    rows = factories.run(
        "select reason, actor_id from access_logentry where act = 'session.opened' and outcome = 'refused'"
    )
    assert ("wrong-password", None) in rows


def test_signing_out_ends_the_token_at_once(database, made):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.post("/sign-in/", {"login": made[0], "password": made[1]})
    token = client.cookies[settings.TOKEN_COOKIE].value
    client.post("/sign-in/out")
    thief = Client()
    thief.cookies[settings.TOKEN_COOKIE] = token
    assert thief.get("/people/").status_code == 302


def test_a_second_factor_is_asked_for_once_it_is_set_up(database, made):
    import time

    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
    from django.conf import settings
    from django.test import Client

    from joinedup.access.models import User

    user = User.objects.using("gate").get(username=made[0])
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    client = Client()
    page = client.post("/sign-in/", {"login": made[0], "password": made[1]})
    assert page.url.startswith("/sign-in/second-factor")
    assert settings.TOKEN_COOKIE not in client.cookies
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post("/sign-in/second-factor", {"code": code}).status_code == 302
    assert client.cookies[settings.TOKEN_COOKIE].value
    user.authenticator_set.all().delete()


def test_one_click_sign_in_does_not_exist_outside_demo_mode(database):
    from django.test import Client

    assert Client().post("/sign-in/demo", {"username": "anybody"}).status_code == 403


def test_closing_an_account_ends_its_sessions_and_roles(database):
    from django.conf import settings
    from django.test import Client

    caller = factories.user("practitioner", factories.place("E06000027"))
    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = caller.token
    assert client.get("/people/").status_code == 200
    done = joinedup("user", "close", caller.username)
    assert done.returncode == 0, done.stderr
    assert client.get("/people/").status_code == 302
    held = "select count(*) from access_roleholding where subject_id = %s and ends_at is null"
    assert factories.run(held, [caller.id]) == [(0,)]


def test_an_unknown_role_is_refused_with_the_list(database):
    done = joinedup("user", "add", f"x{uuid4().hex[:8]}", "--name", "X", "--role", "wizard", "--place", "E06000027",
                    "--body", "RA9")  # fmt: skip
    assert done.returncode == 2
    assert "coordinator" in done.stderr


def test_where_a_member_of_staff_lives_is_noted_and_read_by_no_serving_role(database, made):
    done = joinedup("user", "home", made[0], "--family", "O'Brien-Smith", "--postcode", "tq1 1aa")
    assert done.returncode == 0, done.stderr
    assert "O'Brien" not in done.stdout
    [(family, postcode)] = factories.run(
        "select family_folded, postcode from access_staffhome h join access_subject s on s.id = h.subject_id "
        "where s.code = %s",
        [f"user:{made[0]}"],
    )
    assert postcode == "TQ1 1AA"
    assert "brien" in family
    assert joinedup("user", "home", "nobody-of-this-name").returncode != 0
