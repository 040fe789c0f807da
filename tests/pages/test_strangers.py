"""Every address, as every role, about somebody whom the caller has no reason to see: nothing shown, and it is logged.

The addresses come from the URLconf itself, so that a new page is walked without anybody remembering to add it.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from joinedup.access.roles import ROLES
from tests import factories

KEYS = {"person_id": "person", "code": "place", "side": "side"}


def addresses(patterns: object = None, before: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Every route of the staff site with its converters."""
    from django.urls import get_resolver
    from django.urls.resolvers import URLPattern

    for each in patterns if patterns is not None else get_resolver().url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route, each.pattern.converters
        else:
            yield from addresses(each.url_patterns, route)


def filled(route: str, converters: dict[str, object], person_id: UUID) -> str:
    """The address with this person's key wherever a key stands."""
    import re

    values = {"person": str(person_id), "place": "E06000027", "nothing": str(uuid4()), "side": "health"}

    def value(found: re.Match[str]) -> str:
        return "1" if found.group(1) == "int:" else values[KEYS.get(found.group(2), "nothing")]

    return "/" + re.sub(r"<(\w+:)?(\w+)>", value, route)


@pytest.fixture(scope="module")
def stranger_person(database) -> factories.MadePerson:
    """Somebody in Torbay whom no caller of these tests has a grant for."""
    return factories.person(family="Zzyxplanted")


def planted_words(person: factories.MadePerson) -> list[str]:
    """What must never be shown of them."""
    number = person.nhs_number
    return [person.family, number, f"{number[:3]} {number[3:6]} {number[6:]}", "What matters to Zzyxplanted"]


@pytest.mark.parametrize("role", [role.code for role in ROLES] + ["nobody"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_url_shows_a_stranger_nothing(database, stranger_person, role, method):
    from django.conf import settings
    from django.test import Client

    client = Client(raise_request_exception=False)
    caller = None
    if role != "nobody":
        elsewhere = factories.place("E08000032")
        caller = factories.user(role, elsewhere)
        client.cookies[settings.TOKEN_COOKIE] = caller.token
    walked = 0
    for route, converters in addresses():
        if route.startswith("sign-in/"):
            continue
        address = filled(route, converters, stranger_person.id)
        words = {
            "q": stranger_person.family,
            "expected_version": "1",
            "request_key": uuid4().hex,
            "most_important": "x",
            "how_to_support": "y",
            "postcode": "TQ1 1AA",
        }
        response = getattr(client, method)(address, words)
        walked += 1
        text = response.content.decode(errors="replace")
        assert response.status_code < 500, f"{method} {route} as {role}: {response.status_code}"
        if "person_id" in converters:
            assert response.status_code in (302, 403, 404, 405), f"{route} as {role} answered {response.status_code}"
        for planted in planted_words(stranger_person):
            echo = f'value="{planted}"'
            shown = text.replace(echo, "").replace(f"“{planted}”", "")
            assert planted not in shown, f"{route} shows {planted} to {role}"
    assert walked > 10
    if caller is not None and method == "get":
        refused = factories.run(
            "select count(*) from access_logentry where actor_id = %s and person_id = %s and outcome = 'refused'",
            [caller.id, stranger_person.id],
        )[0][0]
        assert refused > 0


def test_a_stranger_in_the_same_place_is_a_stranger(database, stranger_person):
    """A role in the person's own place gives no sight: only a grant does."""
    from django.conf import settings
    from django.test import Client

    caller = factories.user("practitioner", factories.place("E06000027"))
    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = caller.token
    response = client.get(f"/people/{stranger_person.id}/")
    assert response.status_code == 404
    assert stranger_person.family not in response.content.decode()


def test_the_same_person_is_seen_once_there_is_a_grant(database, stranger_person):
    """The test above would pass on a page that shows nothing to anybody: this one shows that it does show."""
    from django.conf import settings
    from django.test import Client

    caller = factories.user("practitioner", factories.place("E06000027"))
    factories.grant(caller.id, stranger_person.id)
    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = caller.token
    response = client.get(f"/people/{stranger_person.id}/")
    assert response.status_code == 200
    assert stranger_person.family in response.content.decode()


# Commands, jobs and exports: not an address, but a way in all the same

EXPORTS = {
    "/log/lines.csv": {"privacy_officer"}, "/privacy/items.csv": {"privacy_officer"},
    "/privacy/retention.csv": {"privacy_officer"},
    "/money/appeals.csv": {"practitioner", "case_manager", "commissioner", "accounting_officer"},
}  # fmt: skip


@pytest.mark.parametrize("role", [role.code for role in ROLES] + ["nobody"])
def test_an_export_is_for_its_role_alone(database, role):
    from django.conf import settings
    from django.test import Client

    client = Client()
    if role != "nobody":
        client.cookies[settings.TOKEN_COOKIE] = factories.user(role).token
    for address, roles in EXPORTS.items():
        status = client.get(address).status_code
        assert status == (200 if role in roles else 302 if role == "nobody" else 403), f"{address} as {role}"


def test_every_export_is_in_the_list_above_or_shows_no_person(database):
    """A new CSV or JSON address must say here who may take it."""
    found = {route for route, _ in addresses() if route.endswith((".csv", ".json", ".parquet", ".xml"))}
    assert {f"/{route}" for route in found} - set(EXPORTS) == {
        address
        for address in {f"/{route}" for route in found}
        if address.startswith(("/loads/", "/figures/", "/what-if/"))
    }


GRANTED = (
    "select p.oid::regprocedure::text, r.rolname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
    "cross join unnest(array['app', 'worker', 'loader', 'linker', 'extractor', 'gate', 'public_reader', 'backup']) "
    "r (rolname) where n.nspname = 'access' and has_function_privilege(r.rolname, p.oid, 'execute')"
)
ONE_ROLE_ALONE = {
    "seal": {"worker"}, "forget_ended": {"worker"}, "redeem": {"worker"}, "make_log_partitions": {"worker"},
    "expired_people": {"worker"}, "expired_recorded": {"worker"},
    "count_recorded": {"worker"}, "destroy_content": {"worker"},
    "load_opt_outs": {"loader"},
    "start_extract": {"extractor"}, "open_session": {"gate"}, "close_sessions": {"gate"}, "enter": {"app"},
    "break_glass": set(), "place_of": set(), "sign": set(), "fresh_token": set(), "people_matching": set(),
    "give_grant": {"app", "worker"}, "ask_glass": {"app"}, "open_glass": {"app"}, "unusual_looks": {"app"},
    "set_opt_out": {"app"}, "set_hold": {"app"}, "record_consent": {"app"}, "record_proxy": {"app"},
}  # fmt: skip


def test_each_powerful_function_of_the_database_is_its_roles_alone(database):
    held: dict[str, set[str]] = {}
    for signature, role in factories.run(GRANTED):
        held.setdefault(signature.split("(")[0].removeprefix("access."), set()).add(role)
    assert len(held) > 20
    for name, roles in ONE_ROLE_ALONE.items():
        assert held.get(name, set()) == roles, name


def test_no_function_tells_or_does_anything_for_nobody(database):
    """Each function that `app` may call, called by hand without a caller, refuses or answers with nothing."""
    import psycopg

    from config.databases import connection_words
    from config.environment import database_address

    answered: list[str] = []
    called = 0
    with psycopg.connect(**connection_words(database_address(), "app", database)) as connection:
        for signature, role in factories.run(GRANTED):
            name, _, arguments = signature.partition("(")
            if role != "app" or name == "access.record":  # writing a line without an actor is what `record` is for
                continue
            kinds = [kind for kind in arguments.rstrip(")").split(",") if kind]
            words = ", ".join(f"null::{kind}" for kind in kinds)
            called += 1
            try:
                rows = connection.execute(f"select * from {name}({words})").fetchall()
            except psycopg.Error:
                rows = []
            connection.rollback()
            if any(value not in (None, 0, False, "", []) for row in rows for value in row):
                answered.append(f"{signature}: {rows[:1]}")
    assert called > 20
    assert answered == []


@pytest.mark.parametrize("words", [
    ("retention", "run", "--as-at", "2999-01-01"), ("retention", "run", "--as-at", "soon"), ("retention",),
    ("opt-outs", "/nowhere/list.txt"), ("agreements", "/nowhere/a.yaml"), ("log",), ("user",),
    ("user", "close", "nobody-of-this-name"), ("extract", "--as-at", "soon"),
])  # fmt: skip
def test_a_command_that_is_asked_wrongly_refuses_and_names_nobody(database, words):
    from tests.steps.test_accounts import joinedup

    done = joinedup(*words)
    assert done.returncode not in (0, 5), done.stderr
    assert "Traceback" not in done.stderr
    assert "Planted" not in done.stdout + done.stderr
