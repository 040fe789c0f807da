"""Is somebody found by whatever is known of them, only by those who may see them, and is the search logged first?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests import factories
from tests.steps.telling import AT, body, client, lives, named, seen_by, somebody, tell

TOLD = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def known(database):
    """Zebedee O'Brienz of TQ9, whom one co-ordinator may see; and his number."""
    number, person = factories.nhs_number(), somebody()
    tell(
        person, body("Search Trust"), TOLD, names=named("Zebedee Quillon", "O'Brienz"), birth_date="1931-07-09",
        nhs_number=number, nhs_number_verified=True, addresses=lives("4 Known Row", "TQ9 5ZZ"), gender="male",
    )  # fmt: skip
    return SimpleNamespace(person=person, number=number, user=seen_by(factories.user("coordinator"), person))


def found(user, text: str) -> list:
    """Keys of the people that a search as this user finds."""
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.person.queries import search

    with transaction.atomic():
        caller = enter(user.token)
        return [each.person_id for each in search(caller, user.token, text, AT).found]


@pytest.mark.parametrize(
    "text",
    [
        "zebedee o'brienz", "o'brienz zebedee", "O’BRIENZ", "obrienz", "o brienz", "zebedee obrienz", "zebadee obrienz",
        "obrinz", "quillon obrienz", "09/07/1931", "1931-07-09", "obrienz 9.7.1931", "tq9 5zz", "TQ95ZZ",
        "obrienz tq95zz", "obrienz, zebedee 09/07/1931 TQ9 5ZZ",
    ],
)  # fmt: skip
def test_a_person_is_found_by_whatever_is_known_of_them(known, text):
    assert known.person in found(known.user, text)


@pytest.mark.parametrize("shape", ["{}", "{0:.3} {1} {2}", "{0:.3}-{1}-{2}"])
def test_a_person_is_found_by_nhs_number_in_any_spacing(known, shape):
    number = known.number
    text = number if shape == "{}" else shape.format(number, number[3:6], number[6:])
    assert found(known.user, text) == [known.person]


@pytest.mark.parametrize("text", ["obrienz 10/07/1931", "obrienz tq9 5zx", "wotherspoon"])
def test_a_wrong_key_finds_nobody(known, text):
    assert found(known.user, text) == []


def test_a_restricted_person_is_found_only_by_those_with_a_grant(database):
    family, person = f"Hid{uuid4().hex[:8]}", somebody()
    place, trust = factories.place(factories.TORBAY), body("Quiet Trust")
    postcode = "TQ7 4ZQ"
    tell(person, trust, TOLD, names=named("Una", family), birth_date="1950-01-02", addresses=lives("1 Hide", postcode))
    tell(person, trust, AT, names=named("Una", family), birth_date="1950-01-02", restricted=True)
    granted, other = seen_by(factories.user("coordinator", place), person), factories.user("coordinator", place)
    assert found(granted, family) == [person]
    assert found(other, family) == []
    assert found(granted, postcode) == []
    page = client(granted).get("/people/", {"q": family}).content.decode()
    assert "Restricted" in page
    assert postcode not in page
    assert "1 Hide" not in page


def test_somebody_of_another_place_finds_nothing(known):
    stranger = factories.user("coordinator", factories.place(factories.BRADFORD))
    page = client(stranger).get("/people/", {"q": "obrienz"})
    assert page.status_code == 200
    assert "Nobody found" in page.content.decode()
    assert known.number not in page.content.decode()


def test_only_care_roles_search_and_the_refusal_is_logged(known):
    analyst = factories.user("analyst")
    assert client(analyst).get("/people/", {"q": "obrienz"}).status_code == 403
    logged = factories.run("select act, outcome, reason from access_logentry where actor_id = %s", [analyst.id])
    assert logged == [("page.refused", "refused", "permission-missing")]


def test_the_search_is_logged_before_it_runs_with_kinds_of_key_and_never_the_text(known, monkeypatch):
    user = factories.user("coordinator")

    def broken(*_):
        raise RuntimeError("the database fell over")

    monkeypatch.setattr(sys.modules["joinedup.person.queries.search"], "_found", broken)
    with pytest.raises(RuntimeError):
        found(user, "obrienz 09/07/1931")
    logged = factories.run("select act, outcome, reason from access_logentry where actor_id = %s", [user.id])
    assert logged == [("people.searched", "done", "name.birth_date")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "Nothing in this text could be looked for"),
        ("999 000 0019", "last digit does not fit"),
        ("wotherspoon", "Nobody whose record you may see matches"),
    ],
)
def test_the_page_says_what_to_try(known, text, said):
    assert said in client(known.user).get("/people/", {"q": text}).content.decode()


def test_an_empty_box_is_an_error_and_not_a_search(known):
    user = factories.user("coordinator")
    page = client(user).get("/people/", {"q": " "})
    assert page.status_code == 422
    assert "Enter a name" in page.content.decode()
    assert factories.run("select act from access_logentry where actor_id = %s", [user.id]) == []


def test_twenty_at_most_and_the_page_says_so(database):
    family, place = f"Many{uuid4().hex[:8]}", factories.place(factories.TORBAY)
    user, trust = factories.user("coordinator", place), body("Many Trust")
    people = [somebody(place) for _ in range(21)]
    for number, person in enumerate(people):
        tell(person, trust, TOLD, names=named(f"Number{number}", family), birth_date="1940-02-03")
    seen_by(user, *people)
    assert len(found(user, family)) == 20
    assert "Only the first 20 are shown" in client(user).get("/people/", {"q": family}).content.decode()
