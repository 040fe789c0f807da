"""Do the pages of the record pass axe, fit a phone, print and work without script, and do questions show both sides?"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.pages import browser as chrome
from tests.steps.telling import AT, body, client, event, lives, named, seen_by, somebody, tell
from tests.steps.test_record import about_me, text_of


@pytest.fixture(scope="module")
def scene(database):
    """A place with one well-known person, a restricted one, a question between them, and people who look."""
    place, trust = factories.place(), body("Page Trust")
    person, restricted = somebody(place), somebody(place)
    facts = {"birth_date": "1941-03-02", "gender": "female", "nhs_number": factories.nhs_number()}
    tell(person, trust, AT, names=named("Edith", "Pagely", "Mrs"), nhs_number_verified=True, **facts)
    tell(person, body("Other Trust"), AT, names=named("Edie", "Pagely"), addresses=lives("1 Page Row", "TQ1 1AA"))
    tell(restricted, trust, AT, names=named("Una", "Pagely"), birth_date="1950-01-02", restricted=True, deceased=True)
    for number in range(60):
        event(person, trust, "contact", f"Visit {number}", date(2026, 1, 1 + number % 28))
    for number in range(7):
        event(person, trust, "medicine", f"Medicine {number}", date(2026, 2, 1), open_ended=True)
    event(person, trust, "condition", "A private matter", date(2026, 9, 1), sensitivity="sensitive")
    event(person, trust, "service", "Help at home", date(2026, 9, 2), open_ended=True, amount_pence=12345)
    event(person, trust, "flag", "Deaf, signs", date(2026, 9, 3), open_ended=True,
          detail='[["Alert", "Reasonable adjustment"]]')  # fmt: skip
    event(person, trust, "flag", "About a neighbour", date(2026, 9, 3), open_ended=True, sensitivity="sensitive",
          record_id=None, source_key=f"person.alert/{uuid4()}", detail='[["Alert", "Safeguarding"]]')  # fmt: skip
    factories.insert(
        "person_personrelationship", person_id=person, kind="child", name="Carol Pagely", phone="01803 5", note="Daily",
        is_carer=True, is_next_of_kin=True, in_emergency=True, body_id=trust, version=1, written_by_id=uuid4(),
        written_at=AT,
    )  # fmt: skip
    question(place, person, restricted)
    worker, me = seen_by(factories.user("coordinator", place), person, restricted), factories.user("person", place)
    factories.grant(me.id, person, "own_record")
    about_me(worker, person, "The sea.", 0, f"form-{uuid4().hex}")
    return SimpleNamespace(place=place, person=person, restricted=restricted, worker=worker, me=me,
                           officer=factories.user("privacy_officer", place))  # fmt: skip


def question(place: UUID, person: UUID, other: UUID) -> UUID:
    """An open question between two people."""
    return factories.insert(
        "person_workitem", kind="nhs_number_other_birth_date", place_id=place, person_id=person,
        other_person_id=other, made_at=AT,
    )  # fmt: skip


def test_a_question_shows_both_people_to_whoever_may_see_both(scene):
    page = text_of(client(scene.worker).get("/people/questions/"))
    assert "The same NHS number was sent with another date of birth" in page
    assert "Mrs Edith Pagely" in page
    assert "Una Pagely" in page
    assert "2 March 1941" in page
    assert "1 Page Row" not in page
    assert "1 open question about who this is" in text_of(client(scene.worker).get(f"/people/{scene.person}/"))


def test_a_side_that_the_reader_may_not_see_is_not_shown(scene):
    half = seen_by(factories.user("practitioner", scene.place), scene.person)
    page = text_of(client(half).get("/people/questions/"))
    assert "Mrs Edith Pagely" in page
    assert "Una" not in page
    assert "You may not see this person" in page
    officer = text_of(client(scene.officer).get("/people/questions/"))
    assert "The same NHS number" in officer
    assert "Pagely" not in officer
    assert client(factories.user("analyst", scene.place)).get("/people/questions/").status_code == 403


def test_only_somebody_with_a_record_of_their_own_is_led_to_it(scene):
    assert client(scene.me).get("/people/mine/")["Location"] == f"/people/{scene.person}/"
    assert client(scene.worker).get("/people/mine/").status_code == 404


def test_signed_in_pages_are_kept_by_no_browser(scene):
    assert "no-store" in client(scene.worker).get(f"/people/{scene.person}/")["Cache-Control"]


@pytest.mark.browser
def test_every_page_passes_axe_fits_prints_and_works_without_script(scene):
    record, restricted = f"/people/{scene.person}/", f"/people/{scene.restricted}/"
    shown = {
        scene.worker: ["/people/", "/people/?q=pagely", "/people/?q=x", "/people/?q=", record, restricted,
                       f"{record}?kind=contact", f"{record}about-me/", "/people/questions/",
                       f"{record}facts/", f"{record}summary/", f"{record}alerts/new/", f"{record}contacts/new/",
                       f"{record}?starts=1+1+2026&words=visit", f"/loads/record/{scene.person}/"],
        scene.me: [f"{record}?mine", f"{record}looks/"],
        scene.officer: ["/log/"],
        factories.user("analyst", scene.place): ["/loads/"],
    }  # fmt: skip
    pages = {path: client(user).get(path).content.decode() for user, paths in shown.items() for path in paths}
    pages["/conflict"] = about_me(scene.worker, scene.person, "Mine.", 0, f"form-{uuid4().hex}").content.decode()
    site = chrome.Site({path.replace("?", "-"): text for path, text in pages.items()})
    wrong: dict[str, list[str]] = {}
    with chrome.chromium() as chromium:
        for size in (chrome.DESKTOP, chrome.PHONE):
            for path in site.pages:
                page = site.open(chromium, path, size=size)
                found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
                if found:
                    wrong[f"{path} {size['width']}"] = found
                page.context.close()
        bare = site.open(chromium, record, script=False, size=chrome.PHONE)
        assert bare.is_visible("text=Told differently 1 time")
        for fold in bare.query_selector_all("summary:has-text('Show it')"):
            fold.click()
        assert bare.is_visible("text=A private matter")
        paper = site.open(chromium, record)
        paper.emulate_media(media="print")
        assert paper.is_visible("text=Mrs Edith Pagely")
        assert not paper.is_visible("text=Show these")
    assert wrong == {}
