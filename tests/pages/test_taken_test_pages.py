"""Can grants, deferral and the NHS's tests be taken by the pages, and own money be told, by those alone who may?"""

from __future__ import annotations

import pytest

from tests import factories as make
from tests import money_scene as money
from tests.pages.test_my_money_pages import OWN, PIECE, TOLD, all_told, own_client, post
from tests.pages.test_plan_pages import client_of, sent, text_of
from tests.steps.test_healthcare_tests import LEVELS, board_officer, tool
from tests.steps.test_own_telling import acting


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def test_a_grant_and_a_deferral_are_told_kept_and_shown_with_the_money(made):
    worker, family = client_of(made.care.social_worker), own_client(made)
    grant, deferral = (f"/money/{made.person.id}/tests/{each}/" for each in ("dfg", "deferred-payment"))
    before = text_of(family.get(f"/my-money/{made.person.id}/"))
    assert f'href="{grant}"' in before
    assert "Tell what this test asks" not in text_of(family.get(grant))
    wrong = post(worker, grant, "tell", **TOLD)
    assert wrong.status_code == 422
    assert "Tell at least one of these" in text_of(wrong)
    all_told(made, worker)
    told = text_of(post(worker, grant, "tell", cost_of_works="£9,000", tenure="owner", **TOLD))
    assert "It stands in the evidence" in told
    assert "What is the applicable amount a week" in told.split("What would change it")[0]
    post(worker, grant, "tell", grant_applicable_amount="200", **TOLD)
    kept = text_of(post(worker, grant, "take"))
    assert "The answer is kept" in kept
    assert "the same as was kept last" in kept
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"',
         **(PIECE | {"what": "capital/main_home", "amount": "165000"}))  # fmt: skip
    post(worker, deferral, "tell", secured_debts="0", care_home_fee="900", deferral_interest="4.25%", **TOLD)
    post(worker, deferral, "take")
    page = text_of(family.get(f"/my-money/{made.person.id}/"))
    for words in ("The grant is £", "of the limit of £134,250.00 remains", "at 4.25% interest a year", "it lasts until",
                  "What would change it: Deferred payment", "if the home were worth £1,000.00 more"):  # fmt: skip
        assert words.lower() in page.lower()
    assert "The test of a deferral was taken" in page.split("Streams that do not touch it now")[0]
    piece = make.run("select id from funding_evidence where person_id = %s and kind = 'tenure'", [made.person.id])[0][0]
    correct = f"/money/{made.person.id}/evidence/{piece}/"
    assert "Tell it anew on the page of a test" in text_of(worker.get(correct))


def test_the_boards_officer_decides_on_a_tool_by_its_page_and_the_family_reads_why(made):
    officer, nurse = client_of(board_officer(made)), client_of(made.care.nurse)
    address = f"/money/{made.person.id}/tests/dst/"
    assert officer.get(address).status_code == 404
    told = post(nurse, address, "tell", team=["nurse", "social_worker"], **LEVELS, **TOLD)
    assert "It advises: with no need above low, eligibility is unlikely; people decide" in text_of(told)
    unsaid = post(nurse, address, "take")
    assert unsaid.status_code == 422
    says = {"take-recommends": "eligible", "take-because": "The needs are unpredictable."}
    kept = text_of(post(nurse, address, "take", **says))
    assert "Not decided" in kept
    assert "Decide on continuing healthcare" not in kept
    assert "Decide on continuing healthcare" in text_of(officer.get(address))
    words = {
        "decide-decides": "not_eligible",
        "decide-reason": "No need goes beyond low.",
        "decide-starts_on": "2 11 2026",
    }
    assert "against what the team recommended" in text_of(post(officer, address, "decide", **words))
    page = text_of(own_client(made).get(f"/my-money/{made.person.id}/"))
    assert "Decided by Ida Board" in page
    assert "NHS Continuing Healthcare: not tested" in page


def test_a_person_tells_their_own_money_and_reads_what_became_of_it(made):
    worker, family = client_of(made.care.social_worker), own_client(made)
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"', **PIECE)
    address = f"/money/{made.person.id}/own-words/"
    assert address in text_of(family.get(f"/people/{made.person.id}/"))
    assert "Waits for an officer" in text_of(post(family, address, "tell", **OWN))
    assert post(family, address, "tell", **(OWN | {"amount": "-3"})).status_code == 422
    post(family, address, "tell", **(OWN | {"what": "capital/savings", "amount": "5000"}))
    assert "Taken back" in text_of(post(family, address, "withdraw"))
    assert "1 waits for an officer" in text_of(family.get(f"/my-money/{made.person.id}/"))
    listed = text_of(worker.get("/money/own-words/"))
    assert made.person.family in listed
    assert 'href="/money/own-words/"' in text_of(worker.get("/my-money/"))
    assert family.get("/money/own-words/").status_code == 403
    telling = make.run(
        "select t.id from funding_owntelling t where person_id = %s and not exists "
        "(select from funding_owntellingend e where e.telling_id = t.id)", [made.person.id],
    )[0][0]  # fmt: skip
    answer = f"/money/own-words/{telling}/"
    assert "Yes: State pension, £230.25" in text_of(worker.get(answer))
    assert post(worker, answer, "accept").status_code == 422  # it must say whether it takes the older piece's place
    piece = make.run("select id from funding_evidence where person_id = %s", [made.person.id])[0][0]
    page = text_of(post(worker, answer, "accept", **{"accept-replaces": str(piece)}))
    assert "The person’s own word" in page
    assert "£240.00" in page.split("What was told before")[0]
    assert "Accepted" in text_of(family.get(address))
    assert worker.get(answer).status_code == 404


def test_who_acts_in_money_opens_the_money_and_the_statement_and_not_the_record(made):
    charge, _ = money.charged(made), tool(made)
    son = client_of(acting(made)[0])
    page = text_of(son.get("/my-money/", follow=True))
    for words in (made.person.family, "£58.70", "Disabled Facilities Grant", "Tell of this money yourself"):
        assert words in page
    for hidden in ("Decision Support Tool for", "Back to the record", "Appeal or complain", "Help in the morning"):
        assert hidden not in page
    statement = son.get(f"/money/charges/{charge}/statement/")
    assert "£312.15 − £253.45 = £58.70" in text_of(statement)
    assert son.get(f"/money/charges/{charge}/statement.pdf").content.startswith(b"%PDF-")
    assert son.get(f"/money/{made.person.id}/tests/dfg/").status_code == 200
    assert "Waits for an officer" in text_of(post(son, f"/money/{made.person.id}/own-words/", "tell", **OWN))
    for closed in ("people/{}/", "plans/people/{}/", "assessments/people/{}/", "money/{}/tests/dst/"):
        response = son.get(f"/{closed.format(made.person.id)}")
        assert response.status_code in (403, 404, 405), closed
        assert made.person.family not in text_of(response)
    health = client_of(acting(made, "lpa_health")[0])
    for closed in ("my-money/{}/", "money/{}/own-words/", "money/{}/tests/dfg/", "money/{}/evidence/"):
        assert health.get(f"/{closed.format(made.person.id)}").status_code == 403
