"""What does the shell put on every page, and do forms, tables and errors say what they should? No database here."""

from __future__ import annotations

import doctest
import re
from datetime import date
from pathlib import Path

import pytest
from django.http import HttpResponseNotAllowed
from django.template.loader import render_to_string

from joinedup import journey
from joinedup.base.errors import NotAllowed, NotFound, NotNow, OperatorMustAct, SenderMustAct, WeMustAct
from joinedup.desk import tour
from joinedup.desk.views import front as views
from joinedup.web import errors, forms, paths, words
from tests.pages import web_samples as samples


def test_filters_write_one_thing_one_way():
    assert doctest.testmod(words).failed == 0
    assert words.money(-5) == "-£0.05"
    assert words.nhs_number("abc") == "abc"


def test_a_page_has_its_place_on_the_chain_its_menu_and_no_logo():
    page = samples.components(samples.EveryField(), caller=samples.Caller())
    assert re.search(r'aria-current="step">Record<', page)
    assert page.count('aria-current="step"') == 1
    assert all(f">{link.title}<" in page for link in journey.CHAIN)
    assert "Find a person" in page
    assert "Sam Okafor" in page
    assert "nhsuk-header__logo" not in page
    assert 'href="#maincontent"' in page


def test_a_stranger_sees_only_what_is_for_everyone():
    page = samples.components(samples.EveryField())
    assert "Find a person" not in page
    assert "Sign in" in page


def test_texts_are_escaped_everywhere():
    page = samples.components(samples.EveryField(), caller=samples.Caller(label="<b>Sam</b>"))
    for raw in ("<b>Sam", "Ada <Smith>", "<her>", "call <back>"):
        assert raw not in page
    assert "Ada &lt;Smith&gt;" in page


def test_every_script_carries_the_nonce_and_no_style_stands_in_the_page():
    page = samples.components(samples.EveryField(), caller=samples.Caller())
    assert all("nonce=" in found for found in re.findall(r"<script[^>]*>", page))
    assert " style=" not in page
    assert "<style" not in page
    assert not re.findall(r"""(?:src|href|action)="(?:https?:)?//""", page)


def test_each_error_leads_to_its_field():
    wrong = samples.EveryField({"name": "", "fell_0": "31", "fell_1": "2", "fell_2": "2020", "born": "x"})
    page = samples.components(wrong, caller=samples.Caller())
    targets = re.findall(r'<a href="#(id_[a-z_0-9]+)"', page)
    assert targets == ["id_name", "id_born", "id_fell_0", "id_need_0", "id_teams_0", "id_place", "id_note", "id_agreed"]
    assert all(f'id="{target}"' in page for target in targets)
    assert "<title>Error: Every component" in page
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    assert all(f'id="{each}"' in page for group in described for each in group.split())


def test_what_is_missing_is_named_in_words():
    wrong = samples.EveryField({})
    said = {name: forms.problems(wrong[name]) for name in ("name", "need", "place", "agreed")}
    assert said == {
        "name": ["Fill in “Full name”"],
        "need": ["Answer “What is needed?”"],
        "place": ["Choose “Place”"],
        "agreed": ["Tick “The person agreed”"],
    }


@pytest.mark.parametrize("typed", ["2 3 1941", "2/3/1941", "2-3-1941", "2 March 1941", "2 Mar 1941", "1941-03-02"])
def test_dates_are_read_the_english_way_round(typed):
    assert forms.EnglishDateField().clean(typed) == date(1941, 3, 2)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (["31", "2", "2020"], "Enter a real date, such as 2 3 1941"),
        (["1", "13", "2020"], "Enter a real date, such as 2 3 1941"),
        (["1", "", "2020"], "Enter the day, the month and the year"),
        (["", "", ""], "This field is required."),
    ],
)
def test_three_boxes_give_one_message(boxes, message):
    with pytest.raises(forms.ValidationError) as caught:
        forms.DateBoxesField().clean(boxes)
    assert caught.value.messages == [message]


def test_three_boxes_give_a_date_or_nothing():
    assert forms.DateBoxesField().clean(["2", "3", "1941"]) == date(1941, 3, 2)
    assert forms.DateBoxesField(required=False).clean(["", "", ""]) is None


@pytest.mark.parametrize(
    ("error", "status", "words_on_page"),
    [
        (NotAllowed("c", "You may not."), 403, "Permission."),
        (NotNow("c", "It is closed."), 409, "Policy."),
        (NotFound("c", "There is none."), 404, "The two look the same on purpose"),
        (SenderMustAct("c", "The file is broken.", "", "Send it again."), 422, "Send it again."),
        (OperatorMustAct("c", "No disk."), 503, "No disk."),
        (WeMustAct("c", "Bug."), 500, "Something went wrong"),
    ],
)
def test_each_kind_of_error_has_its_status_and_page(error, status, words_on_page):
    answer = errors.render_error(samples.request(caller=samples.Caller()), error)
    assert answer.status_code == status
    assert words_on_page in answer.content.decode()


def test_a_conflict_keeps_both_texts_and_can_be_sent_again():
    page = samples.conflict(current_version=4)
    assert "Walk to the shop" in page
    assert page.count("Swim &lt;weekly&gt;") == 2
    assert '<input type="hidden" name="expected_version" value="4">' in page
    assert '<input type="hidden" name="other" value="kept">' in page
    assert 'value="3"' not in page
    assert "secret" not in page


def test_a_conflict_without_a_known_version_offers_the_page_again():
    page = samples.conflict(current_version=None)
    assert "Walk to the shop" in page
    assert "open the page again" in page
    assert "<textarea" not in page


def test_a_path_that_holds_a_name_is_not_repeated():
    page = errors.page_not_found(samples.request("/person/Ada-Smith")).content.decode()
    assert "Ada-Smith" not in page


def test_the_page_for_a_fault_stands_even_when_templates_fail(monkeypatch):
    assert errors.server_error(samples.request()).status_code == 500

    def broken(*words, **options):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", broken)
    answer = errors.server_error(samples.request())
    assert answer.status_code == 500
    assert b"fault of ours" in answer.content


def test_a_wrong_method_keeps_its_allow_header():
    answer = errors.method_not_allowed(samples.request(), HttpResponseNotAllowed(["GET", "HEAD"]))
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


def test_sign_in_shows_demo_accounts_only_when_there_are_some():
    assert samples.login_page(2).count('name="username"') == 2
    assert "As somebody in the demo" not in samples.login_page(0)


def test_every_menu_entry_leads_somewhere():
    entries = journey.menu_for(journey.ROLES)
    assert entries
    assert [entry.url_name for entry in entries if paths.path_of(entry.url_name) is None] == []


def test_the_home_page_says_what_is_not_built():
    page = views.home(samples.request("/")).content.decode()
    assert page.count("Not built yet") == sum(tile.url_name is None for tile in tour.TILES)
    assert 'name="postcode"' in page


def test_the_tour_has_twelve_stops_with_ids_and_honest_links():
    page = views.tour(samples.request("/tour")).content.decode()
    assert [stop.number for stop in tour.STOPS] == list(range(1, 13))
    assert page.count("Not built yet") == sum(not stop.built for stop in tour.STOPS)
    assert all(re.fullmatch(r"M([1-9]|[1-3][0-9]|4[0-5])", each) for stop in tour.STOPS for each in stop.answers)


def test_each_proof_of_the_tour_is_there():
    root = Path(__file__).parents[2]
    tests = [stop.proof.split("::")[0] for stop in tour.STOPS if stop.proof and stop.proof.startswith("tests/")]
    assert [each for each in tests if not (root / each).exists()] == []


def test_a_built_stop_opens_under_the_role_it_needs(monkeypatch):
    stop = tour.Stop(1, "One call", "Six calls.", ("M1",), role="coordinator", url_name="desk:home", query="a=1")
    accounts = [
        {"username": "first", "role": "Health and social care co-ordinator"},
        {"username": "second", "role": "Health and social care co-ordinator"},
    ]
    monkeypatch.setattr(views, "STOPS", (stop,))
    monkeypatch.setattr(views, "demo_mode", lambda: True)
    monkeypatch.setattr(views, "demo_accounts", lambda: accounts)
    page = views.tour(samples.request("/tour")).content.decode()
    assert 'name="username" value="first"' in page
    assert 'name="next" value="/?a=1"' in page
    monkeypatch.setattr(views, "demo_mode", lambda: False)
    assert '<a href="/?a=1">' in views.tour(samples.request("/tour")).content.decode()


@pytest.mark.parametrize(
    "template",
    ["account/account_inactive.html", "account/logout.html", "mfa/index.html", "mfa/recovery_codes/index.html"],
)
def test_account_pages_are_ours(template):
    given = {"authenticators": {}, "unused_codes": ["a", "b"], "total_count": 10, "can_view_codes": True}
    page = render_to_string(template, given, request=samples.request())
    assert "joinedup-rail" in page
