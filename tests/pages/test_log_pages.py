"""Can the person concerned and the privacy officer read who looked, nobody else, and does no log line hold a name?"""

from __future__ import annotations

import io
import logging
from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.steps.telling import AT, body, client, event, named, seen_by, somebody, tell
from tests.steps.test_record import about_me, text_of

PLANTED = "Quetzalcoatlowicz"


@pytest.fixture
def place(database):
    return factories.place()


@pytest.fixture
def person(place) -> UUID:
    made = somebody(place)
    tell(made, body("Log Trust"), AT, names=named("Xochitl", PLANTED), birth_date="1939-04-05")
    event(made, body("Log Council"), "contact", f"Visit by {PLANTED}", AT.date())
    return made


def test_the_person_sees_who_looked_and_why_and_who_was_refused(place, person):
    worker, stranger, me = (factories.user(role, place) for role in ("coordinator", "coordinator", "person"))
    factories.run("update access_subject set label = 'Rosalind (district nurse)' where id = %s", [worker.id])
    seen_by(worker, person)
    factories.grant(me.id, person, "own_record")
    client(worker).get(f"/people/{person}/")
    client(stranger).get(f"/people/{person}/")
    home = client(me).get("/people/mine/")
    assert (home.status_code, home["Location"]) == (302, f"/people/{person}/")
    page = text_of(client(me).get(f"/people/{person}/looks/"))
    assert "Who looked at my record" in page
    assert "Rosalind (district nurse)" in page
    assert "Opened the record" in page
    assert "Direct care" in page
    assert "No right to see this record, or no such record" in page
    assert PLANTED not in page


def test_who_looked_is_for_the_person_and_privacy_officers_of_the_place_alone(place, person):
    worker = seen_by(factories.user("coordinator", place), person)
    client(worker).get(f"/people/{person}/")
    address, nothing = f"/people/{person}/looks/", uuid4()
    assert client(worker).get(address).status_code == 403
    assert client(factories.user("person", place)).get(address).status_code == 403
    assert client(None).get(address)["Location"].startswith("/sign-in/")
    officer, elsewhere = factories.user("privacy_officer", place), factories.user("privacy_officer", factories.place())
    assert "Opened the record" in text_of(client(officer).get(address))
    unseen = client(elsewhere).get(address)
    assert unseen.status_code == 404
    assert text_of(unseen) == text_of(client(elsewhere).get(f"/people/{uuid4()}/looks/"))
    assert client(officer).get(f"/people/{person}/").status_code == 403
    client(factories.user("coordinator", place)).get(f"/people/{nothing}/")
    assert client(officer).get(f"/people/{nothing}/looks/").status_code == 404


def test_the_privacy_officer_reads_the_log_of_their_places_by_act_and_page_and_file(place, person):
    officer = factories.user("privacy_officer", place)
    for _ in range(55):
        factories.log_row(person_id=person, place_id=place, act="record.opened")
    factories.log_row(place_id=place, act="people.searched")
    factories.log_row(place_id=factories.place(), act="grant.given")
    first = client(officer).get("/log/")
    assert first.content.decode().count("Opened the record</td>") + text_of(first).count("Searched ") >= 49
    assert "Gave somebody sight" not in text_of(first).split("Lines of the log")[1]
    only = text_of(client(officer).get("/log/", {"act": "people.searched"})).split("Lines of the log")[1]
    assert "Searched" in only
    assert "Opened the record" not in only
    older = client(officer).get(first.content.decode().split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
                                .replace("&amp;", "&").replace("?", "/log/?", 1))  # fmt: skip
    assert older.status_code == 200
    assert "Newest" in text_of(older)
    file = client(officer).get("/log/lines.csv?act=record.opened")
    assert file["Content-Type"].startswith("text/csv")
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "when,who,body,what,outcome,why,record"
    assert len(rows) == 56
    acts = [act for (act,) in factories.run("select act from access_logentry where actor_id = %s", [officer.id])]
    assert {"log.read", "log.exported"} <= set(acts)


@pytest.mark.parametrize("role", ["coordinator", "person", "analyst", "administrator", "board_member"])
def test_the_log_is_for_privacy_officers_alone(place, role):
    for address in ("/log/", "/log/lines.csv"):
        assert client(factories.user(role, place)).get(address).status_code == 403


def test_structured_logs_hold_no_name_and_a_fault_shows_none(place, person, monkeypatch):
    from joinedup.web.logging import StructuredFormatter

    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(StructuredFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        worker, other = (seen_by(factories.user("coordinator", place), person) for _ in range(2))
        browser = client(worker)
        assert PLANTED in browser.get("/people/", {"q": f"Xochitl {PLANTED}"}).content.decode()
        assert PLANTED in browser.get(f"/people/{person}/").content.decode()
        about_me(worker, person, f"I am {PLANTED}", 0, f"form-{uuid4().hex}")
        assert PLANTED in about_me(other, person, f"Not {PLANTED}", 0, f"form-{uuid4().hex}").content.decode()
        client(factories.user("coordinator", place)).get(f"/people/{person}/", {"after": PLANTED})

        def fault(*_, **__):
            raise RuntimeError(f"fell over on {PLANTED}")

        monkeypatch.setattr("joinedup.person.views.queries.record", fault)
        broken = browser.get(f"/people/{person}/", {"kind": PLANTED})
        assert broken.status_code == 500
        assert PLANTED not in broken.content.decode()
        assert "Something went wrong" in text_of(broken)
    finally:
        root.removeHandler(handler)
    lines = kept.getvalue()
    assert '"status": 500' in lines
    assert "RuntimeError" in lines
    assert PLANTED.lower() not in lines.lower()
    assert "Xochitl" not in lines
    assert not factories.run("select 1 from access_logentry l where to_jsonb(l)::text ilike %s", [f"%{PLANTED}%"])
