"""Can somebody decide who is who on a page, see what was joined, and take it back with the proof before their eyes?"""

from __future__ import annotations

import os
import re
from uuid import uuid4

import pytest

from tests import factories as make
from tests.care_scene import worker
from tests.kept_model import kept_model
from tests.pages import browser as chrome
from tests.steps.telling import client
from tests.steps.test_links import made_pair
from tests.steps.test_record import text_of


def send(user, path: str, **told: object):
    """Send a form as the page would."""
    return client(user).post(path, {"request_key": f"form-{uuid4().hex}", "expected_version": 1, **told})


def test_same_then_taken_back(database):
    pair = made_pair()
    page = text_of(client(pair.nurse).get(f"/people/questions/{pair.item}/"))
    assert all(words in page for words in ("Differs", "Edith Smith", "Edie Smyth"))
    assert "For: date of birth – the same" in page
    assert ": NHS number –" not in page  # known on one side only
    with kept_model():
        weighed = text_of(client(pair.nurse).get(f"/people/questions/{pair.item}/"))
    assert re.search(r"For: date of birth – the same \(\+\d+\.\d bits\)", weighed)
    parts = [float(bits) for bits in re.findall(r" \(([+-]\d+\.\d) bits\)", weighed)]
    start, total = (float(re.search(rf"{said} ([+-]\d+\.\d) bits", weighed)[1]) for said in ("begin at", "come to"))
    assert sum(parts) + start == pytest.approx(total, abs=0.1 * len(parts))
    assert send(pair.nurse, f"/people/questions/{pair.item}/", decision="same").status_code == 422  # no reason
    done = send(pair.nurse, f"/people/questions/{pair.item}/", decision="same", reason="Her daughter says so.")
    assert done.status_code == 302
    assert "stands for 2 records" in text_of(client(pair.nurse).get(f"/people/{pair.first}/"))
    assert client(pair.nurse).get(f"/people/{pair.second}/")["Location"] == f"/people/{pair.first}/"
    assert "Her daughter says so." in text_of(client(pair.nurse).get(f"/people/{pair.first}/links/"))
    assert send(pair.nurse, done["Location"], reason="").status_code == 422
    assert send(pair.nurse, done["Location"], reason="Two sisters.").status_code == 302
    proof = text_of(client(pair.nurse).get(done["Location"]))
    assert "Restored: identical" in proof
    digests = re.findall(r"(?:[0-9a-f]{16} ?){4}", proof)
    assert len(digests) == 2
    assert digests[0].strip() == digests[1].strip()  # before and after
    again = send(pair.nurse, done["Location"], reason="Once more.")
    assert again.status_code == 409


def test_who_may_not_see_both_asks_and_learns_nothing(database):
    pair = made_pair()
    page = text_of(client(pair.one_sided).get(f"/people/questions/{pair.item}/"))
    assert "Ask the privacy officer" in page
    assert not any(words in page for words in ("Smyth", "The same person"))
    refused = send(pair.one_sided, f"/people/questions/{pair.item}/", decision="same", reason="I think so.")
    assert refused.status_code == 403
    asked = send(pair.one_sided, f"/people/questions/{pair.item}/", decision="ask", asked_of="Privacy", reason="Who?")
    assert asked.status_code == 302
    stranger = worker("council", pair.place_id)
    assert client(stranger).get(f"/people/questions/{pair.item}/").status_code == 404
    assert client(stranger).get(f"/people/{pair.first}/links/").status_code == 404


def test_a_privacy_officer_opens_a_hidden_match_and_decides(database):
    pair = made_pair("hidden_match")
    officer = worker("council", pair.place_id, role="privacy_officer")
    path = f"/people/questions/{pair.item}/"
    assert "Smith" not in text_of(client(officer).get(path))
    assert send(officer, path, decision="open").status_code == 302
    assert "Edith Smith" in text_of(client(officer).get(path))
    assert send(officer, path, decision="not_same", reason="Two people.").status_code == 302
    assert "Two people." in text_of(client(officer).get(path))
    assert make.run("select count(*) from person_notthesame where one_id = %s", [pair.first]) == [(1,)]


def test_not_the_same_is_taken_back_on_a_page(database):
    pair = made_pair()
    path = f"/people/questions/{pair.item}/"
    send(pair.nurse, path, decision="not_same", reason="Two sisters.")
    [leads] = re.findall(r"/people/apart/[0-9a-f-]+/", client(pair.nurse).get(path).content.decode())
    assert leads in client(pair.nurse).get(f"/people/{pair.first}/links/").content.decode()
    assert client(worker("council", pair.place_id)).get(leads).status_code == 404
    assert send(pair.nurse, leads, reason="").status_code == 422
    assert send(pair.nurse, leads, reason="Her son says it is she.").status_code == 302
    assert "Her son says it is she." in text_of(client(pair.nurse).get(leads))
    assert send(pair.nurse, leads, reason="Again.").status_code == 409


def test_analysts_and_administrators_read_the_kept_model_and_nobody_else(database):
    place_id = make.place(make.TORBAY)
    analyst = worker("council", place_id, role="analyst")
    assert "No model is kept yet" in text_of(client(analyst).get("/people/linking/"))
    with kept_model():
        assert "words of a test" in text_of(client(analyst).get("/people/linking/"))
        page = client(analyst).get("/people/linking/1/").content.decode()
        assert client(worker("council", place_id)).get("/people/linking/1/").status_code == 403
        assert client(analyst).get("/people/linking/2/").status_code == 404
    assert "<svg" in page
    assert "NHS number: the same" in page
    assert "The same as a table" in page


def _apart_path(pair) -> str:
    [(decision,)] = make.run("select id from person_notthesame where one_id = %s", [pair.first])
    return f"/people/apart/{decision}/"


@pytest.mark.browser
def test_the_pages_pass_axe_and_fit(database):
    pair = made_pair()
    nurse, path = pair.nurse, f"/people/questions/{pair.item}/"
    with kept_model():
        pages = {path: client(nurse).get(path).content.decode()}
    link = send(nurse, path, decision="same", reason="Her daughter says so.")["Location"]
    for name in (f"/people/{pair.first}/", f"/people/{pair.first}/links/", link):
        pages[name] = client(nurse).get(name).content.decode()
    send(nurse, link, reason="Two sisters.")
    pages["/undone"] = client(nurse).get(link).content.decode()
    pages["/apart"] = client(nurse).get(_apart_path(pair)).content.decode()
    analyst = worker("council", pair.place_id, role="analyst")
    with kept_model():
        for name in ("/people/linking/", "/people/linking/1/"):
            pages[name] = client(analyst).get(name).content.decode()
    site, wrong = chrome.Site(pages), {}
    with chrome.chromium() as chromium:
        for size in (chrome.DESKTOP, chrome.PHONE):
            for number, name in enumerate(site.pages):
                page = site.open(chromium, name, size=size)
                if folder := os.environ.get("SHOTS"):
                    page.screenshot(path=f"{folder}/{number}-{size['width']}.png", full_page=True)
                found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
                if found:
                    wrong[f"{name} {size['width']}"] = found
                page.context.close()
    assert wrong == {}
