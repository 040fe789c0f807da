"""Is where the sandbox's sensitive person lives shown or searchable anywhere, even where a body told it before?"""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests import factories
from tests.steps.loading import ICB, OTHER_ICB, Place
from tests.steps.telling import client, seen_by

SENSITIVE = "pds-fhir-patients/sandbox/Sensitive_Patient.json"
FULL = "pds-fhir-patients/patients/patient_9000000009.json"
TELLS = "NHS West Yorkshire Integrated Care Board"  # the sender of the earlier file: its name holds a county
GIVES_AWAY = ("address", "telecom", "generalPractitioner")
SISTER = {"name": {"family": "Plantedsister"}, "relationship": [{"text": "sister"}],
          "telecom": [{"system": "phone", "value": "01632 960999"}], "address": {"postalCode": "ZZ1 1ZZ"}}  # fmt: skip


@pytest.fixture(scope="module")
def hidden(database, given, tmp_path_factory) -> tuple[UUID, dict]:
    """The sensitive person, of whom another body told address, telephone and practice of the sandbox's full patient.

    With the planted parts, so that tests look for every text of them.
    """
    place, folder = Place(database), tmp_path_factory.mktemp("earlier")
    sensitive = json.loads((given / SENSITIVE).read_text())
    full = json.loads((given / FULL).read_text())
    planted = {name: full[name] for name in GIVES_AWAY} | {"contact": [SISTER]}
    earlier = {**sensitive, **planted, "meta": {"versionId": "1"}}
    (folder / "earlier.json").write_text(json.dumps(earlier))
    assert place.load(folder, source=OTHER_ICB).people_made == 1
    assert place.load(given / SENSITIVE, source=ICB).people_made == 0
    return place.person(sensitive["id"])[0], planted


def leads_home(planted: dict) -> list[str]:
    """Every text of the planted parts that could lead to them."""
    found = [address["postalCode"] for address in planted["address"] if "postalCode" in address]
    found += [line for address in planted["address"] for line in address.get("line", ())
              if len(line) > 3 and line not in TELLS]  # fmt: skip
    found += [telecom["value"] for telecom in planted["telecom"] if telecom.get("value")]
    found += [each["identifier"]["value"] for each in planted["generalPractitioner"]]
    found += ["Plantedsister", "01632 960999", "ZZ1 1ZZ"]
    return found


def test_the_sandbox_plants_something_to_hide(hidden) -> None:
    person, planted = hidden
    assert len(leads_home(planted)) >= 7
    assert factories.run("select title from person_timelineentry where person_id = %s", [person]) == [
        ("Plantedsister (sister)",)
    ]
    assert factories.run("select restricted from person_person where id = %s", [person]) == [(True,)]
    sent = factories.run("select c.person_facts::text from person_sourcecontent c where c.person_id = %s", [person])
    assert any(planted["address"][0]["postalCode"] in facts for (facts,) in sent)


@pytest.mark.parametrize("page", ["", "facts/", "summary/"])
def test_no_page_shows_it(hidden, page) -> None:
    person, planted = hidden
    user = seen_by(factories.user("practitioner"), person)
    shown = client(user).get(f"/people/{person}/{page}").content.decode()
    assert "Smythe" in shown
    for text in leads_home(planted):
        assert text not in shown, text


def test_no_document_carries_it(hidden) -> None:
    person, planted = hidden
    user = seen_by(factories.user("practitioner"), person)
    answer = client(user).post(f"/loads/record/{person}/", {"sensitive": "on"})
    sent = b"".join(answer.streaming_content).decode()
    assert "Smythe" in sent
    for text in leads_home(planted):
        assert text not in sent, text


def test_it_finds_nobody_whoever_searches_or_traces(hidden) -> None:
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.base import clock
    from joinedup.door.queries import trace
    from joinedup.person.queries import search

    person, planted = hidden
    postcode = planted["address"][0]["postalCode"]
    user, stranger = seen_by(factories.user("coordinator"), person), factories.user("coordinator")
    with transaction.atomic():
        caller = enter(user.token)
        for text in (postcode, f"smythe {postcode}", f"smythe {postcode.split()[0]}"):
            assert person not in [each.person_id for each in search(caller, user.token, text, clock.now()).found], text
        [found] = [each for each in search(caller, user.token, "smythe", clock.now()).found if each.person_id == person]
        assert (found.postcode, found.practice) == ("", "")
    with transaction.atomic():
        caller = enter(stranger.token)
        for text in (f"smythe {postcode}", "9000000025 smythe"):
            assert trace(caller, stranger.token, text, clock.now()) == []
