"""Does the call page take a real call, with nothing typed twice, and do requests show their clock, owner and answers?

Pages are asked for as real users; they are the same with and without script.
"""

from __future__ import annotations

import html
import json
import re
from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from joinedup.base import clock
from tests import factories as make
from tests.pages import browser as chrome
from tests.steps.calls import call as whole_call
from tests.steps.calls import front_door, key, person_of, taken, worker
from tests.steps.telling import client
from tests.steps.test_record import text_of

SAID = {
    "caller_name": "Ann Dart", "caller_relationship": "Daughter", "caller_phone": "01803 111111", "given": "Edith May",
    "birth_date": "2 3 1942", "postcode": "tq1 3dr", "phone": "01803 000000",
    "what_is_wrong": "She fell in the kitchen.\nHer hip “hurts” & she cannot stand.",
    "what_they_want": "Somebody today",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(database) -> SimpleNamespace:
    """A place with its front door."""
    return front_door()


def hidden(page: str, name: str) -> str:
    """What a page carries under a name."""
    return html.unescape(re.search(rf'name="{name}"[^>]* value="([^"]*)"', page).group(1))


def choices(page: str) -> list[str]:
    """The signed choices of person that a page offers, in order."""
    return re.findall(r'name="choose" value="([^"]+)"', page)


class Call:
    """A co-ordinator at the call page: what the browser would send, move after move."""

    def __init__(self, user: make.MadeUser, **said: str) -> None:
        self.browser, self.fields = client(user), SAID | {"family": f"Dart{uuid4().hex[:6]}"} | said
        self.page = self.browser.get("/call/").content.decode()

    def send(self, **more: str):
        """Send everything typed so far with one button."""
        carried = {"started": hidden(self.page, "started")}
        if 'name="person"' in self.page:
            carried["person"] = hidden(self.page, "person")
        response = self.browser.post("/call/", self.fields | carried | more)
        self.page = response.content.decode()
        return response

    def decide(self, desk, number: int, **more: str):
        """Choose a person by their place on the page and say what happens next."""
        self.send(choose=choices(self.page)[number])
        self.fields |= {"place": str(desk.place), "urgency": "today", "owner": str(desk.zone),
                        "next_step": "Nurse rings back at noon."} | more  # fmt: skip
        return self.send(move="take")


def request_at(response) -> UUID:
    """The request that a redirect leads to."""
    assert response.status_code == 302, text_of(response)[:2000]
    return UUID(response["Location"].strip("/").split("/")[-1])


def test_a_call_about_nobody_held_makes_a_record_and_a_request(desk):
    call = Call(desk.coordinator)
    assert "Nobody whose record you may see fits" in text_of(call.send(move="find"))
    request_id = request_at(call.decide(desk, -1))
    page = text_of(client(desk.nurse).get(f"/requests/{request_id}/"))
    for words in ("Edith May Dart", "Somebody today", "Nurse rings back at noon.", "Zone team", "Ann Dart, Daughter",
                  "Took the call; the clock started", "Jo Call"):  # fmt: skip
        assert words in page
    held = make.run("select birth_date, postcode from person_person where id = %s", [person_of(request_id)])
    assert held == [(date(1942, 3, 2), "TQ1 3DR")]


def test_the_clock_starts_when_the_page_was_opened_and_not_when_the_call_was_taken(desk):
    before = clock.now()
    call = Call(desk.coordinator)
    opened = clock.now()
    call.send(move="find")
    request_id = request_at(call.decide(desk, -1))
    [(started,)] = make.run("select clock_started_at from door_request where id = %s", [request_id])
    assert before <= started <= opened


def test_a_forged_start_is_replaced_and_every_text_is_kept(desk):
    call = Call(desk.coordinator)
    call.send(move="find")
    response = call.send(choose=choices(call.page)[-1], started="forged")
    assert "The clock starts again" in text_of(response)
    assert "She fell in the kitchen." in call.page
    assert make.run("select count(*) from person_person where family = %s", [call.fields["family"]]) == [(0,)]


def test_a_choice_that_the_page_did_not_offer_is_not_taken(desk):
    somebody, call = make.person(desk.place), Call(desk.coordinator)
    call.send(move="find")
    response = call.send(move="take", person=str(somebody.id))
    assert "Who is it?" in text_of(response)
    assert make.run("select count(*) from access_accessgrant where person_id = %s", [somebody.id]) == [(0,)]


def test_pressing_twice_is_one_call(desk):
    call = Call(desk.coordinator)
    call.send(move="find")
    call.send(choose=choices(call.page)[-1])
    call.fields |= {"place": str(desk.place), "urgency": "now", "owner": str(desk.zone), "next_step": "Go there."}
    page = call.page
    first = request_at(call.send(move="take"))
    call.page = page
    assert request_at(call.send(move="take")) == first


def test_errors_keep_every_text(desk):
    call = Call(desk.coordinator)
    call.send(move="find")
    response = call.decide(desk, -1, next_step="", urgency="", due_time="14:30")
    assert response.status_code == 422
    for words in ("Fill in “The next step, as the caller was told”", "Answer “How soon must something happen?”",
                  "Give the day as well", "She fell in the kitchen.", 'value="14:30"', "01803 111111"):  # fmt: skip
        assert words in html.unescape(call.page)
    response = Call(desk.coordinator, nhs_number="999 000 0019", birth_date="31 2 1942").send(move="find")
    assert response.status_code == 422
    assert "999 000 0019" in response.content.decode()
    assert "31 2 1942" in response.content.decode()


def test_nothing_is_typed_twice_when_going_back_to_somebody_else(desk):
    call = Call(desk.coordinator)
    call.send(move="find")
    call.send(choose=choices(call.page)[-1])
    call.fields |= {"next_step": "Ring at four.", "urgency": "soon", "owner": str(desk.other)}
    call.send(move="find")
    assert hidden(call.page, "next_step") == "Ring at four."
    call.send(choose=choices(call.page)[-1])
    assert "Ring at four." in call.page
    assert re.search(r'value="soon" checked', call.page)


def test_somebody_known_is_shown_with_what_is_happening_before_anything_is_decided(desk):
    somebody = make.person(desk.place)
    make.grant(desk.zone, somebody.id)
    taken(
        desk.coordinator,
        whole_call(desk.place, desk.other, told=None, person_id=somebody.id, next_step="Bring a frame."),
    )
    call = Call(desk.coordinator, given="Ada", family=somebody.family, birth_date="1 5 1938")
    assert f"Ada {somebody.family}" in text_of(call.send(move="find"))
    page = text_of(call.send(choose=choices(call.page)[0]))
    for words in ("Already asked for", "Bring a frame", "Reablement team", "Who else is going", "My dog"):
        assert words in page


def test_somebody_held_and_unseen_shows_nothing_until_the_call_is_taken(desk):
    somebody = make.person(desk.place, family=f"Xq{uuid4().hex[:8]}", born=date(1929, 7, 11))
    call = Call(desk.coordinator, given="Ada", family=somebody.family, birth_date="11 7 1929", postcode="")
    page = text_of(call.send(move="find"))
    assert "Somebody with the same name and date of birth" in page
    assert str(somebody.id) not in call.page
    assert somebody.nhs_number not in text_of(call.send(choose=choices(call.page)[0]))
    assert "My dog" not in call.page
    call.fields |= {"place": str(desk.place), "urgency": "today", "owner": str(desk.zone), "next_step": "Visit."}
    request_id = request_at(call.send(move="take"))
    assert person_of(request_id) == somebody.id
    assert client(desk.nurse).get(f"/people/{somebody.id}/").status_code == 200


def test_a_hidden_match_tells_the_coordinator_nothing(desk):
    """The pages of a call about somebody hidden are word for word those of a call about nobody held."""
    pages = []
    for number, is_hidden in enumerate((True, False)):
        family, born, postcode = f"Quiet{uuid4().hex[:6]}", date(1931, 1, 4 + number), f"TQ9 {number + 5}ZY"
        if is_hidden:
            somebody = make.person(desk.place, family=family, born=born)
            make.run("update person_person set restricted = true, postcode = %s where id = %s", [postcode, somebody.id])
        call = Call(desk.coordinator, family=family, birth_date=f"{born:%d %m %Y}", postcode=postcode)
        text = text_of(call.send(move="find"))
        request_id = request_at(call.decide(desk, -1))
        text += text_of(client(desk.coordinator).get(f"/requests/{request_id}/"))
        text += text_of(client(desk.coordinator).get(f"/people/{person_of(request_id)}/"))
        text += text_of(client(desk.coordinator).get("/people/questions/"))
        pages.append(re.sub(rf"{family}|{born.day} January|{postcode}|\d+:\d\d[ap]m|\d+ minutes?", "…", text))
    assert pages[0] == pages[1]
    assert "hidden" in text_of(client(desk.officer).get("/people/questions/"))


def test_too_many_traces_do_not_stop_a_call(desk):
    busy = worker("coordinator", desk.place, desk.zone)
    for _ in range(60):
        make.log_row(actor_id=busy.id, act="people.traced")
    call = Call(busy)
    assert "You have traced as often" in text_of(call.send(move="find"))
    assert request_at(call.decide(desk, -1))


def test_a_first_estimate_is_given_and_goes_into_the_record(desk):
    call = Call(desk.coordinator)
    call.send(move="find")
    call.send(choose=choices(call.page)[-1])
    call.fields |= {"household": "single", "savings": "from_0", "income": "from_20000", "weekly_cost": "400"}
    page = text_of(call.send(move="estimate"))
    words = re.search(r"they would pay (.+?)\. ", page).group(1)
    assert "a week" in words or words == "nothing"
    assert "This is no decision" in page
    call.fields |= {"place": str(desk.place), "urgency": "today", "owner": str(desk.zone), "next_step": "Visit."}
    request_id = request_at(call.send(move="take"))
    [(detail,)] = make.run(
        "select detail from person_timelineentry where source_key = %s", [f"door.request/{request_id}"]
    )
    assert ["First estimate given", words] in (detail if isinstance(detail, list) else json.loads(detail))
    kept = make.run(
        "select e.words, coalesce(e.highest_pence, 0) <= 40000 from funding_firstestimate e "
        "join door_request r on r.contact_id = e.contact_id where r.id = %s", [request_id],
    )  # fmt: skip
    assert kept == [(words, True)]
    couple = text_of(call_with(desk, household="couple_working_age"))
    assert "do not agree" in couple
    stay = {"setting": "care_home_permanent", "household": "single", "savings": "from_2325000", "weekly_cost": "1100"}
    nursed = text_of(call_with(desk, **stay, nursing="yes"))
    assert "they would pay the whole cost less the £267.68 a week that the NHS pays for nursing." in nursed
    unknown = text_of(call_with(desk, **(stay | {"savings": "from_0"}), own_home=""))
    assert "Whether the person owns a home" in unknown
    assert "they would pay between nothing and the whole cost." in unknown
    assert "The NHS pays for nursing in a care home only" in text_of(call_with(desk, household="single", nursing="yes"))


def call_with(desk, **means: str):
    """A page on which an estimate was asked for with these means."""
    call = Call(desk.coordinator)
    call.send(move="find")
    call.send(choose=choices(call.page)[-1])
    return call.send(move="estimate", **({"savings": "not_known", "income": "not_known"} | means))


def test_only_the_front_door_takes_calls_and_others_see_requests(desk):
    assert client(desk.nurse).get("/call/").status_code == 403
    assert client(desk.officer).get("/requests/").status_code == 403
    menu = text_of(client(desk.coordinator).get("/requests/"))
    assert "Take a call" in menu
    assert "Requests" in text_of(client(desk.nurse).get("/requests/"))


@pytest.mark.browser
def test_every_page_of_the_call_passes_axe_and_fits(desk):
    family = f"Axe{uuid4().hex[:8]}"
    somebody, _unseen = make.person(desk.place, family=family), make.person(desk.place, family=family)
    make.grant(desk.zone, somebody.id)
    request_id = taken(desk.coordinator, whole_call(desk.place, desk.zone, told=None, person_id=somebody.id))
    client(desk.coordinator).post(
        f"/requests/{request_id}/pass-on/",
        {"request_key": key(), "kind": "transfer", "receiver": str(desk.other), "reason": "She needs exercises."},
    )
    call = Call(desk.coordinator, given="Ada", family=somebody.family, birth_date="1 5 1938")
    pages = {"/call/1": call.page}
    call.send(move="find")
    pages["/call/2"] = call.page
    call.send(choose=choices(call.page)[0])
    call.fields |= {"household": "single", "savings": "not_known", "income": "not_known"}
    call.fields |= {"setting": "care_home_permanent", "nursing": "", "own_home": "yes"}
    call.send(move="estimate")
    pages["/call/3"] = call.page
    call.send(move="take")
    pages["/call/4"] = call.page
    for name, user, path in (
        ("list", desk.coordinator, "/requests/"), ("answer", desk.helper, "/requests/"),
        ("one", desk.coordinator, f"/requests/{request_id}/"), ("asked", desk.helper, f"/requests/{request_id}/"),
    ):  # fmt: skip
        pages[f"/requests/{name}"] = client(user).get(path).content.decode()
    site, wrong = chrome.Site(pages), {}
    with chrome.chromium() as chromium:
        for size in (chrome.DESKTOP, chrome.PHONE):
            for path in pages:
                page = site.open(chromium, path, size=size)
                page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
                found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
                if found:
                    wrong[f"{path} {size['width']}"] = found
                page.context.close()
    assert wrong == {}
    assert site.refused == []


@pytest.mark.browser
def test_a_call_is_taken_by_keyboard_without_script(desk, live):
    """The real thing in a browser that runs no script: typed once, Enter and Tab only between buttons."""
    with chrome.chromium() as chromium:
        context = chromium.new_context(java_script_enabled=False, viewport=chrome.PHONE)
        context.add_cookies([{"name": live.cookie, "value": desk.coordinator.token, "url": live.url}])
        page = context.new_page()
        page.goto(f"{live.url}/call/")
        family = f"Keys{uuid4().hex[:6]}"
        for name, words in (SAID | {"family": family}).items():
            page.fill(f"[name={name}]", words)
        page.focus("button[value=find]")
        page.keyboard.press("Enter")
        page.focus("text=Make a new record from what was said")
        page.keyboard.press("Enter")
        page.check("[name=urgency][value=today]")
        page.select_option("[name=owner]", label="Zone team")
        page.fill("[name=next_step]", "Nurse rings back.")
        page.focus("button[value=take]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests/*/")
        assert page.is_visible("text=The call is taken")
        assert page.is_visible(f"text=Request: Edith May {family}")
