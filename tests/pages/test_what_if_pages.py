"""Can an analyst ask what a reform would change, read it at any width, take it away, and be refused in words?"""

from __future__ import annotations

import json
import re

import pytest

from joinedup.base.errors import NotAllowed, PersonMustAct

ASKED = "?reform=cap-86000&whom=generated&people=1000&seed=1&as_at=2+November+2026"


class _Asking:
    """A caller with these permissions, as pages need one."""

    label, roles, id, places = "Anna Lyst", ("analyst",), "0190", ()

    def __init__(self, permissions: tuple[str, ...]) -> None:
        self.permissions = frozenset(permissions)

    def must(self, permission: str) -> None:
        from joinedup.base.errors import NotAllowed

        if permission not in self.permissions:
            raise NotAllowed("not-allowed", "You may not do this.", "", "")


def answer(name: str, query: str = "", permissions: tuple[str, ...] = ("see_fund",)):
    from joinedup.desk.views import what_if
    from tests.pages import web_samples as samples

    return getattr(what_if, name)(samples.request(f"/what-if/{query}", caller=_Asking(permissions)))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {"/what-if/": answer("what_if").content.decode(), "/asked/": answer("what_if", ASKED).content.decode()}


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_answer_has_chart_tables_warnings_and_sources(pages):
    text = text_of(pages["/asked/"])
    for words in (
        "Cap 86000: 1,000 generated people", "no forecast of England", "Who pays over 52 weeks", "by weekly income",
        "by age", "People themselves", "Not verified", "Build Back Better", "joinedup what-if cap-86000",
    ):  # fmt: skip
        assert words in text, words
    assert 'aria-describedby="what-if-desc"' in pages["/asked/"]
    assert "Free personal care" in text_of(pages["/what-if/"])


def test_the_downloads_are_the_same_answer():
    document = json.loads(answer("result", ASKED).content)
    assert document["schema"] == "what-if/1"
    assert document["digest"][:16] in answer("what_if", ASKED).content.decode()
    drawn = answer("drawing", ASKED)
    assert drawn["Content-Type"].startswith("image/svg+xml")
    assert drawn.content.startswith(b"<svg")


def test_who_may_not_and_what_cannot_be_asked_is_refused():
    with pytest.raises(NotAllowed):
        answer("what_if", permissions=("see_money",))
    with pytest.raises(PersonMustAct, match="not whole"):
        answer("result", ASKED.replace("generated", "caseload"))
    assert "The caseload" not in answer("what_if").content.decode()
    with pytest.raises(PersonMustAct, match="not whole"):
        answer("result", "?reform=cap-1")
    early = text_of(answer("what_if", ASKED.replace("2026", "2022")).content.decode())
    assert "sets nothing on 2022-11-02" in early
    assert "Select a valid choice" in answer("what_if", "?reform=cap-1&whom=generated&seed=1").content.decode()


@pytest.mark.browser
def test_it_reads_well(pages):
    from tests.pages import browser as chrome

    site = chrome.Site(pages)
    with chrome.chromium() as chromium:
        for path, width in (("/what-if/", 390), ("/asked/", 390), ("/asked/", 1280)):
            opened = site.open(chromium, path, size={"width": width, "height": 900})
            assert chrome.axe(opened) == []
            assert not chrome.overflows(opened)
            assert opened.get_by_label("Reform", exact=True).is_visible()
        assert opened.get_by_role("heading", name="Who pays over 52 weeks").is_visible()
        opened.emulate_media(media="print")
        assert not opened.get_by_label("Reform", exact=True).is_visible()
        assert opened.get_by_role("img").is_visible()
        plain = site.open(chromium, "/asked/", size={"width": 390, "height": 900}, script=False)
        assert plain.get_by_label("Reform", exact=True).is_visible()
        assert plain.get_by_role("heading", name="Who pays over 52 weeks").is_visible()
    assert site.complaints == []
