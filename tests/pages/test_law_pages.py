"""Does everybody signed in find a figure of law, with history, source, whether it was read, and what uses it?"""

from __future__ import annotations

import re
from datetime import date

import pytest

from joinedup.base import parameter_files
from joinedup.base.errors import NotAllowed, NotFound


def page_of(path: str, name: str = "") -> str:
    """The list, or one figure, rendered without a database."""
    from joinedup.desk.views import law
    from tests.pages import web_samples as samples

    asked = samples.request(path, caller=samples.Caller())
    return (law.figure(asked, name) if name else law.figures(asked)).content.decode()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {
        "/law/": page_of("/law/"),
        "/law/found/": page_of("/law/?q=nursing+standard"),
        "/law/funded-nursing-care/": page_of("/law/x/", "funded-nursing-care"),
        "/law/minimum-income-guarantee/": page_of("/law/x/", "minimum-income-guarantee"),
    }


def test_every_figure_is_listed_and_leads_to_its_history(pages):
    for name in parameter_files.shipped().names():
        assert f'href="/law/{name}/"' in pages["/law/"]
    assert "Not verified" in pages["/law/"]
    assert "Figures of law" in pages["/law/"]


def test_the_search_keeps_what_has_every_word(pages):
    found = re.findall(r'href="/law/([a-z-]+)/"', page_of("/law/?q=nursing"))
    assert "funded-nursing-care" in found
    assert "personal-expenses-allowance" not in found
    assert "funded-nursing-care" in page_of("/law/?q=higher+nursing")
    assert "No figure has all of these words" in page_of("/law/?q=zebra")
    assert "1 figure with these words" in text_of(page_of("/law/?q=funded+nursing+care+backdated"))


def test_a_figure_shows_both_axes_of_time_its_sources_and_its_uses(pages):
    text = text_of(pages["/law/funded-nursing-care/"])
    for words in ("£165.56", "£180.31", "30 April 2020", "backdated to 1 April 2019", "Funding: fnc", "Not verified"):
        assert words in text, words
    assert text.count("Today") == 2


def test_a_councils_own_value_says_that_it_is_invented(pages):
    text = text_of(pages["/law/minimum-income-guarantee/"])
    assert "What Torbay council (E06000027) sets itself Invented for the demo" in text
    assert "A council may set a higher value and never a lower one." in text


def test_what_was_known_late_never_hides_what_holds_today():
    from joinedup.desk import law

    for day, value in ((date(2019, 6, 1), "£180.31"), (date(2016, 6, 1), "£156.25"), (date(2025, 6, 1), "£254.06")):
        held = [each for each in law.shown("funded-nursing-care", day).history if each.holds]
        assert value in [each.value for each in held]
        assert len(held) == 2


def test_what_is_used_is_said_and_what_is_not_is_too():
    from joinedup.desk import law

    uses = law.uses()
    assert uses["dfg-maximum-grant"] == ("Funding: dfg",)
    assert any(said.startswith("Funding") for said in uses["capital-upper-limit"])
    assert uses["break-glass-hours"]


def test_nobody_signed_in_and_no_such_figure_are_refused():
    from joinedup.desk.views import law
    from tests.pages import web_samples as samples

    with pytest.raises(NotAllowed):
        law.figures(samples.request("/law/"))
    with pytest.raises(NotFound):
        page_of("/law/x/", "no-such-figure")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_they_read_well(pages, width):
    from tests.pages import browser as chrome

    site = chrome.Site(pages)
    with chrome.chromium() as chromium:
        for path in ("/law/found/", "/law/minimum-income-guarantee/"):
            opened = site.open(chromium, path, size={"width": width, "height": 900})
            assert chrome.axe(opened) == []
            assert not chrome.overflows(opened)
        whole = site.open(chromium, "/law/", size={"width": width, "height": 900}, script=False)
        assert whole.get_by_label("Find a figure").is_visible()
        whole.emulate_media(media="print")
        assert not whole.get_by_label("Find a figure").is_visible()
    assert site.complaints == []
