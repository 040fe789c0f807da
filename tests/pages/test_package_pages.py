"""Do commissioner, accounting officer, provider and board get through by the pages, and strangers nowhere?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.pages.test_money_pages import looked_at
from tests.pages.test_plan_pages import client_of, form_with, sent, text_of

WEEK = {"week_starts_on": "2026-10-05"}


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def test_from_the_board_to_the_fund_by_the_pages(made):
    money.charged(made)
    commissioner, officer = client_of(made.commissioner), client_of(made.officer)
    board = text_of(commissioner.get("/packages/"))
    assert f"/packages/lines/{made.line_id}/" in board
    proposed = sent(
        commissioner, f"/packages/lines/{made.line_id}/", "rest_payer", provider_id=str(made.provider_id),
        quantity_per_week="7", rate="23.50", starts_on="5 10 2026", rest_payer="pooled_fund",
    )  # fmt: skip
    address = proposed.redirect_chain[-1][0]
    assert "Only the accounting officer of this place decides." in text_of(proposed)
    deciding = text_of(officer.get(f"{address}decide/"))
    for words in ("£164.50", "£58.70", "£105.80", "Commit £164.50 a week", "Why the person pays this"):
        assert words in deciding
    committed = text_of(sent(officer, f"{address}decide/", "expected_version"))
    assert "Committed by Otto Officer, accounting officer" in committed
    provider = client_of(made.provider)
    page = text_of(provider.get(address))
    assert "£" not in page
    report = form_with(page, WEEK["week_starts_on"]) | {"quantity": "6", "act": "report"}
    told = provider.post(f"{address}weeks/", report, follow=True)
    assert "It is owed when it is confirmed." in text_of(told)
    held = form_with(text_of(commissioner.get(address)), WEEK["week_starts_on"])
    posted = text_of(commissioner.post(f"{address}weeks/", held | {"quantity": "6", "act": "confirm"}, follow=True))
    assert "Delivered: 6 hours, £141.00, of it the person £58.70. Confirmed by Cora Commissioner." in posted
    fund = text_of(officer.get(f"/funds/{made.fund_code}/"))
    assert "They agree to the penny" in fund
    assert f"/funds/{made.fund_code}/accounts/cost-home-care:people/" in fund
    account = text_of(officer.get(f"/funds/{made.fund_code}/accounts/cost-home-care:people/"))
    assert "£58.70" in account
    journal_id = make.run("select journal_id from commissioning_deliveredweek where person_id = %s", [made.person.id])
    journal = text_of(officer.get(f"/funds/journals/{journal_id[0][0]}/"))
    for link in (address, f"/plans/{made.plan_id}/", "/money/charges/"):
        assert f'href="{link}' in journal
    assert officer.get(f"/plans/{made.plan_id}/").status_code == 200


def test_whoever_sees_the_fund_and_not_the_person_sees_no_name(made):
    money.confirmed(made, money.committed(made))
    analyst = client_of(care.worker("council", made.place_id, "analyst"))
    assert analyst.get("/funds/").status_code == 200
    assert analyst.get(f"/funds/{made.fund_code}/").status_code == 200
    journal_id = make.run("select journal_id from commissioning_deliveredweek where person_id = %s", [made.person.id])
    page = text_of(analyst.get(f"/funds/journals/{journal_id[0][0]}/"))
    assert "You may see the fund and not whose care it was." in page
    assert str(made.plan_id) not in page


def test_refusals_stand_on_the_page_in_words(database):
    made = money.scene(limit_pence=100)
    package_id = money.proposed(made)
    officer = client_of(made.officer)
    address = f"/packages/{package_id}/decide/"
    page = text_of(officer.get(address))
    assert "Your delegation in this place reaches up to £1.00 a week" in page
    assert "Commit £" not in page
    forced = officer.post(address, {"request_key": care.key(), "expected_version": "1"})
    assert forced.status_code == 409
    assert "This is more than you may commit." in text_of(forced)
    second = care.worker("icb", made.place_id, "accounting_officer")
    make.grant(second.id, made.person.id)
    assert "2 people hold the office of accounting officer" in text_of(officer.get(address))
    make.run(
        "update access_roleholding set ends_at = now() where subject_id = any (%s)", [[made.officer.id, second.id]]
    )
    vacant = text_of(client_of(made.commissioner).get(f"/packages/{package_id}/"))
    assert "The office of accounting officer is vacant" in vacant
    assert "Ask the accounting officer in post" not in vacant
    assert client_of(made.commissioner).get(address).status_code == 403


def test_a_proposal_that_cannot_be_is_refused_on_its_form(made):
    client = client_of(made.commissioner)
    make.grant(made.commissioner.id, made.person.id)
    without = text_of(client.get(f"/packages/lines/{made.line_id}/"))
    assert "No charge is decided for this plan" in without
    money.charged(made)
    words = {"provider_id": str(made.provider_id), "rate": "23.50", "starts_on": "5 10 2026",
             "rest_payer": "pooled_fund"}  # fmt: skip
    for changed, said in (({"quantity_per_week": "8"}, "more care than was agreed"),
                          ({"quantity_per_week": "7", "rate": "30"}, "worked out for a lower cost"),
                          ({"quantity_per_week": "", "rate": "x"}, "Enter an amount in pounds")):  # fmt: skip
        response = sent(client, f"/packages/lines/{made.line_id}/", "rest_payer", **(words | changed))
        assert response.status_code == 422
        assert said in text_of(response)


def test_ending_asking_and_a_conflict_by_the_pages(made):
    package_id = money.proposed(made)
    client, address = client_of(made.commissioner), f"/packages/{package_id}/"
    posted = client.post(f"{address}ask/", form_with(text_of(client.get(address)), f"{address}ask/"), follow=True)
    assert "can see and decide this" in text_of(posted)
    stale = form_with(text_of(client.get(f"{address}end/")), 'name="why"')
    money.decided(made, package_id)
    words = {"ends_on": "19 10 2026", "why": "Moved away"}
    assert client.post(f"{address}end/", stale | words).status_code == 409
    ended = text_of(sent(client, f"{address}end/", 'name="why"', **words))
    assert "Ended: Moved away." in ended
    assert client.post(f"{address}end/", {"request_key": care.key()}).status_code == 422
    again = sent(client, f"{address}end/", 'name="why"', **words)
    assert "has ended already" in text_of(again)


def test_the_board_delegates_and_ends_a_delegation_by_the_page(database):
    made = money.scene(limit_pence=0)
    client = client_of(made.board)
    assert "Nobody may commit anything in your places." in text_of(client.get("/packages/delegations/"))
    given = text_of(sent(client, "/packages/delegations/", "weekly_limit", office=f"{made.place_id} {made.officer.id}",
                         weekly_limit="1,500"))  # fmt: skip
    assert "up to <strong>£1,500.00</strong> a week for every kind of care" in given
    assert client.post("/packages/delegations/", {}).status_code == 422
    assert "Delegate</button>" not in text_of(client_of(made.officer).get("/packages/delegations/"))
    end = form_with(given, "/end/")
    key = make.run("select id from commissioning_delegation where place_id = %s", [made.place_id])[0][0]
    ended = text_of(client.post(f"/packages/delegations/{key}/end/", end, follow=True))
    assert "Nobody may commit anything" in ended


def test_the_person_and_their_practitioner_see_the_package_and_act_on_nothing(made):
    package_id = money.committed(made)
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    for user in (own, made.care.nurse):
        client = client_of(user)
        page = text_of(client.get(f"/packages/{package_id}/"))
        assert "£58.70" in page
        assert "Confirm and post" not in page
        assert client.post(f"/packages/{package_id}/weeks/", WEEK | {"request_key": care.key()}).status_code == 403
        assert client.get(f"/packages/{package_id}/end/").status_code == 403


def addresses(made: money.Scene) -> Iterator[str]:
    package_id = money.committed(made)
    money.confirmed(made, package_id)
    journal = make.run("select journal_id from commissioning_deliveredweek where package_id = %s", [package_id])[0][0]
    yield from (f"/packages/{package_id}/{tail}" for tail in ("", "ask/", "decide/", "weeks/", "end/"))
    yield f"/packages/lines/{made.line_id}/"
    yield from (
        f"/funds/{made.fund_code}/",
        f"/funds/{made.fund_code}/accounts/cash:people/",
        f"/funds/journals/{journal}/",
    )
    yield from ("/packages/", "/packages/delegations/", "/funds/")


def test_strangers_of_every_role_find_nothing_at_any_address(made):
    from joinedup.access.roles import ROLES

    held, elsewhere = list(addresses(made)), make.place()
    for role in ROLES:
        client = client_of(care.worker("council", elsewhere, role.code))
        for address in held:
            for method in (client.get, client.post):
                words = {"request_key": care.key(), "expected_version": "2", "quantity": "1", "why": "x", "rate": "1",
                         "ends_on": "9 11 2026", **WEEK}  # fmt: skip
                response = method(address, words)
                status = (200, 403, 405, 422) if address in ("/packages/", "/packages/delegations/", "/funds/") else (
                    403, 404, 405, 409)  # fmt: skip
                assert response.status_code in status, (role.code, address, response.status_code)
                for planted in (made.person.family, made.fund_code, "£58.70"):
                    assert planted not in text_of(response), (role.code, address)


def test_board_and_package_ask_the_database_a_fixed_number_of_times(made):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    package_id = money.committed(made)
    money.confirmed(made, package_id)
    client = client_of(made.commissioner)
    board, package = cost("/packages/"), cost(f"/packages/{package_id}/")
    for week in money.WEEKS[1:]:
        money.confirmed(made, package_id, week)
    more = money.scene()
    money.committed(more)
    make.grant(made.commissioner.id, more.person.id)
    assert cost("/packages/") == board
    assert cost(f"/packages/{package_id}/") == package
    assert board <= 16
    assert package <= 32  # two more: what adjustments wait, and who owes aftercare


@pytest.fixture(scope="module")
def pictures(database) -> dict[str, str]:
    """Each page of the step as a real user gets it, by a name for its picture."""
    from joinedup.commissioning.actions import report_week

    made, open_one = money.scene(), money.scene(limit_pence=100)
    waiting = money.in_a_nursing_home(money.scene(limit_pence=200_000))
    package_id, proposal, beyond = money.committed(made), money.nursed_package(waiting), money.proposed(open_one)
    money.confirmed(made, package_id)
    care.do(report_week, made.provider, package_id=package_id, week_starts_on=money.WEEKS[1], quantity=5)
    for who, other in ((made.commissioner, waiting), (made.commissioner, open_one)):
        make.grant(who.id, other.person.id)
    fresh = money.in_a_nursing_home(money.scene())
    money.nursed(fresh)
    commissioner, officer = client_of(made.commissioner), client_of(made.officer)
    journal = make.run("select journal_id from commissioning_deliveredweek where package_id = %s", [package_id])[0][0]
    pages = {
        "packages": (commissioner, "/packages/"), "package": (commissioner, f"/packages/{package_id}/"),
        "package-provider": (client_of(made.provider), f"/packages/{package_id}/"),
        "package-proposed": (client_of(waiting.commissioner), f"/packages/{proposal}/"),
        "package-decide": (client_of(waiting.officer), f"/packages/{proposal}/decide/"),
        "package-beyond": (client_of(open_one.officer), f"/packages/{beyond}/decide/"),
        "package-propose": (client_of(fresh.commissioner), f"/packages/lines/{fresh.line_id}/"),
        "packages-to-buy": (client_of(fresh.commissioner), "/packages/"),
        "package-end": (commissioner, f"/packages/{package_id}/end/"),
        "delegations": (client_of(made.board), "/packages/delegations/"), "funds": (officer, "/funds/"),
        "fund": (officer, f"/funds/{made.fund_code}/"), "journal": (officer, f"/funds/journals/{journal}/"),
        "account": (officer, f"/funds/{made.fund_code}/accounts/payable:people/"),
    }  # fmt: skip
    return {name: text_of(client.get(address)) for name, (client, address) in pages.items()}


@pytest.mark.browser
def test_every_page_reads_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at(pictures) == ([], [])


def test_whoever_proposes_and_decides_sees_all_three_payers(pictures):
    for name in ("package-proposed", "package-decide"):
        for words in ("The NHS pays alone", "£267.68", "The person pays", "£198.45", "The pooled fund pays", "£633.87"):
            assert words in pictures[name], (name, words)
    assert "The NHS pays alone of this care" in pictures["package-propose"]


def test_days_and_weeks_are_shown_as_they_are_counted(made):
    page = text_of(client_of(made.commissioner).get(f"/packages/{money.committed(made)}/"))
    starts = [f"Week from {day.day} October 2026" for day in reversed(money.WEEKS)]
    assert [page.index(each) for each in starts] == sorted(page.index(each) for each in starts)
    assert f"Week from {date(2026, 11, 2).day} November" not in page
