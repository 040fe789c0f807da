"""Do the shell's pages pass axe, fit a phone, stay quiet in the console and work without script?"""

from __future__ import annotations

import pytest

from tests.pages import browser as chrome
from tests.pages import web_samples as samples

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    with chrome.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site():
    return chrome.Site(samples.all_pages())


@pytest.mark.parametrize("size", [chrome.DESKTOP, chrome.PHONE], ids=["desktop", "phone"])
def test_every_sample_passes_axe_fits_and_stays_quiet(chromium, site, size):
    wrong = {}
    for path in site.pages:
        page = site.open(chromium, path, size=size)
        found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
        if found:
            wrong[path] = found
        page.context.close()
    assert wrong == {}
    assert site.complaints == []
    assert site.refused == []


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(chromium, site):
    page = site.open(chromium, "/wrong")
    assert page.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    page.click(".nhsuk-error-summary__list a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_pages_are_complete_without_script(chromium, site):
    page = site.open(chromium, "/components", script=False, size=chrome.PHONE)
    assert page.is_visible("text=Find a person")
    assert page.is_visible("#id_need_0 + label")
    page.click("summary")
    assert page.is_visible("text=So that it is asked once.")


def test_print_leaves_out_what_paper_cannot_use(chromium, site):
    page = site.open(chromium, "/components")
    page.emulate_media(media="print")
    assert not page.is_visible("header")
    assert not page.is_visible(".joinedup-rail")
    assert page.is_visible("text=Visits this week")


def test_the_menu_folds_on_a_phone_and_opens(chromium):
    many = samples.Caller(roles=("coordinator", "privacy_officer", "administrator"))
    site = chrome.Site({"/": samples.components(samples.EveryField(), caller=many)})
    page = site.open(chromium, "/", size={"width": 320, "height": 640})
    assert not chrome.overflows(page)
    assert page.is_visible("text=Home")
