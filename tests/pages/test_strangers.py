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
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[KEYS.get(found.group(1), "nothing")], route)


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
