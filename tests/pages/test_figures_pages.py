"""Do an analyst and a board member bring figures to the public by the pages alone, and do the pages read well?"""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest

from tests import factories as make
from tests.outcomes.invented import Stay, write_extract
from tests.pages.browser import DESKTOP, PHONE, Site, axe, chromium, overflows


@pytest.fixture
def made(database, tmp_path, settings_of):
    place_id = make.place()
    code = make.run("select code from places_place where id = %s", [place_id])[0][0]
    stays = [Stay(date(2026, 9, 1 + day)) for day in range(20)] + [Stay(date(2026, 8, 1))]
    write_extract(tmp_path, place=code, older_people=150, stays=stays, plans=[("agreed", True)] * 9)
    settings_of(EXTRACT_FOLDER=tmp_path, PUBLIC_URL="http://public.test")
    return SimpleNamespace(place_id=place_id, code=code, analyst=make.user("analyst", place_id),
                           board=make.user("board_member", place_id))  # fmt: skip


@pytest.fixture
def settings_of(database):
    from django.test import override_settings

    changed = []

    def change(**values):
        changed.append(override_settings(**values))
        changed[-1].enable()

    yield change
    for each in changed:
        each.disable()


def client_of(user):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = user.token
    return client


def text_of(response) -> str:
    return response.content.decode()


def sent(client, address: str, tail: str, **values: str):
    """Send the form of a page whose action ends so."""
    forms = re.findall(r"<form.*?</form>", text_of(client.get(address)), flags=re.DOTALL)
    form = next(each for each in forms if f'{tail}"' in each.split(">")[0])
    target = re.search(r'action="([^"]+)"', form).group(1)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return client.post(target, hidden | values, follow=True)


def prepared(made) -> tuple[object, str]:
    client = client_of(made.analyst)
    page = sent(client, "/figures/", "prepare/")
    return page, page.redirect_chain[-1][0]


def test_figures_from_the_analyst_to_the_public_by_the_pages(made):
    page, address = prepared(made)
    assert "wait for approval by somebody else" in text_of(page)
    assert "You prepared these figures" in text_of(page)
    assert "Suppressed: the number is small" in text_of(page)
    board = client_of(made.board)
    assert "wait for approval" in text_of(board.get("/figures/"))
    unread = sent(board, address, "approve/")
    assert unread.status_code == 422
    assert "Tick" in text_of(unread)
    assert "public from now on, under your name" in text_of(sent(board, address, "approve/", read="on"))
    listed = text_of(board.get("/figures/"))
    assert "released by Invented user, board member" in listed
    assert f"http://public.test/places/{made.code}/" in listed
    assert "<button" not in text_of(board.get(address)).split("<main")[1]


def test_figures_are_set_aside_with_a_reason(made):
    _, address = prepared(made)
    board = client_of(made.board)
    assert sent(board, address, "set-aside/", remark="").status_code == 422
    assert "set aside" in text_of(sent(board, address, "set-aside/", remark="A body is missing"))
    assert "A body is missing" in text_of(board.get("/figures/"))


def test_who_may_not_see_figures_sees_none(made):
    from django.test import Client

    _, address = prepared(made)
    for path in ("/figures/", "/figures/measures/", address):
        assert client_of(make.user("practitioner", made.place_id)).get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert client_of(make.user("board_member")).get(address).status_code == 404
    assert Client().post("/figures/prepare/").status_code == 403


def test_without_an_extract_the_page_says_what_to_do(made, settings_of, tmp_path):
    settings_of(EXTRACT_FOLDER=tmp_path / "empty")
    page = sent(client_of(made.analyst), "/figures/", "prepare/")
    assert page.status_code == 503
    assert "joinedup extract" in text_of(page)


@pytest.mark.browser
def test_the_pages_read_well_on_a_desk_and_on_a_phone(made):
    analyst, board = client_of(made.analyst), client_of(made.board)
    pages = {"/figures/empty": text_of(analyst.get("/figures/"))}
    _, address = prepared(made)
    pages |= {"/figures/": text_of(analyst.get("/figures/")), "/release/": text_of(board.get(address)),
              "/measures/": text_of(board.get("/figures/measures/"))}  # fmt: skip
    pages["/wrong/"] = text_of(sent(board, address, "set-aside/", remark=""))
    sent(board, address, "approve/", read="on")
    pages["/decided/"] = text_of(board.get("/figures/"))
    pages = {path: re.sub(r'nonce="[^"]*"', "", page) for path, page in pages.items()}
    site = Site(pages)
    with chromium() as browser:
        for size in (DESKTOP, PHONE):
            for path in pages:
                page = site.open(browser, path, size=size, script=True)
                assert axe(page) == [], path
                assert not overflows(page), path
                page.close()
    assert site.refused == []
