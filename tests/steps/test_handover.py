"""Somebody moves: do record, plan and money arrive, is nothing lost, and is no day charged by two places?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.money_scene import refused
from tests.steps import calls

MOVES_ON = date(2026, 10, 15)


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


@pytest.fixture
def elsewhere(database) -> SimpleNamespace:
    return other_place()


def other_place(*, limit_pence: int = 100_000) -> SimpleNamespace:
    """Another place with its own people, provider, fund, officer and authority."""
    place_id = make.place()
    there = SimpleNamespace(
        place_id=place_id, coordinator=care.worker("council", place_id, "coordinator", "Noor There"),
        case_manager=care.worker("council", place_id, "case_manager", "Max There"),
        commissioner=care.worker("council", place_id, "commissioner"),
        officer=care.worker("council", place_id, "accounting_officer"),
        board=care.worker("icb", place_id, "board_member"),
        provider=care.worker("provider", place_id, "provider"),
    )  # fmt: skip
    there.provider_id = money.serving(there.provider, place_id)
    there.fund_id, there.fund_code = money.opened_fund(there.officer, place_id)
    money.delegated(there, limit_pence)
    return there


def offered(made: money.Scene, there: SimpleNamespace, receiver: make.MadeUser | None = None, **words):
    """The plan, offered to the other place."""
    from joinedup.plan.actions import offer_handover

    wanted = {
        "plan_id": made.plan_id, "to_place_id": there.place_id, "moves_on": MOVES_ON, "why": "Moves to her son.",
        "receiver_id": (receiver or there.coordinator).id, "expected_version": care.version_of(made.plan_id),
    }  # fmt: skip
    return care.do(offer_handover, made.care.social_worker, **(wanted | words))


def answered(who: make.MadeUser, handover_id, answer: str = "accepted"):
    """What somebody answers."""
    from joinedup.plan.actions import answer_handover

    return care.do(answer_handover, who, handover_id=handover_id, answer=answer)


def place_of(plan_id):
    """The place that a plan is in."""
    return make.run("select place_id from plan_plan where id = %s", [plan_id])[0][0]


def sees(who: make.MadeUser, person_id) -> bool:
    """Whether somebody sees a person now."""
    from joinedup.person.models import Person

    with care.acting(who):
        return Person.objects.filter(id=person_id).exists()


def bought_there(made: money.Scene, there: SimpleNamespace, **words):
    """The same line, proposed in the other place by its commissioner."""
    from joinedup.commissioning.actions import propose_package

    wanted = {
        "line_id": made.line_id, "provider_id": there.provider_id, "quantity_per_week": money.HOURS,
        "rate_pence": money.RATE_PENCE, "starts_on": MOVES_ON,
    }  # fmt: skip
    return care.do(propose_package, there.commissioner, **(wanted | words))


def ended_here(made: money.Scene, package_id, ends_on: date = MOVES_ON):
    """The package of the old place, ended with the move."""
    from joinedup.commissioning.actions import end_package

    return care.do(end_package, made.commissioner, package_id=package_id, ends_on=ends_on, why="Moved away.",
                   expected_version=money.version_of(package_id))  # fmt: skip


# The plan


def test_an_accepted_plan_is_the_new_places_and_its_case_manager_stays(made, elsewhere):
    care.named(made.care, made.plan_id, made.care.nurse)
    assert not sees(elsewhere.coordinator, made.person.id)
    handover_id = offered(made, elsewhere)
    assert sees(elsewhere.coordinator, made.person.id)
    assert place_of(made.plan_id) == made.place_id
    version = care.version_of(made.plan_id)
    answered(elsewhere.coordinator, handover_id)
    assert place_of(made.plan_id) == elsewhere.place_id
    assert care.version_of(made.plan_id) == version + 1
    held = "select subject_id, ends_at from plan_casemanager where plan_id = %s"
    assert make.run(held, [made.plan_id]) == [(made.care.nurse.id, None)]
    title = "select title from person_timelineentry where source_key = %s"
    assert "handed over" in make.run(title, [f"plan.handover/{handover_id}"])[0][0]


def test_a_declined_or_withdrawn_offer_changes_nothing_and_ends_its_sight(made, elsewhere):
    for who, answer in ((elsewhere.coordinator, "declined"), (made.care.social_worker, "withdrawn")):
        answered(who, offered(made, elsewhere), answer)
        assert place_of(made.plan_id) == made.place_id
        assert not sees(elsewhere.coordinator, made.person.id)


def test_only_who_was_asked_answers_and_once(made, elsewhere):
    from joinedup.base.errors import NotAllowed, NotFound, NotNow

    handover_id = offered(made, elsewhere)
    with pytest.raises(NotAllowed):
        answered(made.care.nurse, handover_id)
    with pytest.raises(NotAllowed):
        answered(elsewhere.coordinator, handover_id, "withdrawn")
    with pytest.raises(NotFound):
        answered(elsewhere.case_manager, handover_id)
    refused("one-handover-waits-at-a-time", offered, made, elsewhere)
    answered(elsewhere.coordinator, handover_id)
    with pytest.raises(NotNow):
        answered(elsewhere.coordinator, handover_id, "declined")


def test_a_plan_is_offered_to_somebody_of_the_other_place_and_nobody_else(made, elsewhere):
    refused("handover-to-who-works-there", offered, made, elsewhere, made.care.nurse)
    refused("handover-to-who-works-there", offered, made, elsewhere, elsewhere.commissioner)
    refused("handover-to-another-place", offered, made, elsewhere, made.care.nurse, to_place_id=made.place_id)
    refused("why-empty", offered, made, elsewhere, why=" ")
    with pytest.raises(Exception, match="has changed"):
        offered(made, elsewhere, expected_version=0)


def test_the_database_moves_a_plan_by_an_accepted_handover_only(made, elsewhere):
    move = "update plan_plan set place_id = %s where id = %s"
    assert care.refused_by(move, [elsewhere.place_id, made.plan_id]) == "plan_moves_by_handover"
    handover_id = offered(made, elsewhere)
    assert care.refused_by(move, [elsewhere.place_id, made.plan_id]) == "plan_moves_by_handover"
    edit = "update plan_handover set moves_on = '2027-01-01' where id = %s"
    assert care.refused_by(edit, [handover_id]) == "handover_is_answered_once"
    answered(elsewhere.coordinator, handover_id)
    assert care.refused_by(move, [made.place_id, made.plan_id]) == "plan_moves_by_handover"
    undo = "update plan_handover set answer = '', answered_by_id = null, answered_at = null where id = %s"
    assert care.refused_by(undo, [handover_id]) == "handover_is_answered_once"
    half = "update plan_handover set answer = 'declined' where id = %s"
    assert care.refused_by(half, [handover_id]) == "handover_is_answered_once"


def test_by_hand_nobody_offers_or_answers_under_another_name(made, elsewhere):
    from django.db import DatabaseError, connection

    handover_id = offered(made, elsewhere)
    with pytest.raises(DatabaseError, match="row-level security"), care.acting(made.care.nurse) as caller:
        connection.cursor().execute(
            "update plan_handover set answer = 'accepted', answered_by_id = %s, answered_at = now() where id = %s",
            [caller.id, handover_id],
        )
    with care.acting(care.worker("council", made.place_id)):
        cursor = connection.cursor()
        cursor.execute("select count(*) from plan_handover")
        assert cursor.fetchone() == (0,)


def test_offers_wait_on_the_caseload_of_whoever_was_asked(made, elsewhere):
    from joinedup.plan.queries import caseload

    handover_id, leader = offered(made, elsewhere), make.person(made.place_id, family="Joined")
    make.grant(elsewhere.coordinator.id, leader.id)
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [leader.id, made.person.id])
    with care.acting(elsewhere.coordinator) as caller:
        (waiting,) = caseload(caller, care.now()).offered
    assert (waiting.handover_id, waiting.is_mine, waiting.name) == (handover_id, True, "Ada Joined")
    make.run("update person_person set canonical_id = null where id = %s", [made.person.id])
    answered(elsewhere.coordinator, handover_id)
    with care.acting(elsewhere.coordinator) as caller:
        assert caseload(caller, care.now()).offered == ()


# The money


def test_the_new_place_buys_from_the_first_day_and_no_day_is_charged_twice(made, elsewhere):
    from joinedup.commissioning.actions import confirm_delivered_week

    package_id = money.committed(made)
    money.confirmed(made, package_id)
    answered(elsewhere.coordinator, offered(made, elsewhere))
    make.grant(elsewhere.commissioner.id, made.person.id)
    refused("package-after-the-other-places", bought_there, made, elsewhere)
    ended_here(made, package_id)
    refused("package-after-the-other-places", bought_there, made, elsewhere, starts_on=date(2026, 10, 14))
    there_id = bought_there(made, elsewhere)
    money.decided(made, there_id, elsewhere.officer)
    money.confirmed(made, package_id, money.WEEKS[1], quantity=Decimal(3))
    care.do(confirm_delivered_week, elsewhere.commissioner, package_id=there_id, week_starts_on=MOVES_ON)
    rows = make.run(
        "select d.week_starts_on, d.person_pence, j.fund_id, j.dated_on from commissioning_deliveredweek d "
        "join ledger_journal j on j.id = d.journal_id where d.person_id = %s order by 1", [made.person.id],
    )  # fmt: skip
    cut = round(money.CHARGE_PENCE * 3 / 7)
    assert rows == [
        (date(2026, 10, 5), money.CHARGE_PENCE, made.fund_id, date(2026, 10, 11)),
        (date(2026, 10, 12), cut, made.fund_id, date(2026, 10, 14)),
        (MOVES_ON, money.CHARGE_PENCE, elsewhere.fund_id, date(2026, 10, 21)),
    ]
    funding = "select count(distinct funding_id) from commissioning_package where person_id = %s"
    assert make.run(funding, [made.person.id]) == [(1,)]


def test_the_old_commissioner_is_told_that_the_plan_has_gone(made, elsewhere):
    from joinedup.commissioning.queries import board, package_of

    package_id = money.committed(made)
    answered(elsewhere.coordinator, offered(made, elsewhere))
    with care.acting(made.commissioner) as caller:
        (line,) = board(caller).committed
        assert line.moved_to == "Invented place"
        assert package_of(caller, package_id, care.now()).moved_to == "Invented place"


def test_a_package_does_not_end_before_weeks_that_were_posted(made):
    package_id = money.committed(made)
    money.confirmed(made, package_id)
    refused("package-ends-after-its-weeks", ended_here, made, package_id, date(2026, 10, 11))
    ended_here(made, package_id, date(2026, 10, 12))


def test_a_week_cut_short_is_charged_by_its_days_in_rules_and_database_alike(made):
    from joinedup.commissioning.rules import part_of_week

    package_id = money.committed(made)
    ended_here(made, package_id, date(2026, 10, 9))
    money.confirmed(made, package_id)
    row = make.run("select person_pence, week_starts_on from commissioning_deliveredweek where package_id = %s",
                   [package_id])  # fmt: skip
    assert row == [(round(money.CHARGE_PENCE * 4 / 7), money.FIRST_DAY)]
    limit = "select round(%s::numeric * %s / 7.0)"
    for pence in (0, 1, 2, 3, 6755, 99_999):
        for days in range(1, 8):
            assert make.run(limit, [pence, days]) == [(part_of_week(pence, days),)]
            rest = part_of_week(pence, 7 - days) if days < 7 else 0
            assert part_of_week(pence, days) + rest == pence


def test_two_proposals_for_two_lines_at_once_never_exceed_the_charge(database):
    from joinedup.commissioning.actions import propose_package
    from joinedup.funding.actions import decide_charge
    from joinedup.plan.actions import CareLine, add_line, agree_plan

    made = money.scene()
    plan_id = care.filled(made.care)
    evenings = CareLine("Evenings", "home_care", Decimal(7), "hour", money.FIRST_DAY, made.care.social_worker.id)
    care.do(add_line, made.care.social_worker, plan_id=plan_id, line=evenings)
    care.do(agree_plan, made.care.social_worker, plan_id=plan_id, expected_version=care.version_of(plan_id),
            agreed_by="Ada", agreed_how="By telephone")  # fmt: skip
    care.do(decide_charge, made.care.social_worker, person_id=made.person.id, plan_id=plan_id, case=money.CASE,
            weekly_cost_pence=2 * money.WEEK_PENCE)  # fmt: skip
    lines = make.run("select id from plan_line where plan_id = %s and kind = 'care'", [plan_id])
    make.grant(made.commissioner.id, made.person.id)
    acts = [
        lambda line_id=line_id: care.do(
            propose_package, made.commissioner, line_id=line_id, provider_id=made.provider_id,
            quantity_per_week=money.HOURS, rate_pence=money.RATE_PENCE, starts_on=money.FIRST_DAY,
        )
        for (line_id,) in lines
    ]  # fmt: skip
    answers = care.at_once(*acts)
    borne = make.run(
        "select coalesce(sum(s.weekly_pence), 0) from commissioning_split s join commissioning_package p "
        "on p.id = s.package_id where p.line_id = any (%s) and s.payer = 'person'", [[line for (line,) in lines]],
    )  # fmt: skip
    assert borne == [(money.CHARGE_PENCE,)], answers


# The request


def test_a_request_goes_to_the_place_of_whoever_takes_it_over(database):
    from joinedup.door.actions import answer_referral, refer

    here, there = calls.front_door(), calls.front_door()
    request_id = calls.taken(here.coordinator, calls.call(here.place, here.zone))
    with make.acting_as(here.coordinator.username) as by:
        referral_id = refer(by=by, at=calls.NOW, request_key=calls.key(), request_id=request_id, kind="transfer",
                            receiver_id=there.zone, reason="She moves there.")  # fmt: skip
    with make.acting_as(there.nurse.username) as by:
        answer_referral(by=by, at=calls.NOW, request_key=calls.key(), referral_id=referral_id, answer="accepted")
    row = "select place_id, owner_id, clock_started_at from door_request where id = %s"
    assert make.run(row, [request_id]) == [(there.place, there.zone, calls.BEGAN)]
    back = "update door_request set place_id = %s where id = %s"
    assert care.refused_by(back, [here.place, request_id]) == "request_is_where_its_owner_works"


def test_the_first_delivered_week_is_the_first_service_of_the_call(database):
    made = money.scene()
    coordinator = care.worker("council", made.place_id, "coordinator")
    whole = calls.call(
        made.place_id, coordinator.id, told=None, person_id=made.person.id,
        first_contact_at=calls.NOW.replace(month=9, day=28),
    )  # fmt: skip
    request_id = calls.taken(coordinator, whole)
    plan_id = care.agreed(replace(made.care, request_id=request_id))
    line_id = make.run("select id from plan_line where plan_id = %s and kind = 'care'", [plan_id])[0][0]
    package_id = money.committed(replace(made, plan_id=plan_id, line_id=line_id))
    served = "select first_service_on, version from door_request where id = %s"
    assert make.run(served, [request_id]) == [(None, 1)]
    for week in money.WEEKS[:2]:
        money.confirmed(made, package_id, week)
    assert make.run(served, [request_id]) == [(money.FIRST_DAY, 2)]
