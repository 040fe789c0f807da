"""Do people get through a plan, its case manager and its visits by the pages alone, and does every page read well?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import care_scene as care
from tests import factories as make


@pytest.fixture
def made(database) -> care.Scene:
    return care.scene()


def client_of(user: make.MadeUser):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = user.token
    return client


def text_of(response) -> str:
    return response.content.decode()


def form_with(page: str, marker: str) -> dict[str, str]:
    """The hidden fields of the form that holds a marker."""
    forms = re.findall(r"<form.*?</form>", page, flags=re.DOTALL)
    found = next(each for each in forms if marker in each)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))


def sent(client, address: str, marker: str = "request_key", **values: str):
    """Open a page and send the form that holds the marker, with these values."""
    return client.post(address, form_with(text_of(client.get(address)), marker) | values, follow=True)


def test_a_plan_from_draft_to_print_by_its_pages(made):
    care.assessed(made)
    client = client_of(made.social_worker)
    drafted = sent(client, f"/plans/people/{made.person.id}/", "assessment_id")
    address = drafted.redirect_chain[-1][0]
    assert "My dog" in text_of(drafted)
    assert "It can be agreed when it has a goal" in text_of(drafted)
    sent(client, f"{address}what-matters/", "what_matters", what_matters="My dog and my garden.")
    goal = sent(client, f"{address}goals/", 'name="words"', words="I want to walk the dog.")
    assert "“I want to walk the dog.”" in text_of(goal)
    care_line = sent(
        client, f"{address}care/", "service_code", title="Help in the morning", service_code="home_care",
        quantity_per_week="7", unit="hour", starts_on="9 11 2026", owner_id=str(made.social_worker.id), goal_id="",
    )  # fmt: skip
    assert "7 hours a week from 9 November 2026" in text_of(care_line)
    action = sent(client, f"{address}actions/", "due_on", title="Fit a rail", owner_id=str(made.therapist.id),
                  due_on="1 11 2026", goal_id="")  # fmt: skip
    assert "Late" in text_of(action)
    agreed = text_of(sent(client, f"{address}agree/", "agreed_by", agreed_by="Ada herself", agreed_how="By telephone"))
    assert "Agreed by Ada herself on 2 November 2026, by telephone." in agreed
    assert "Nobody answers for this plan" in agreed
    assert made.person.family in text_of(client.get("/plans/gaps/"))
    named = text_of(sent(client, f"{address}case-manager/", "subject_id", subject_id=str(made.nurse.id),
                         contact="01803 000000"))  # fmt: skip
    assert "Nobody answers for this plan" not in named
    assert made.person.family not in text_of(client.get("/plans/gaps/"))
    paper = text_of(client.get(f"{address}print/"))
    for words in ("My dog and my garden.", "01803 000000", "key worker", "Help in the morning", "Ada herself"):
        assert words in paper
    mine = text_of(client_of(made.nurse).get("/plans/mine/"))
    assert made.person.family in mine


def test_an_empty_form_says_what_is_missing(made):
    plan_id = care.drafted(made)
    client = client_of(made.social_worker)
    for tail, words in (("care/", "How much a week"), ("actions/", "By when"), ("goals/", "do they want"),
                        ("agree/", "Agreed by"), ("case-manager/", "can be reached")):  # fmt: skip
        response = client.post(f"/plans/{plan_id}/{tail}", {})
        assert response.status_code == 422, tail
        assert words in text_of(response)


def test_the_second_writer_sees_both_texts(made):
    plan_id = care.drafted(made)
    address = f"/plans/{plan_id}/what-matters/"
    client = client_of(made.nurse)
    held = form_with(text_of(client.get(address)), "what_matters")
    sent(client_of(made.social_worker), address, "what_matters", what_matters="The church")
    conflict = client.post(address, held | {"what_matters": "The garden"})
    assert conflict.status_code == 409
    assert "The church" in text_of(conflict)
    assert "The garden" in text_of(conflict)


def test_handing_over_and_standing_down_by_the_page(made):
    plan_id = care.agreed(made)
    client = client_of(made.social_worker)
    address = f"/plans/{plan_id}/case-manager/"
    for who in (made.nurse, made.therapist):
        sent(client, address, "subject_id", subject_id=str(who.id), contact="1")
    assert "Theo Ot" in text_of(client.get(f"/plans/{plan_id}/"))
    gone = text_of(sent(client, address, "stand_down", stand_down="yes"))
    assert "Nobody answers for this plan" in gone


def visit_words(
    made: care.Scene, who: make.MadeUser, day: str, purpose: str = "occupational_therapy"
) -> dict[str, str]:
    return {"worker_id": str(who.id), "purpose": purpose, "on": day, "starts": "10:30", "ends": "11.30am"}


def test_a_second_visit_is_stopped_and_made_joint_by_the_pages(made):
    client = client_of(made.nurse)
    address = f"/plans/people/{made.person.id}/visits/book/"
    first = sent(client, address, "worker_id", **visit_words(made, made.therapist, "4 11 2026"))
    assert "The visit is booked." in text_of(first)
    second = sent(client, address, "worker_id", **visit_words(made, made.nurse, "6 11 2026"))
    page, stopped = text_of(second), second.redirect_chain[-1][0]
    assert "This visit is not booked yet" in page
    assert "Less than 14 days" in page
    joint = text_of(client.post(stopped, form_with(page, 'value="joint"') | {"act": "joint"}, follow=True))
    assert "The visit is joint now." in joint
    assert "together with Theo Ot" in joint
    assert "1 made joint" in joint


def test_a_stopped_visit_is_booked_anyway_or_left_by_the_page(made):
    client = client_of(made.nurse)
    address = f"/plans/people/{made.person.id}/visits/book/"
    sent(client, address, "worker_id", **visit_words(made, made.therapist, "4 11 2026"))
    second = sent(client, address, "worker_id", **visit_words(made, made.nurse, "6 11 2026"))
    stopped, page = second.redirect_chain[-1][0], text_of(second)
    silent = client.post(stopped, form_with(page, 'value="anyway"') | {"act": "anyway"})
    assert silent.status_code == 422
    assert "Say why the person needs both visits" in text_of(silent)
    anyway = form_with(page, 'value="anyway"') | {"act": "anyway", "reason": "A new wheelchair"}
    assert "A new wheelchair" in text_of(client.post(stopped, anyway, follow=True))
    third = sent(client, address, "worker_id", **visit_words(made, made.nurse, "9 11 2026"))
    left = form_with(text_of(third), 'value="leave"') | {"act": "leave"}
    done = client.post(third.redirect_chain[-1][0], left, follow=True)
    assert "Nothing was booked." in text_of(done)


def test_a_visit_is_cancelled_and_booked_again_by_its_page(made):
    visit_id = care.booked(made, made.therapist).visit_id
    client = client_of(made.nurse)
    address = f"/plans/visits/{visit_id}/"
    assert client.post(address, {"act": "cancel"}).status_code == 422
    cancelled = text_of(sent(client, address, 'value="cancel"', act="cancel", why="In hospital"))
    assert "Cancelled: In hospital" in cancelled
    again = text_of(sent(client, address, 'value="restore"', act="restore"))
    assert "Occupational therapy assessment" in again


def test_a_time_that_is_past_or_a_worker_who_is_elsewhere_is_said_on_the_form(made):
    client = client_of(made.nurse)
    address = f"/plans/people/{made.person.id}/visits/book/"
    past = sent(client, address, "worker_id", **visit_words(made, made.nurse, "4 11 2025"))
    assert past.status_code == 422
    assert "This time has passed." in text_of(past)
    other = care.scene()
    make.grant(made.nurse.id, other.person.id)
    sent(client, address, "worker_id", **visit_words(made, made.nurse, "4 11 2026"))
    elsewhere = sent(client, f"/plans/people/{other.person.id}/visits/book/", "worker_id",
                     **visit_words(other, made.nurse, "4 11 2026"))  # fmt: skip
    assert elsewhere.status_code == 422
    assert "elsewhere at that time" in text_of(elsewhere)


def test_empty_pages_say_so(database):
    client = client_of(care.worker("council", make.place(make.TORBAY), "case_manager"))
    mine = text_of(client.get("/plans/mine/"))
    for words in ("nobody&#39;s case manager", "Nothing is due.", "No visit is booked.", "Everything has an owner."):
        assert words in mine
    assert "has a case manager" in text_of(client.get("/plans/gaps/"))


def test_the_person_reads_their_own_plan_and_changes_nothing(made):
    plan_id = care.agreed(made)
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    client = client_of(own)
    page = text_of(client.get(f"/plans/{plan_id}/"))
    assert "I want to walk the dog again." in page
    assert "Hand over" not in page
    assert "Name a case manager" not in page
    assert client.get(f"/plans/people/{made.person.id}/visits/").status_code == 200
    assert client.post(f"/plans/{plan_id}/goals/", {"words": "x", "request_key": care.key()}).status_code == 403
    assert client.get("/plans/mine/").status_code == 403


def addresses(made: care.Scene) -> Iterator[str]:
    plan_id = care.agreed(made)
    visit_id = care.booked(made, made.therapist).visit_id
    stopped_id = care.booked(made, made.nurse, days=5).stopped_id
    line_id = make.run("select id from plan_line where plan_id = %s", [plan_id])[0][0]
    yield from (f"/plans/{plan_id}/{tail}" for tail in (
        "", "print/", "what-matters/", "goals/", "care/", "actions/", "agree/", "case-manager/", "end/"))  # fmt: skip
    yield from (f"/plans/visits/{visit_id}/", f"/plans/visits/stopped/{stopped_id}/", f"/plans/lines/{line_id}/")
    yield from (f"/plans/people/{made.person.id}/{tail}" for tail in ("", "visits/", "visits/book/"))


def test_a_stranger_finds_nothing_at_any_address(made):
    client = client_of(made.stranger)
    for address in addresses(made):
        for method in (client.get, client.post):
            response = method(address, {"request_key": care.key(), "expected_version": "1", "act": "joint"})
            assert response.status_code in (404, 405), address
            assert made.person.family not in text_of(response)
    for address in ("/plans/mine/", "/plans/gaps/"):
        assert made.person.family not in text_of(client.get(address))


def test_caseload_and_plan_pages_ask_the_database_a_fixed_number_of_times(made):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    plan_id = care.agreed(made)
    care.named(made, plan_id, made.nurse)
    care.booked(made, made.nurse)
    client = client_of(made.nurse)
    plan, mine = cost(f"/plans/{plan_id}/"), cost("/plans/mine/")
    for number in range(3):
        more = care.scene()
        make.grant(made.nurse.id, more.person.id)
        care.named(more, care.agreed(more), made.nurse)
        care.booked(more, made.nurse, days=5 + number)
    assert cost("/plans/mine/") == mine
    assert plan <= 24
    assert mine <= 24


# Looked at: with JOINEDUP_SHOTS=folder the pictures are kept there


@pytest.fixture(scope="module")
def pictures(database) -> dict[str, str]:
    """Each page of the two steps as a real user gets it, by a name for its picture."""
    made, fresh = care.scene(), care.scene()
    gap, plan_id = care.agreed(fresh), care.agreed(made)
    for who in (made.nurse, made.social_worker):
        make.grant(who.id, fresh.person.id)
    care.named(made, plan_id, made.nurse)
    visit_id = care.booked(made, made.therapist).visit_id
    stopped_id = care.booked(made, made.nurse, days=5).stopped_id
    care.booked(made, made.nurse, "nursing", days=1, hour=14)
    third = care.scene()
    for who in (made.nurse, made.social_worker):
        make.grant(who.id, third.person.id)
    draft = care.filled(third)
    fourth = care.scene()
    make.grant(made.nurse.id, fourth.person.id)
    entry = make.timeline_entry(fourth.person.id, make.body(), "Heart failure")
    make.run("update person_timelineentry set kind = 'condition', open_ended = true where id = %s", [entry])
    open_one = care.started(fourth)
    done = make.run("select assessment_id from plan_plan where id = %s", [plan_id])[0][0]
    nurse, social = client_of(made.nurse), client_of(made.social_worker)
    social.post(f"/assessments/{done}/eligibility/", {"request_key": care.key()})
    shown = {
        "assessments": "/assessments/", "assessment-person": f"/assessments/people/{made.person.id}/",
        "assessment": f"/assessments/{done}/", "assessment-open": f"/assessments/{open_one}/",
        "section-health": f"/assessments/{open_one}/health/", "eligibility": f"/assessments/{done}/eligibility/",
        "plan": f"/plans/{plan_id}/", "plan-gap": f"/plans/{gap}/", "plan-print": f"/plans/{plan_id}/print/",
        "plan-person": f"/plans/people/{made.person.id}/", "plan-draft": f"/plans/{draft}/",
        "plan-agree": f"/plans/{draft}/agree/", "plan-care": f"/plans/{draft}/care/",
        "case-manager": f"/plans/{plan_id}/case-manager/", "caseload": "/plans/mine/", "gaps": "/plans/gaps/",
        "calendar": f"/plans/people/{made.person.id}/visits/", "book": f"/plans/people/{made.person.id}/visits/book/",
        "visit": f"/plans/visits/{visit_id}/", "stopped": f"/plans/visits/stopped/{stopped_id}/",
    }  # fmt: skip
    pages = {name: text_of(nurse.get(address)) for name, address in shown.items()}
    there = care.worker("council", make.place(), "coordinator", "Noor There")
    pages["hand-over"] = text_of(nurse.get(f"/plans/{plan_id}/hand-over/"))
    sent(nurse, f"/plans/{plan_id}/hand-over/", "receiver", receiver=_choice(nurse, plan_id, "Noor There"),
         moves_on="9 11 2026", why="Moves to her son.")  # fmt: skip
    pages["plan-offered"] = text_of(nurse.get(f"/plans/{plan_id}/"))
    pages["caseload-offered"] = text_of(client_of(there).get("/plans/mine/"))
    pages["section-social"] = text_of(social.get(f"/assessments/{done}/social_care/"))
    pages["care-refused"] = text_of(nurse.post(f"/plans/{draft}/care/", {}))
    return pages


def _choice(client, plan_id, name: str) -> str:
    """The choice that a page offers under a name: the last, where others have it too."""
    return re.findall(rf'value="([^"]+)"[^>]*>{name}<', text_of(client.get(f"/plans/{plan_id}/hand-over/")))[-1]


@pytest.mark.browser
def test_every_page_reads_well_at_both_widths_and_axe_finds_nothing(pictures):
    from tests.pages.browser import DESKTOP, NONCE, PHONE, Site, axe, chromium, overflows

    served = {f"/{name}/": re.sub(r'nonce="[^"]*"', f'nonce="{NONCE}"', page) for name, page in pictures.items()}
    site, folder = Site(served), os.environ.get("JOINEDUP_SHOTS", "")
    wrong: list[str] = []
    with chromium() as browser:
        for path in served:
            for size in (DESKTOP, PHONE):
                page = site.open(browser, path, size=size)
                wrong += [f"{path} {size['width']}: {each}" for each in axe(page)]
                wrong += [f"{path} is wider than {size['width']}"] if overflows(page) else []
                if folder:
                    name = f"plan-{path.strip('/')}-{size['width']}.png"
                    page.screenshot(path=str(Path(folder) / name), full_page=True)
                page.context.close()
    assert wrong == []
    assert site.complaints == []


def test_times_and_days_are_those_of_clocks_in_england(made):
    from joinedup.base.clock import LONDON
    from joinedup.plan.booking import Wanted

    starts_at = (care.now() + timedelta(days=250)).astimezone(LONDON).replace(hour=9, minute=30)
    wanted = Wanted(made.person.id, made.nurse.id, "nursing", starts_at, starts_at + timedelta(hours=1))
    from joinedup.plan.actions import book_visit

    care.do(book_visit, made.nurse, wanted=wanted)
    assert "9:30am to 10:30am" in text_of(client_of(made.nurse).get(f"/plans/people/{made.person.id}/visits/"))


def test_a_plan_goes_with_somebody_who_moves_by_the_pages(made):
    plan_id = care.agreed(made)
    place_id = make.place()
    there = care.worker("council", place_id, "coordinator", "Noor There")
    client = client_of(made.social_worker)
    offered = text_of(
        sent(client, f"/plans/{plan_id}/hand-over/", "receiver", receiver=f"{place_id}/{there.id}",
             moves_on="9 11 2026", why="Moves to her son.")
    )  # fmt: skip
    assert "Offered to <strong>Noor There</strong>, Invented place" in offered
    assert "Take the offer back" in offered
    asked = client_of(there)
    mine = text_of(asked.get("/plans/mine/"))
    assert "Plans offered to me or my team" in mine
    address = re.search(r'action="(/plans/handovers/[^"]+)"', mine).group(1)
    taken = text_of(asked.post(address, form_with(mine, "accepted") | {"answer": "accepted"}, follow=True))
    assert "The plan is yours now." in taken
    assert "accepted by Noor There" in taken
    assert "Plans offered to me or my team" not in text_of(asked.get("/plans/mine/"))
    again = asked.post(address, form_with(mine, "accepted") | {"answer": "declined", "request_key": care.key()})
    assert again.status_code == 409


def test_an_empty_offer_says_what_is_missing(made):
    plan_id = care.agreed(made)
    page = client_of(made.social_worker).post(f"/plans/{plan_id}/hand-over/", {})
    assert page.status_code == 422
    for words in ("Who takes it over", "First day there", "Why"):
        assert words in text_of(page)
