"""Does a line of a plan become a package, a decision, delivered weeks and postings, with every refusal in words?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.money_scene import refused, splits

REST_PENCE = money.WEEK_PENCE - money.CHARGE_PENCE


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def lines_of(journal_id) -> dict[str, int]:
    rows = make.run(
        "select split_part(a.code, ':', 1) || ':' || coalesce(p.side, 'people'), l.amount_pence from ledger_posting l "
        "join ledger_account a on a.id = l.account_id left join ledger_fundpartner p on p.id = a.partner_id "
        "where l.journal_id = %s", [journal_id],
    )  # fmt: skip
    return dict(rows)


# The whole way


def test_from_a_line_of_a_plan_to_postings_and_back(made):
    from joinedup.commissioning.queries import package_of, week_source
    from joinedup.ledger.queries import accounts_of, journal

    package_id = money.proposed(made)
    assert splits(package_id) == {"person": money.CHARGE_PENCE, "pooled_fund": REST_PENCE}
    money.decided(made, package_id)
    weeks = [money.confirmed(made, package_id, week) for week in money.WEEKS[:2]]
    with care.acting(made.commissioner) as caller:
        shown = package_of(caller, package_id, care.now())
        assert shown.state == "committed"
        assert [each.person_pence for each in shown.weeks if each.delivered] == [money.CHARGE_PENCE] * 2
        posted = next(each for each in shown.weeks if each.week_starts_on == money.FIRST_DAY)
        view = journal(posted.journal_id)
        assert (view.source_kind, view.source_id) == ("delivered_week", weeks[0])
        assert view.written.dated_on == date(2026, 10, 11)
        back = week_source(caller, view.source_id)
        assert (back.package_id, back.plan_id) == (package_id, made.plan_id)
        four = accounts_of(made.fund_id, date(2026, 11, 2))
        assert four.agrees
        assert four.account("people").spent_pence == four.account("people").received_pence == 2 * money.CHARGE_PENCE
        assert four.account("public").spent_pence == 2 * money.WEEK_PENCE
    assert lines_of(posted.journal_id) == {
        "cost-home-care:nhs": 6348, "cost-home-care:council": 4232, "cost-home-care:people": 5870,
        "payable:nhs": -6348, "payable:council": -4232, "payable:people": -5870,
        "receivable:people": 5870, "charge:people": -5870,
    }  # fmt: skip


def test_the_record_tells_of_the_package_and_its_weeks(made):
    from joinedup.commissioning.actions import end_package

    package_id = money.committed(made)
    money.confirmed(made, package_id)
    entry = "select title, amount_pence, open_ended from person_timelineentry where person_id = %s and kind = %s"
    assert make.run(entry, [made.person.id, "service"]) == [("Help in the morning", money.WEEK_PENCE, True)]
    assert make.run(entry, [made.person.id, "delivery"]) == [
        ("Delivered: Help in the morning", money.WEEK_PENCE, False)
    ]
    care.do(end_package, made.commissioner, package_id=package_id, expected_version=money.version_of(package_id),
            ends_on=date(2026, 10, 19), why="Moved away")  # fmt: skip
    assert make.run(entry, [made.person.id, "service"])[0][2] is False


def test_sight_travels_with_the_work_and_no_further(made):
    from joinedup.commissioning.queries import board

    def may_see(who: make.MadeUser) -> bool:
        return bool(make.run("select 1 from access_accessgrant where subject_id = %s and person_id = %s",
                             [who.id, made.person.id]))  # fmt: skip

    money.charged(made)
    assert (may_see(made.commissioner), may_see(made.officer), may_see(made.provider)) == (True, False, False)
    package_id = money.proposed(made)
    assert (may_see(made.officer), may_see(made.provider), may_see(made.board)) == (True, False, False)
    money.decided(made, package_id)
    assert (may_see(made.provider), may_see(made.board)) == (True, False)
    for who, count in ((made.commissioner, 1), (made.officer, 1), (made.provider, 1)):
        with care.acting(who) as caller:
            assert len(board(caller).committed) == count


# Proposing


def test_nobody_proposes_without_the_persons_share(made):
    from joinedup.commissioning.actions import propose_package

    make.grant(made.commissioner.id, made.person.id)
    words = {"line_id": made.line_id, "provider_id": made.provider_id, "quantity_per_week": money.HOURS,
             "rate_pence": money.RATE_PENCE}  # fmt: skip
    assert "without the cost and the person's share" in refused(
        "no-charge", care.do, propose_package, made.commissioner, **words
    )


def test_what_cannot_be_proposed_is_refused_in_words(made):
    from joinedup.base.errors import NotAllowed, NotFound
    from joinedup.commissioning.actions import propose_package

    money.charged(made)
    stranger = care.worker("provider", made.place_id, "provider")
    body_id = make.run("select body_id from access_subject where id = %s", [stranger.id])[0][0]
    refused("package-from-a-provider", money.proposed, made, provider_id=body_id)
    refused("package-within-the-plan", money.proposed, made, quantity_per_week=Decimal("7.25"))
    refused("package-within-assessed-cost", money.proposed, made, rate_pence=2351)
    refused("package-nothing", money.proposed, made, rate_pence=0)
    refused("payer", money.proposed, made, rest_payer="nobody")
    refused("no-fund", money.proposed, made, starts_on=date(2029, 1, 1))
    words = {"line_id": made.line_id, "provider_id": made.provider_id, "quantity_per_week": money.HOURS,
             "rate_pence": money.RATE_PENCE}  # fmt: skip
    with pytest.raises(NotAllowed):
        care.do(propose_package, made.care.nurse, **words)
    blind = care.worker("council", made.place_id, "commissioner")
    with pytest.raises(NotFound):
        care.do(propose_package, blind, **words)


def test_a_draft_or_an_action_is_not_bought(database):
    made = money.scene()
    money.charged(made)
    action = make.run("select id from plan_line where plan_id = %s and kind = 'action'", [made.plan_id])[0][0]
    from joinedup.base.errors import NotFound

    with pytest.raises(NotFound):
        money.proposed(made, line_id=action)
    make.run("update plan_line set state = 'ended' where id = %s", [made.line_id])
    refused("package-buys-agreed-care", money.proposed, made)


def test_two_packages_share_one_charge_and_the_person_never_pays_twice(made):
    first = money.proposed(made, quantity_per_week=Decimal(2))
    second = money.proposed(made, quantity_per_week=Decimal(5))
    assert splits(first) == {"person": 4700}
    assert splits(second) == {"person": 1170, "pooled_fund": 10580}


def test_the_council_alone_may_bear_the_rest(made):
    package_id = money.proposed(made, rest_payer="council")
    assert splits(package_id) == {"person": money.CHARGE_PENCE, "council": REST_PENCE}
    money.decided(made, package_id)
    money.confirmed(made, package_id)
    journal_id = make.run("select journal_id from commissioning_deliveredweek where package_id = %s", [package_id])[0][
        0
    ]
    assert lines_of(journal_id)["cost-home-care:council"] == REST_PENCE
    assert "cost-home-care:nhs" not in lines_of(journal_id)


def test_the_same_key_proposes_decides_and_confirms_once(made):
    from joinedup.commissioning.actions import decide

    keys = [care.key() for _ in range(3)]
    package_id = money.proposed(made, request_key=keys[0])
    assert money.proposed(made, request_key=keys[0]) == package_id
    words = {"package_id": package_id, "expected_version": 1, "request_key": keys[1]}
    assert care.do(decide, made.officer, **words) == care.do(decide, made.officer, **words)
    weeks = [money.confirmed(made, package_id, request_key=keys[2]) for _ in range(2)]
    assert weeks[0] == weeks[1]


# Deciding


def test_a_vacant_office_decides_nothing(made):
    package_id = money.proposed(made)
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.officer.id])
    from joinedup.base.errors import NotAllowed

    with pytest.raises(NotAllowed):
        money.decided(made, package_id)
    from joinedup.commissioning.actions import ask_for_decision

    assert "vacant" in refused(
        "exactly-one-accounting-officer", care.do, ask_for_decision, made.commissioner, package_id=package_id
    )


def test_of_two_officers_neither_decides_and_a_successor_does(made):
    from joinedup.commissioning.actions import ask_for_decision
    from joinedup.commissioning.queries import package_of

    package_id = money.proposed(made)
    second = care.worker("icb", made.place_id, "accounting_officer", "Ola Officer")
    make.grant(second.id, made.person.id)
    for who in (made.officer, second):
        assert "exactly one accounting officer" in refused(
            "exactly-one-accounting-officer", money.decided, made, package_id, who
        )
        with care.acting(who) as caller:
            assert "2 people hold the office" in package_of(caller, package_id, care.now()).obstacles[0]
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.officer.id])
    make.run("update access_accessgrant set ends_at = now() where subject_id = %s", [second.id])
    assert care.do(ask_for_decision, made.commissioner, package_id=package_id) == 1
    refused("within-delegation", money.decided, made, package_id, second)
    from joinedup.commissioning.actions import delegate_authority

    care.do(delegate_authority, made.board, holder_id=second.id, place_id=made.place_id, weekly_limit_pence=50_000)
    money.decided(made, package_id, second)


def test_an_officer_of_another_place_decides_nothing(made):
    elsewhere = money.scene()
    make.grant(elsewhere.officer.id, made.person.id)
    refused("no-fund", money.decided, made, money.proposed(made), elsewhere.officer)


@pytest.mark.parametrize("limit_pence", [0, money.WEEK_PENCE - 1])
def test_a_decision_outside_the_delegation_is_refused(database, limit_pence):
    from joinedup.commissioning.queries import package_of

    made = money.scene(limit_pence=limit_pence)
    package_id = money.proposed(made)
    assert "No delegation of yours" in refused("within-delegation", money.decided, made, package_id)
    with care.acting(made.officer) as caller:
        assert "Your delegation" in package_of(caller, package_id, care.now()).obstacles[0]


def test_a_delegation_of_another_kind_ended_or_run_out_does_not_count(database):
    from joinedup.commissioning.actions import end_delegation

    made = money.scene(limit_pence=0)
    money.delegated(made, 99_999, kind="day_care")
    ended = money.delegated(made, 99_999)
    care.do(end_delegation, made.board, delegation_id=ended, expected_version=1)
    run_out = money.delegated(made, 99_999, ends_at=care.now() + timedelta(hours=1))
    make.run("alter table commissioning_delegation disable trigger user")
    make.run("update commissioning_delegation set starts_at = now() - interval '2 hours', "
             "ends_at = now() - interval '1 second' where id = %s", [run_out])  # fmt: skip
    make.run("alter table commissioning_delegation enable trigger user")
    package_id = money.proposed(made)
    refused("within-delegation", money.decided, made, package_id)
    money.delegated(made, money.WEEK_PENCE, kind="home_care", ends_at=care.now() + timedelta(hours=1))
    money.decided(made, package_id)


def test_a_charge_that_changed_must_be_proposed_anew(made):
    from joinedup.commissioning.actions import end_package

    package_id = money.proposed(made)
    money.charged(made, case=money.CASE | {"income": []})
    refused("decision-on-present-charge", money.decided, made, package_id)
    words = {"ends_on": money.FIRST_DAY, "why": "The charge changed"}
    care.do(end_package, made.commissioner, package_id=package_id, expected_version=1, **words)
    again = money.proposed(made)
    assert splits(again) == {"pooled_fund": money.WEEK_PENCE}
    money.decided(made, again)


def test_a_package_is_decided_once_and_at_the_version_that_was_seen(made):
    from joinedup.base.errors import Conflict
    from joinedup.commissioning.actions import decide

    package_id = money.proposed(made)
    with pytest.raises(Conflict):
        care.do(decide, made.officer, package_id=package_id, expected_version=7)
    money.decided(made, package_id)
    refused("decision-on-a-proposal", money.decided, made, package_id)


def test_two_decisions_at_once_commit_once(made):
    package_id = money.proposed(made)
    answers = care.at_once(*[lambda: money.decided(made, package_id)] * 2)
    assert len([each for each in answers if isinstance(each, Exception)]) == 1
    assert make.run("select state, version from commissioning_package where id = %s", [package_id]) == [
        ("committed", 2)
    ]


def test_the_board_delegates_and_nobody_else(made):
    from joinedup.base.errors import NotAllowed
    from joinedup.commissioning.actions import delegate_authority

    words = {"holder_id": made.officer.id, "place_id": made.place_id, "weekly_limit_pence": 1}
    for who in (made.officer, made.commissioner, money.scene().board):
        with pytest.raises(NotAllowed):
            care.do(delegate_authority, who, **words)
    refused("not-an-officer", care.do, delegate_authority, made.board, **(words | {"holder_id": made.commissioner.id}))
