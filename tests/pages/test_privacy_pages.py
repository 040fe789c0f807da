"""Do the pages of broken glass, of questions about looks and of the privacy desk work, for the right people only?"""

from __future__ import annotations

import re
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests import factories
from tests.pages import browser as chrome
from tests.steps.telling import client
from tests.steps.test_record import text_of

WORDS = "=1+1 collapsed in the street; medicines needed"


@pytest.fixture(scope="module")
def scene(database):
    """A person, whoever they are themselves, a nurse without sight, and the privacy officer."""
    place = factories.place()
    person = factories.person(place, family=f"Glass{uuid4().hex[:8]}")
    me = factories.user("person", place)
    factories.grant(me.id, person.id, "own_record")
    return SimpleNamespace(place=place, person=person, me=me, nurse=factories.user("practitioner", place),
                           officer=factories.user("privacy_officer", place))  # fmt: skip


def form(page, **words) -> dict[str, str]:
    """The hidden fields of a page, and these words."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return dict(hidden) | words


def agreed(scene) -> None:
    """One agreement of the place, one consent and one proxy, for pages to show."""
    from tests.steps.test_sharing import agreement, authority, do

    [(trust,)] = factories.run("select body_id from person_sourceidentity where person_id = %s", [scene.person.id])
    agreement(factories.place(), (trust, True, True))
    do(scene.me, "record_consent", person_id=scene.person.id, receiver_id=factories.subject(), how="At the surgery")
    do(factories.user("administrator", scene.place), "record_proxy", person_id=scene.person.id,
       subject_id=factories.user("person", scene.place).id, authority=authority())  # fmt: skip


def broken(scene, browser=None):
    browser = browser or client(scene.nurse)
    page = browser.get("/people/glass/")
    return browser.post("/people/glass/", form(page, who=f"{scene.person.nhs_number} 01/05/1938",
                                               reason="life_at_risk", words=WORDS))  # fmt: skip


def test_from_a_refused_record_to_sight_for_an_hour_and_to_the_officer_and_the_person(scene):
    browser = client(scene.nurse)
    refused = browser.get(f"/people/{scene.person.id}/")
    assert refused.status_code == 404
    assert "/people/glass/" in refused.content.decode()
    nothing = browser.get(f"/people/{uuid4()}/")
    assert text_of(refused) == text_of(nothing)
    assert "/people/glass/" not in client(scene.officer).get(f"/people/{uuid4()}/").content.decode()
    opened = broken(scene, browser)
    assert (opened.status_code, opened["Location"]) == (302, f"/people/{scene.person.id}/")
    record = text_of(browser.get(f"/people/{scene.person.id}/"))
    assert scene.person.family in record
    assert "You broke the glass. You see this record until" in record
    officer = client(scene.officer)
    desk = officer.get("/privacy/")
    assert "A life is at risk" in text_of(desk)
    assert WORDS in text_of(desk)
    assert scene.person.family not in text_of(desk)
    assert officer.get(f"/people/{scene.person.id}/").status_code == 403
    file = officer.get("/privacy/items.csv").content.decode("utf-8-sig")
    assert "A life is at risk: =1+1" in file
    assert not [cell for row in file.splitlines()[1:] for cell in row.split(",") if cell.startswith("=")]
    looks = text_of(client(scene.me).get(f"/people/{scene.person.id}/looks/"))
    assert "Broke the glass: sight for one hour" in looks
    assert "A life is at risk" in looks
    assert WORDS not in looks


def test_the_person_asks_and_the_officer_answers_and_reviews(scene):
    broken(scene, client(factories.user("practitioner", scene.place)))
    me, officer = client(scene.me), client(scene.officer)
    looks = me.get(f"/people/{scene.person.id}/looks/").content.decode()
    address = re.findall(r'href="(/people/[^"]+/question/)"', looks)[0]
    asked = me.post(address, form(me.get(address), words="Why?"))
    assert asked.status_code == 302
    assert "Asked. Answer due by" in text_of(me.get(f"/people/{scene.person.id}/looks/"))
    assert client(scene.nurse).get(address).status_code == 403
    desk = officer.get("/privacy/").content.decode()
    for kind, words in (("questions", {"found": "wrongful", "words": "It was wrong; we have acted."}),
                        ("glass", {"found": "questioned", "words": "Asked the ward."})):  # fmt: skip
        to_do = re.findall(rf'href="(/privacy/{kind}/[^"]+/)"', desk)[0]
        page = officer.get(to_do)
        assert page.status_code == 200
        assert officer.post(to_do, form(page)).status_code == 422
        assert officer.post(to_do, form(page, **words)).status_code == 302
        assert officer.get(to_do).status_code == 404
        assert client(scene.nurse).get(to_do).status_code == 403
    assert "The look was wrong. It was wrong; we have acted." in text_of(me.get(f"/people/{scene.person.id}/looks/"))
    assert "Asked the ward." in text_of(officer.get("/privacy/"))


def test_an_unusual_look_is_reviewed_on_its_page(scene):
    factories.log_row(actor_id=factories.user("practitioner", scene.place).id, person_id=scene.person.id,
                      place_id=scene.place)  # fmt: skip
    officer = client(scene.officer)
    address = re.findall(r'href="(/privacy/items/no_relationship[^"]+)"', officer.get("/privacy/").content.decode())[0]
    assert (
        officer.post(address, form(officer.get(address), outcome="acted_on", words="Told the manager.")).status_code
        == 302
    )
    assert address not in officer.get("/privacy/").content.decode()


def test_too_little_or_nobody_leaves_the_form_and_says_what_to_do(scene):
    browser = client(scene.nurse)
    page = browser.get("/people/glass/")
    assert browser.post("/people/glass/", form(page)).status_code == 422
    short = browser.post("/people/glass/", form(page, who="9990000018", reason="law", words="x"))
    assert short.status_code == 422
    assert "Say why in your own words" in text_of(short)
    nobody = browser.post("/people/glass/", form(page, who="Noone 01/01/1901 TQ1 1ZZ", reason="law", words=WORDS))
    assert nobody.status_code == 409
    assert "Nobody who fits can be shown" in text_of(nobody)


def test_the_person_decides_on_their_page_and_it_is_so_at_once(scene):
    team, friend = factories.subject(), factories.user("practitioner", scene.place)
    factories.membership(team, friend.id)
    me, address = client(scene.me), f"/people/{scene.person.id}/sharing/"
    page = me.get(address)
    assert "What I decided about sharing" in text_of(page)
    assert me.post(address, form(page)).status_code == 422
    assert me.post(address, form(page, receiver=str(team), how="At the surgery")).status_code == 302
    assert client(friend).get(f"/people/{scene.person.id}/").status_code == 200
    page = me.get(address)
    [consent] = re.findall(r'name="thing" value="([^"]+)"', page.content.decode())
    for act, thing in (("withdraw", consent), ("opt_out", ""), ("opt_in", "")):
        words = {"act": act, "thing": thing, "request_key": f"form-{uuid4().hex}"}
        assert me.post(f"{address}decide/", words).status_code == 302
        assert client(factories.user("practitioner", scene.place)).post(f"{address}decide/", words).status_code >= 400
        if act == "opt_out":
            assert "Opted out" in text_of(me.get(address))
    assert client(friend).get(f"/people/{scene.person.id}/").status_code == 404
    assert me.post(f"{address}decide/", {"act": "everything"}).status_code == 404


def test_an_administrator_records_who_acts_and_learns_nothing(scene):
    administrator, son = factories.user("administrator", scene.place), factories.user("person", scene.place)
    browser, elsewhere = client(administrator), client(factories.user("administrator", factories.place()))
    page = browser.get("/people/acting/")
    words = {"nhs_number": scene.person.nhs_number, "birth_date_0": "1", "birth_date_1": "5", "birth_date_2": "1938",
             "birth_date": "01/05/1938", "username": son.username, "kind": "lpa_health", "evidence": "Instrument seen",
             "starts_on": "01/11/2026"}  # fmt: skip
    assert browser.post("/people/acting/", form(page)).status_code == 422
    unknown = browser.post("/people/acting/", form(page, **words | {"nhs_number": factories.nhs_number()}))
    foreign = elsewhere.post("/people/acting/", form(elsewhere.get("/people/acting/"), **words))
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert "Nobody fits this" in text_of(foreign)
    done = browser.post("/people/acting/", form(page, **words))
    assert done.status_code == 302, text_of(done)
    assert scene.person.family not in browser.get("/people/acting/").content.decode()
    assert client(son).get("/people/mine/")["Location"] == f"/people/{scene.person.id}/"
    assert client(scene.nurse).get("/people/acting/").status_code == 403


def broken_seal(scene, by) -> str:
    """A marked seal that somebody broke; the address of its review."""
    [(trust,)] = factories.run("select body_id from person_sourceidentity where person_id = %s", [scene.person.id])
    seal = factories.insert("access_sealeditem", person_id=scene.person.id, body_id=trust, marked=True,
                            source_key=f"x/{uuid4().hex}", words="Hers alone", sealed_by_id=by.id,
                            sealed_at="2026-11-01T09:00:00Z", unsealed_words="")  # fmt: skip
    reader = factories.insert("access_sealreader", seal_id=seal, subject_id=by.id, words=WORDS,
                              starts_at="2026-11-02T09:00:00Z", ends_at="2026-11-02T10:00:00Z")  # fmt: skip
    return f"/privacy/items/broken_seal:{reader}/"


def retention_run(scene) -> None:
    """A hold that stands, and a run of the command that found somebody and kept them."""
    from tests.steps.test_retention import retain
    from tests.steps.test_sharing import do

    do(scene.officer, "set_hold", person_id=scene.person.id, standing=True, words="Inquest of the coroner")
    retain("--dry-run")


@pytest.mark.browser
def test_every_page_passes_axe_and_fits(scene):
    fresh = factories.user("practitioner", scene.place)
    broken(scene, client(fresh))
    line = factories.log_row(actor_id=fresh.id, person_id=scene.person.id, place_id=scene.place)
    from tests.steps.test_privacy_desk import ask

    seal = broken_seal(scene, fresh)
    factories.insert("access_optout", person_id=scene.person.id, told_by="staff", starts_at="2026-11-01T09:00:00Z")
    ask(scene.me, scene.person, line)
    factories.log_row(actor_id=factories.user("practitioner", scene.place).id, person_id=scene.person.id,
                      place_id=scene.place)  # fmt: skip
    desk = client(scene.officer).get("/privacy/").content.decode()
    todo = [re.findall(rf'href="(/privacy/{kind}/[^"]+)"', desk)[0] for kind in ("questions", "glass", "items")]
    shown = {
        scene.nurse: ["/people/glass/", f"/people/{uuid4()}/"],
        fresh: [f"/people/{scene.person.id}/"],
        scene.me: [
            "/log/agreements/",
            f"/people/{scene.person.id}/sharing/",
            f"/people/{scene.person.id}/looks/",
            f"/people/{scene.person.id}/looks/{line}/question/",
        ],
        factories.user("administrator", scene.place): ["/people/acting/"],
        scene.officer: [
            "/privacy/",
            *todo,
            seal,
            f"/people/{scene.person.id}/looks/?officer",
            "/privacy/retention/",
            "/privacy/retention/?check=1",
        ],
    }
    agreed(scene)
    retention_run(scene)
    pages = {
        path.partition("?")[0] + path.partition("?")[2]: client(user).get(path).content.decode()
        for user, paths in shown.items() for path in paths
    }  # fmt: skip
    site = chrome.Site(pages)
    wrong: dict[str, list[str]] = {}
    with chrome.chromium() as chromium:
        for size in (chrome.DESKTOP, chrome.PHONE):
            for path in site.pages:
                page = site.open(chromium, path, size=size)
                found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
                if found:
                    wrong[f"{path} {size['width']}"] = found
                page.context.close()
    assert wrong == {}
