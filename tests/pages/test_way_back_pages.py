"""Do the pages lead from a released figure to a person's plan, money and call, and read well?"""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from tests import factories as make
from tests.pages.browser import DESKTOP, ORIGIN, PHONE, Site, axe, chromium, go, overflows
from tests.steps import following

EMERGENCIES, MONEY = "emergency_admissions_older", "joint_spending"


@pytest.fixture(scope="module")
def told(database, tmp_path_factory):
    from django.test import override_settings

    made = following.told(tmp_path_factory.mktemp("extract"))
    made.whole = make.user("analyst", made.scene.place_id)
    for role in ("coordinator", "commissioner", "practitioner"):
        make.role(made.whole.id, role, made.scene.place_id)
    make.grant(made.whole.id, made.scene.person.id)
    with override_settings(EXTRACT_FOLDER=made.extracts):
        yield made


def client_of(user):
    from django.conf import settings
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.cookies[settings.TOKEN_COOKIE] = user.token
    return client


def text_of(response) -> str:
    return response.content.decode()


def address(told, measure: str) -> str:
    return f"/follow/{told.release_id}/{measure}/"


def test_the_reference_of_the_public_page_leads_to_the_figure(told):
    client = client_of(told.analyst)
    opened = client.get("/follow/", {"reference": f" {told.release_id}/{EMERGENCIES} "})
    assert opened.headers["Location"] == address(told, EMERGENCIES)
    for wrong in ("nonsense", str(told.release_id), f"{told.release_id}/../x"):
        assert client.get("/follow/", {"reference": wrong}).status_code == 422
    assert "copy the whole of it" in text_of(client.get("/follow/", {"reference": "nonsense"}))
    assert address(told, EMERGENCIES) in text_of(client.get(f"/figures/{told.release_id}/"))


def test_the_public_page_says_the_reference_of_each_figure_and_links_to_no_staff_page(told):
    from django.template.loader import render_to_string

    from joinedup.outcomes import wording
    from joinedup.outcomes.models import Release
    from joinedup.outcomes.queries.released import shown
    from tests.care_scene import acting

    with acting(told.analyst):
        release = shown(Release.objects.get(id=told.release_id))
        place = SimpleNamespace(place=release.release.place, vacancies=(), bodies=(), practices=())
        page = render_to_string(
            "public/place.html", {"shown": place, "release": release, "earlier": (), "words": wording}
        )
    for each in release.measures:
        assert f"{told.release_id}/{each.described['name']}" in page
    assert "/follow/" not in page


def test_who_may_not_see_the_person_sees_the_figure_and_its_code_and_no_name(told):
    page = text_of(client_of(told.analyst).get(address(told, EMERGENCIES)))
    assert "def emergencies(" in page
    assert f"Hidden, because you have no grant for the person: {following.OTHERS + 1}." in page
    assert "You may see none of the people behind this figure" in page
    suppressed = text_of(client_of(told.analyst).get(address(told, MONEY)))
    assert "suppressed, so how many rows stand behind it is not said" in suppressed
    for text in (page, suppressed):
        assert told.scene.person.family not in text
        assert "Zyxhidden" not in text
    person = f"{address(told, EMERGENCIES)}{told.scene.person.id}/"
    assert client_of(told.analyst).get(person).status_code == 404
    assert client_of(make.user("analyst")).get(address(told, EMERGENCIES)).status_code == 404
    assert client_of(told.scene.care.nurse).get(address(told, EMERGENCIES)).status_code == 403


def test_when_the_extract_is_gone_the_page_says_what_to_do(told, tmp_path):
    from django.test import override_settings

    with override_settings(EXTRACT_FOLDER=tmp_path):
        answer = client_of(told.scene.officer).get(address(told, MONEY))
    assert answer.status_code == 200
    assert "The extract behind these figures is not here any more" in text_of(answer)
    assert "Put the folder of that run back" in text_of(answer)
    assert told.scene.person.family not in text_of(answer)


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_clicks_lead_from_the_release_to_the_plan_the_journal_and_the_call(told, size):
    client = client_of(told.whole)
    start = f"/figures/{told.release_id}/"
    person = f"{address(told, EMERGENCIES)}{told.scene.person.id}/"
    journal = make.run("select journal_id from commissioning_deliveredweek where package_id = %s", [told.package_id])
    ends = (f"/plans/{told.scene.plan_id}/", f"/requests/{told.request_id}/", f"/funds/journals/{journal[0][0]}/")
    ends = tuple(path for path in ends if path in text_of(client.get(person)))
    assert len(ends) == 3
    paths = (start, address(told, EMERGENCIES), person, f"/people/{told.scene.person.id}/", *ends, "/follow/",
             "/figures/measures/")  # fmt: skip
    pages = {path: text_of(client.get(path)) for path in paths}
    site = Site({path: re.sub(r'nonce="[^"]*"', "", page) for path, page in pages.items()})
    with chromium() as browser:
        page = site.open(browser, start, size=size, script=False)
        go(page.locator(f'a[href="{address(told, EMERGENCIES)}"]'))
        go(page.locator(f'a[href="{person}"]'))
        assert page.url == ORIGIN + person
        for path in ends:
            go(page.locator(f'a[href="{path}"]').first)
            assert page.url == ORIGIN + path
            page.go_back()
        page.close()
        for path in (start, address(told, EMERGENCIES), person, "/follow/", "/figures/measures/"):
            page = site.open(browser, path, size=size)
            assert axe(page) == [], path
            assert not overflows(page), path
            page.close()
