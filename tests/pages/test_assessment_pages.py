"""Do nurse and social worker get through a joint assessment by its pages alone, without script, and nobody else in?"""

from __future__ import annotations

import re

import pytest

from tests import care_scene as care
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


def client_of(user: make.MadeUser):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = user.token
    return client


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page that has a request key."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def text_of(response) -> str:
    return response.content.decode()


def sent(client, address: str, **values: str):
    """Open a page and send its form with these values."""
    page = text_of(client.get(address))
    return client.post(address, hidden(page) | values, follow=True)


def test_the_whole_assessment_by_its_pages(made):
    nurse, social = client_of(made.nurse), client_of(made.social_worker)
    empty = text_of(nurse.get(f"/assessments/people/{made.person.id}/"))
    assert "has not been assessed here" in empty
    opened = sent(nurse, f"/assessments/people/{made.person.id}/")
    address = opened.redirect_chain[-1][0]
    assert "Nobody has written this section yet." in text_of(opened)
    assert made.person.family in text_of(nurse.get("/assessments/"))
    draft = sent(nurse, f"{address}health/", done="no", falls="one")
    assert "saved as a draft" in text_of(draft)
    done = sent(nurse, f"{address}health/", done="yes", **care.HEALTH)
    assert "Low since the fall." in text_of(done)
    shown = text_of(social.get(f"{address}social_care/"))
    assert "Already told to health" in shown
    assert "Low since the fall." in shown
    complete = text_of(sent(social, f"{address}social_care/", done="yes", **care.SOCIAL_CARE))
    assert "Cannot without help or prompting" in complete
    ahead = text_of(social.get(f"{address}eligibility/"))
    assert "Eligible needs identified" in ahead
    decided = text_of(sent(social, f"{address}eligibility/"))
    assert "Decided by Sol Worker" in decided
    assert "SI 2015/313" in decided
    assert "care-act-eligibility/1" in decided


def test_a_section_that_is_not_finished_comes_back_with_what_was_written(made):
    nurse = client_of(made.nurse)
    address = f"/assessments/{care.started(made)}/health/"
    response = sent(nurse, address, done="yes", function="Needs help with stairs.")
    assert response.status_code == 422
    assert "cannot be marked as done yet" in text_of(response)
    assert "Needs help with stairs." in text_of(response)


def test_two_writers_get_both_texts_and_can_save_again(made):
    nurse, colleague = client_of(made.nurse), client_of(made.therapist)
    address = f"/assessments/{care.started(made)}/health/"
    held = hidden(text_of(nurse.get(address)))
    sent(colleague, address, done="no", falls="several", function="Walks to the shop.")
    conflict = nurse.post(address, held | {"done": "no", "falls": "one", "function": "Cannot do stairs."})
    page = text_of(conflict)
    assert conflict.status_code == 409
    for words in ("Walks to the shop.", "Cannot do stairs.", "Two or more", "One"):
        assert words in page
    again = hidden(page) | {"falls": "One", "function": "Walks to the shop, cannot do stairs."}
    assert nurse.post(address, again).status_code == 302
    assert "Walks to the shop, cannot do stairs." in text_of(nurse.get(address))


def test_the_other_side_is_refused_on_the_page(made):
    address = f"/assessments/{care.started(made)}/health/"
    social = client_of(made.social_worker)
    assert "nobody writes both" in text_of(social.get(address))
    refused = sent(social, address, done="no", falls="one")
    assert refused.status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("tail", ["", "health/", "social_care/", "eligibility/"])
def test_a_stranger_finds_nothing(made, method, tail):
    address = f"/assessments/{care.started(made)}/{tail}"
    response = getattr(client_of(made.stranger), method)(address, {"request_key": care.key()})
    assert response.status_code in (404, 405)
    assert made.person.family not in text_of(response)
    listed = text_of(client_of(made.stranger).get("/assessments/"))
    assert made.person.family not in listed


def test_nobody_signed_in_is_asked_to_sign_in(made):
    from django.test import Client

    response = Client().get("/assessments/")
    assert response.status_code in (302, 403)
    assert response.headers.get("Location", "/sign-in/").startswith("/sign-in/")


def test_a_complete_assessment_is_read_in_a_fixed_number_of_queries(made):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assessment_id = care.started(made)
    nurse = client_of(made.nurse)
    counts = []
    for version in range(4):
        care.written(made, assessment_id, "health", version=version, done=False)
        with CaptureQueriesContext(connection) as caught:
            assert nurse.get(f"/assessments/{assessment_id}/").status_code == 200
        counts.append(len(caught))
    assert len(set(counts)) == 1
    assert counts[0] <= 22
