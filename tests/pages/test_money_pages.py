"""Can a charge be worked out, decided, read with every reason and printed by the pages alone, and by nobody else?"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.pages.test_plan_pages import client_of, sent, text_of

FORM = {
    "weekly_cost": "£164.50", "household": "single", "dependent_children": "0",
    "income_1_kind": "state_pension", "income_1_amount": "230.25",
    "income_2_kind": "attendance_allowance_lower", "income_2_amount": "73.90",
    "capital_1_kind": "savings", "capital_1_amount": "16,100.00", "capital_1_share": "1",
    "disability_related_expenditure_1_kind": "laundry", "disability_related_expenditure_1_amount": "12",
    "told_by": "The person", "setting": "home", "became_permanent_on": "",
}  # fmt: skip


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def form_address(made: money.Scene) -> str:
    return f"/money/{made.person.id}/plans/{made.plan_id}/"


def test_a_charge_is_shown_before_it_is_decided_and_then_stands_with_its_reasons(made):
    client = client_of(made.care.social_worker)
    empty = text_of(client.get(f"/money/{made.person.id}/"))
    assert "No charge is decided at present" in empty
    assert "Help in the morning: 7 hours a week" in empty
    ahead = text_of(sent(client, form_address(made), "weekly_cost", act="show", **FORM))
    assert "Nothing is decided yet." in ahead
    assert "£58.70" in ahead
    assert make.run("select count(*) from funding_assessment where plan_id = %s", [made.plan_id]) == [(0,)]
    decided = text_of(sent(client, form_address(made), "weekly_cost", act="decide", **FORM))
    assert "The charge is decided" in decided
    page = text_of(client.get(f"/money/{made.person.id}/"))
    for words in ("£58.70", "£105.80", "£164.50", "Savings: Counted.", "The law and the figures of step 1",
                  "SI 2014/2672 reg 7", "is not verified", "Ombudsman"):  # fmt: skip
        assert words in page
    record = text_of(client.get(f"/people/{made.person.id}/"))
    assert "What the person pays for care, each week" in record


CARE_HOME = FORM | {
    "setting": "care_home_permanent", "weekly_cost": "900", "as_at": "9 10 2026",
    "became_permanent_on": "1 9 2026", "home_occupied_by": "", "income_2_half": "on",
    "income_2_kind": "occupational_pension", "income_2_amount": "200",
    "capital_2_kind": "main_home", "capital_2_amount": "200000", "capital_2_share": "1",
}  # fmt: skip


def test_a_care_home_is_charged_by_its_own_rules_and_the_form_keeps_what_was_told(made):
    """In the twelve weeks: 230.25 + half of 200 + 8 from savings - 31.80 (unless the year says otherwise)."""
    client = client_of(made.care.social_worker)
    ahead = text_of(sent(client, form_address(made), "weekly_cost", act="show", **CARE_HOME))
    for words in ("The home is left out for the first 12 weeks", "Half of these pensions is left out",
                  "The personal expenses allowance must be left"):  # fmt: skip
        assert words in ahead
    sent(client, form_address(made), "weekly_cost", act="decide", **CARE_HOME)
    page = text_of(client.get(form_address(made)))
    for kept in ('value="care_home_permanent" checked', '<option value="main_home" selected>'):
        assert kept in page
    assert re.search(r'name="income_2_half"[^>]* checked', page)
    assert not re.search(r'name="income_1_half"[^>]* checked', page)
    later = CARE_HOME | {"as_at": "24 11 2026"}
    assert "The person pays the whole cost" in text_of(sent(client, form_address(made), "weekly_cost", **later))
    with_wife = later | {"home_occupied_by": "partner"}
    shown = text_of(sent(client, form_address(made), "weekly_cost", **with_wife))
    assert "the partner, or a former partner who is not estranged, lives in it" in shown


NURSED = CARE_HOME | {
    "weekly_cost": "1,100", "funded_nursing_care": "standard", "chosen_home_weekly_cost": "1,180.50",
    "top_up_paid_by": "third_party", "capital_2_debts": "50,000",
}  # fmt: skip


def test_the_form_takes_nursing_a_top_up_and_debts_and_starts_with_them_the_next_time(made):
    client = client_of(made.care.social_worker)
    decided = text_of(sent(client, form_address(made), "weekly_cost", act="decide", **NURSED))
    for words in ("The NHS pays", "£267.68", "The NHS pays this for nursing, whatever the person has.", "£80.50",
                  "A week of the care costs", "£1,100.00"):  # fmt: skip
        assert words in decided
    plan = text_of(client.get(f"/plans/{made.plan_id}/"))
    for words in ("Who pays for it each week", "£267.68", "£1,100.00", "Why: every step"):
        assert words in plan
    other = f"/plans/{care.agreed(made.care)}/"
    assert "Who pays for it each week" not in text_of(client_of(made.care.nurse).get(other))
    page = text_of(client.get(form_address(made)))
    for kept in ('<option value="standard" selected>', 'value="1180.50"', 'value="50000.00"',
                 "No policy of this place&#39;s council is held"):  # fmt: skip
        assert kept in page or kept.replace("&#39;", "'") in page
    own = NURSED | {"top_up_paid_by": "resident"}
    assert sent(client, form_address(made), "weekly_cost", act="show", **own).status_code == 200
    later = own | {"as_at": "24 11 2026"}
    for wrong, words in (
        (later, "The person may pay it only in the first 12 weeks"),
        (NURSED | {"chosen_home_weekly_cost": "1,000"}, "This is not dearer than the week of care above"),
        (FORM | {"funded_nursing_care": "higher"}, "The NHS pays this in a care home only"),
        (FORM | {"income_1_half": "on"}, "take the tick away"),
        (FORM | {"top_up_paid_by": "resident"}, "Enter what the dearer home costs"),
        (FORM | {"capital_2_debts": "5"}, "Enter what it is worth before the debts are taken off"),
    ):
        response = sent(client, form_address(made), "weekly_cost", act="show", **wrong)
        assert response.status_code == 422
        assert words in text_of(response)
    agreed = later | {"deferred_payment": "on"}
    assert sent(client, form_address(made), "weekly_cost", act="show", **agreed).status_code == 200


def test_what_was_told_of_a_row_is_told_once_and_an_answer_taken_back_ends(made):
    client = client_of(made.care.social_worker)
    held = ("select kind, more ->> 'debts_secured', more ->> 'half_to_partner' from funding_evidence e "
            "where person_id = %s and ends_on is null and kind in ('main_home', 'occupational_pension') "
            "and not exists (select from funding_evidence c where c.corrects_id = e.id) order by kind")  # fmt: skip
    sent(client, form_address(made), "weekly_cost", act="decide", **NURSED)
    told = [("main_home", "50000.00", None), ("occupational_pension", None, "true")]
    assert make.run(held, [made.person.id]) == told
    sent(client, form_address(made), "weekly_cost", act="decide", **NURSED)
    assert make.run(held, [made.person.id]) == told
    less = {name: value for name, value in NURSED.items() if name not in ("income_2_half", "capital_2_debts")}
    sent(client, form_address(made), "weekly_cost", act="decide", **less)
    assert make.run(held, [made.person.id]) == [("main_home", None, None), ("occupational_pension", None, None)]


def test_a_councils_policy_is_its_places_and_one_invented_for_the_demo_only_when_asked_for(database):
    """Bradford's invented policy charges 90 per cent at home; nobody types a policy, and a re-run goes by the same."""
    from joinedup.commissioning.queries.figures import charge_by_rule
    from joinedup.funding.models import Assessment

    scene = care.scene(make.BRADFORD)
    plan_id = care.agreed(scene)
    address, client = f"/money/{scene.person.id}/plans/{plan_id}/", client_of(scene.social_worker)
    assert "Use the policy that was invented for this demo" in text_of(client.get(address))
    costly = FORM | {"weekly_cost": "500"}
    sent(client, address, "weekly_cost", act="decide", **costly)
    decided = text_of(sent(client, address, "weekly_cost", act="decide", demo_policy="on", **costly))
    assert "The own policy of Bradford council, invented for the demo, lay over the national figures." in decided
    with care.acting(scene.social_worker):
        by_law, by_policy = Assessment.objects.filter(plan_id=plan_id).order_by("decided_at")
        for charge in (by_law, by_policy):
            assert charge_by_rule(charge, care.now().date()).weekly_charge_pence == charge.weekly_charge_pence
    assert "council" not in by_law.case
    assert by_policy.weekly_charge_pence < by_law.weekly_charge_pence
    assert re.search(r'name="demo_policy"[^>]* checked', text_of(client.get(address)))


def test_reablement_is_free_and_days_stand_with_what_they_are_the_day_of(made):
    client = client_of(made.care.nurse)
    free = FORM | {"free_service": "reablement", "free_since": "20 10 2026"}
    page = text_of(sent(client, form_address(made), "weekly_cost", act="show", **free))
    assert "Reablement is free for its first weeks." in page
    assert "£0.00" in page
    for wrong, words in (
        (FORM | {"free_service": "reablement"}, "the free weeks run from it"),
        (FORM | {"free_since": "20 10 2026"}, "Choose which service began on that day"),
        (FORM | {"became_permanent_on": "20 10 2026"}, "Leave this empty, or choose"),
    ):
        response = sent(client, form_address(made), "weekly_cost", act="show", **wrong)
        assert response.status_code == 422
        assert words in text_of(response)


def test_the_next_form_holds_what_was_told_and_the_old_charge_stays(made):
    first = money.charged(made)
    client = client_of(made.care.nurse)
    page = text_of(client.get(form_address(made)))
    assert 'value="230.25"' in page
    assert 'value="16100.00"' in page
    assert '<option value="state_pension" selected>' in page
    sent(client, form_address(made), "weekly_cost", act="decide", **(FORM | {"capital_1_amount": "30000"}))
    old = text_of(client.get(f"/money/charges/{first}/"))
    assert "This charge holds no longer." in old
    assert "Earlier charges" in text_of(client.get(f"/money/{made.person.id}/"))


def test_a_wrong_form_says_what_is_wrong_beside_its_field(made):
    client = client_of(made.care.nurse)
    wrong = FORM | {"income_1_amount": "", "capital_1_kind": "", "weekly_cost": "dear", "household": ""}
    response = sent(client, form_address(made), "weekly_cost", act="decide", **wrong)
    page = text_of(response)
    assert response.status_code == 422
    for words in ("Enter the amount of state pension", "Choose what capital 1 is", "Enter an amount in pounds",
                  "Answer “How does the person live?”", "Error: "):  # fmt: skip
        assert words in page
    early = sent(client, form_address(made), "weekly_cost", act="show", **(FORM | {"as_at": "1 1 1999"}))
    assert early.status_code == 422
    assert "as_at must be 2015-04-01 or later" in text_of(early)
    free = sent(client, form_address(made), "weekly_cost", act="show", **(FORM | {"weekly_cost": "0"}))
    assert free.status_code in (200, 422)


def test_an_unknown_birth_date_is_asked_for_as_an_age(made):
    make.run("update person_person set birth_date = null where id = %s", [made.person.id])
    client = client_of(made.care.nurse)
    assert "Has the person reached pension age?" in text_of(client.get(form_address(made)))
    shown = sent(client, form_address(made), "weekly_cost", act="show", pension_age="yes", **FORM)
    assert "£58.70" in text_of(shown)


def test_the_print_folds_nothing_away(made):
    charge = money.charged(made)
    page = text_of(client_of(made.care.nurse).get(f"/money/charges/{charge}/print/"))
    assert "<details" not in page
    assert "Printed on 2 November 2026" in page
    assert "Figure used: Minimum income guarantee (single pension age), £241.45" in page


def test_the_person_reads_what_they_pay_and_decides_nothing(made):
    charge = money.charged(made)
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    client = client_of(own)
    page = text_of(client.get("/money/mine/", follow=True))
    assert "£58.70" in page
    assert "Decide anew" not in page
    assert client.get(f"/money/charges/{charge}/").status_code == 200
    assert client.get(form_address(made)).status_code == 403
    assert client.post(form_address(made), FORM | {"request_key": care.key(), "act": "decide"}).status_code == 403


def test_a_stranger_or_a_provider_finds_nothing_at_any_address(made):
    charge = money.charged(made)
    make.grant(made.provider.id, made.person.id)
    addresses = (f"/money/{made.person.id}/", form_address(made), f"/money/charges/{charge}/",
                 f"/money/charges/{charge}/print/")  # fmt: skip
    for user, statuses in ((made.care.stranger, (404, 405)), (made.provider, (403, 405))):
        client = client_of(user)
        for address in addresses:
            for method in (client.get, client.post):
                response = method(address, FORM | {"request_key": care.key(), "act": "decide"})
                assert response.status_code in statuses, (address, response.status_code)
                assert made.person.family not in text_of(response)
                assert "58.70" not in text_of(response)


def test_a_commissioner_who_came_later_is_let_in_by_the_page(made):
    money.charged(made)
    later = care.worker("council", made.place_id, "commissioner")
    assert client_of(later).get(f"/money/{made.person.id}/").status_code == 404
    client = client_of(made.care.nurse)
    told = sent(client, f"/money/{made.person.id}/", "request_key")
    assert "Every commissioner of the place can see this now." in text_of(told)
    assert client_of(later).get(f"/money/{made.person.id}/").status_code == 200


# Looked at: with JOINEDUP_SHOTS=folder the pictures are kept there


@pytest.fixture(scope="module")
def pictures(database) -> dict[str, str]:
    """Each page of the step as a real user gets it, by a name for its picture."""
    made = money.scene()
    empty = money.scene()
    first, client = money.charged(made), client_of(made.care.social_worker)
    money.nursed(made)
    pages = {
        "money": f"/money/{made.person.id}/", "money-form": form_address(made), "money-old": f"/money/charges/{first}/",
        "money-print": f"/money/charges/{first}/print/",
    }  # fmt: skip
    shown = {name: text_of(client.get(address)) for name, address in pages.items()}
    shown["money-empty"] = text_of(client_of(empty.care.nurse).get(f"/money/{empty.person.id}/"))
    shown["money-ahead"] = text_of(sent(client, form_address(made), "weekly_cost", act="show", **NURSED))
    wrong = FORM | {"income_1_amount": "", "weekly_cost": "", "funded_nursing_care": "higher", "income_1_half": "on"}
    shown["money-wrong"] = text_of(sent(client, form_address(made), "weekly_cost", act="show", **wrong))
    return shown


def looked_at(pictures: dict[str, str]) -> tuple[list[str], list[str]]:
    """What is wrong with each page at both widths, and what the browser complained of."""
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
                    name = f"{path.strip('/')}-{size['width']}.png"
                    page.screenshot(path=str(Path(folder) / name), full_page=True)
                page.context.close()
    return wrong, site.complaints


@pytest.mark.browser
def test_every_page_reads_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at(pictures) == ([], [])
