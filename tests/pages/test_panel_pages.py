"""Do both sides and the officer get through panel, telling and disputes by the pages, and does every page read well?"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.pages.test_money_pages import looked_at
from tests.pages.test_plan_pages import client_of, form_with, sent, text_of


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene(limit_pence=0)


def today() -> str:
    return f"{care.now():%d %m %Y}"


def pressed(client, page: str, act: str, **values: str):
    """Send the form of a page that leads to another address."""
    hidden = form_with(text_of(client.get(page)), act)
    return client.post(page.replace("panel/", act), hidden | values, follow=True)


def sent_to(client, page: str, marker: str, act: str, **values: str):
    """Send the form of a page that holds a marker to the address it leads to."""
    return client.post(act, form_with(text_of(client.get(page)), marker) | values, follow=True)


def test_the_family_is_told_what_both_sides_of_the_panel_agreed(made):
    package_id = money.proposed(made)
    commissioner, officer = client_of(made.commissioner), client_of(made.officer)
    nurse, social = client_of(made.care.nurse), client_of(made.care.social_worker)
    address = f"/packages/{package_id}/"
    assert "the panel decides it" in text_of(officer.get(address))
    waiting = text_of(pressed(commissioner, f"{address}panel/", "queue/"))
    assert "Waits 0 days, promised by 12 November 2026" in waiting
    assert "A week costs <strong>£164.50</strong>. The person pays <strong>£58.70</strong>" in waiting
    called = sent(
        commissioner, "/packages/panel/meetings/", "member_1", place_id=str(made.place_id), held_on=today(),
        member_1=str(money.office_of(made.care.nurse)), member_2=str(money.office_of(made.care.social_worker)),
    )  # fmt: skip
    assert "Council: Sol Worker, Practitioner" in text_of(called)
    meeting_id = make.run("select id from commissioning_meeting where place_id = %s", [made.place_id])[0][0]
    pressed(commissioner, f"{address}panel/", "agenda/", meeting_id=str(meeting_id))
    says = {"says": "recommend", "words": "She needs it."}
    assert "saw £164.50 a week and £58.70 for the person" in text_of(sent(nurse, f"{address}panel/", "says", **says))
    assert "Nobody who sits for the council has recommended it." in text_of(officer.get(f"{address}decide/"))
    assert "Both sides of the panel agree" in text_of(sent(social, f"{address}panel/", "says", **says))
    wrong = sent(officer, f"{address}decide/", "expected_version", condition_1="Bath lift first")
    assert wrong.status_code == 422
    assert "A condition needs what, who and until when" in text_of(wrong)
    decided = text_of(sent(
        officer, f"{address}decide/", "expected_version", condition_1="Bath lift first",
        condition_1_owner=str(made.care.therapist.id), condition_1_due="20 11 2026",
    ))  # fmt: skip
    for words in ("after the panel of both sides agreed", "Bath lift first", "Nobody yet", "Ombudsman"):
        assert words in decided
    told = sent(social, f"{address}tell/", "told_whom", told_whom="Her daughter", told_how="telephone", told_on=today())
    assert "told Her daughter on 2 November 2026, by telephone: the person pays £58.70 a week" in text_of(told)
    condition = make.run("select id from commissioning_condition where person_id = %s", [made.person.id])[0][0]
    met = sent(
        client_of(made.care.therapist), f"{address}conditions/{condition}/", 'name="met"', met="yes", words="Fitted."
    )
    assert "Theo Ot: Fitted." in text_of(met)


def test_a_page_that_was_tampered_with_recommends_nothing(made):
    address = f"/packages/{money.proposed(made)}/panel/"
    nurse = client_of(made.care.nurse)
    for seen in ({"seen_cost_pence": ""}, {"seen_person_pence": "1"}):
        refused = sent(nurse, address, "says", says="recommend", words="Yes.", **seen)
        assert refused.status_code == 422
    assert make.run("select count(*) from commissioning_recommendation where person_id = %s", [made.person.id]) == [
        (0,)
    ]


def test_a_dispute_from_opening_to_what_is_owed(database):
    made = money.scene()
    package_id = money.committed(made)
    bodies, commissioner = money.partner_bodies(made), client_of(made.commissioner)
    opened = sent(
        commissioner, f"/packages/{package_id}/dispute/", "interim_payer_id", kind="who_pays", question="Nursing?",
        one_body_id=str(bodies["nhs"]), other_body_id=str(bodies["council"]), interim_payer_id=str(bodies["council"]),
        owner_id=str(made.care.social_worker.id), interim_from="5 10 2026",
    )  # fmt: skip
    address = opened.redirect_chain[-1][0]
    assert "must end by 30 November 2026" in text_of(opened)
    assert "proposed by somebody who works for one of the two sides" in text_of(opened)
    money.confirmed(made, package_id)
    assert "pays meanwhile" in text_of(commissioner.get(f"/packages/{package_id}/"))
    handed = sent_to(client_of(made.officer), address, "to_owner_id", address + "hand-over/",
                     to_owner_id=str(made.officer.id), because="Sol has left.")  # fmt: skip
    assert "from Sol Worker to Otto Officer, by Otto Officer. Sol has left." in text_of(handed)
    one, other = (client_of(each) for each in money.two_sides(made, UUID(address.split("/")[-2])))
    proposed = text_of(sent(one, address, "settled_from", settled_payer_id=str(bodies["nhs"]), settled_from="5 10 2026",
                            words="Agreed at the panel."))  # fmt: skip
    assert "Until it is confirmed Invented body goes on paying" in proposed
    assert "Take it back" in proposed
    [end] = set(re.findall(address + "ends/[0-9a-f-]+/", proposed))
    refused = sent_to(other, address, 'id="id_answer', end, answer="refused", words="")
    assert refused.status_code == 422
    assert "Say why it is refused." in text_of(refused)
    ended = text_of(sent_to(other, address, 'id="id_answer', end, answer="confirmed", words=""))
    assert "The end that both sides agreed" in ended
    assert "£105.80" in ended
    assert "Journal" in ended


def test_the_person_reads_what_was_decided_how_to_appeal_and_who_pays_meanwhile(database):
    made = money.scene()
    package_id = money.committed(made)
    money.disputed(made, package_id)
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    page = text_of(client_of(own).get(f"/packages/{package_id}/"))
    for words in (
        "How to appeal",
        "It is looked at again on 28 December 2026",
        "alone pays what the person does not",
        "They should know by",
    ):
        assert words in page
    assert "/tell/" not in page
    paper = text_of(client_of(own).get(f"/packages/{package_id}/print/"))
    for words in (
        "If you disagree",
        "Ombudsman",
        "Next on 28 December 2026",
        "Nobody yet. They should know by",
        "Invented body alone pays what the person does not",
        '<dd class="nhsuk-summary-list__value">£58.70',
    ):
        assert words in paper, words
    assert "/packages/panel/" not in page
    assert client_of(own).get(f"/packages/{package_id}/panel/").status_code == 403


def test_the_board_delegates_one_kind_of_care_and_what_goes_beyond_is_late(made):
    board = client_of(made.board)
    sent(board, "/packages/delegations/", "office", office=f"{made.place_id} {made.officer.id}", kind="day_care",
         weekly_limit="900")  # fmt: skip
    assert "for day care" in text_of(board.get("/packages/delegations/"))
    panel = money.on_agenda(made)
    assert "not kept" not in text_of(client_of(made.officer).get("/packages/"))
    make.run("alter table commissioning_item disable trigger check_item")
    make.run("update commissioning_item set due_on = '2026-10-01' where id = %s", [panel.item_id])
    make.run("alter table commissioning_item enable trigger check_item")
    assert "1 promise of the panel not kept" in text_of(client_of(made.officer).get("/packages/"))


def test_a_provider_and_a_stranger_see_nothing_of_panel_and_disputes(made):
    panel = money.on_agenda(made)
    dispute_id = money.disputed(made, panel.package_id)
    addresses = [f"/packages/{panel.package_id}/{page}/" for page in ("panel", "tell", "dispute", "decline")]
    for address in (*addresses, f"/packages/disputes/{dispute_id}/", f"/packages/people/{made.person.id}/residence/"):
        for who in (made.provider, made.care.stranger):
            assert client_of(who).get(address).status_code in (403, 404)
    assert made.person.family not in text_of(client_of(made.care.stranger).get("/packages/panel/"))


@pytest.fixture(scope="module")
def pictures(database) -> dict[str, str]:
    """Each page of the panel as a real user gets it, by a name for its picture."""
    from joinedup.commissioning.actions import NewCondition, decide, write_residence

    made, other = money.in_a_nursing_home(money.scene(limit_pence=0)), money.scene()
    panel = money.on_agenda(made, money.nursed_package(made))
    seen = {"seen_cost_pence": money.NURSED_WEEK_PENCE}
    money.recommended(made, panel.package_id, panel.nurse, **seen)
    money.recommended(made, panel.package_id, panel.social_worker, "other_payer", **seen)
    package_id = money.proposed(other)
    asked = NewCondition("A bath lift is fitted first", other.care.therapist.id, care.now().date() - timedelta(days=1))
    care.do(decide, other.officer, package_id=package_id, expected_version=1, conditions=[asked])
    dispute_id = money.disputed(other, package_id)
    money.confirmed(other, package_id)
    running = money.disputed(made, panel.package_id)
    one, other_side = money.two_sides(made, running)
    money.proposed_end(made, running, one, money.partner_bodies(made)["nhs"])
    money.settled(other, dispute_id, money.partner_bodies(other)["nhs"])
    council = make.body()
    make.run("update places_body set kind = 'council' where id = %s", [council])
    care.do(write_residence, other.care.social_worker, person_id=other.person.id, council_id=council,
            since=money.FIRST_DAY, basis="settled", words="Told by her daughter.")  # fmt: skip
    condition = make.run("select id from commissioning_condition where person_id = %s", [other.person.id])[0][0]
    first, second, officer = client_of(made.commissioner), client_of(other.commissioner), client_of(made.officer)
    pages = {
        "panel": (first, "/packages/panel/"), "panel-alarms": (second, "/packages/panel/"),
        "panel-meeting": (first, "/packages/panel/meetings/"),
        "panel-item": (first, f"/packages/{panel.package_id}/panel/"),
        "panel-item-nurse": (client_of(panel.nurse), f"/packages/{panel.package_id}/panel/"),
        "panel-decide": (officer, f"/packages/{panel.package_id}/decide/"),
        "panel-decline": (officer, f"/packages/{panel.package_id}/decline/"),
        "panel-package": (second, f"/packages/{package_id}/"), "panel-tell": (second, f"/packages/{package_id}/tell/"),
        "panel-condition": (second, f"/packages/{package_id}/conditions/{condition}/"),
        "disputes": (second, "/packages/disputes/"), "dispute-ended": (second, f"/packages/disputes/{dispute_id}/"),
        "dispute-running": (client_of(other_side), f"/packages/disputes/{running}/"), "gaps": (second, "/plans/gaps/"),
        "panel-print": (second, f"/packages/{package_id}/print/"),
        "panel-review": (second, f"/packages/{package_id}/review/"),
        "dispute-open": (second, f"/packages/{package_id}/dispute/"),
        "residence": (second, f"/packages/people/{other.person.id}/residence/"),
    }  # fmt: skip
    return {name: text_of(client.get(address)) for name, (client, address) in pages.items()}


def test_the_panel_sees_the_parts_of_person_nhs_and_the_rest(pictures):
    for words in ("the NHS alone <strong>£267.68</strong>", "£198.45", "<strong>£633.87</strong>"):
        assert words in pictures["panel-item"]


OFTEN = ("gaps", "panel-item", "dispute-running", "dispute-ended", "residence")


@pytest.mark.browser
def test_pages_read_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at({name: pictures[name] for name in OFTEN}) == ([], [])


@pytest.mark.browser
@pytest.mark.deep
def test_all_other_pages_read_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at({name: page for name, page in pictures.items() if name not in OFTEN}) == ([], [])
