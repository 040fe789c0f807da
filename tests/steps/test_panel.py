"""Does a package pass the one panel only with both sides, its cost and share seen, and is the family told?"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.money_scene import refused


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene(limit_pence=0)


def decision_of(package_id) -> tuple:
    return make.run(
        "select d.rule, d.charge_id, d.item_id, d.delegation_id, d.appeal_route, d.review_on, i.closed_how "
        "from commissioning_decision d left join commissioning_item i on i.id = d.item_id where d.package_id = %s",
        [package_id],
    )[0]  # fmt: skip


# Recommending


def test_nobody_recommends_without_the_cost_and_share_as_they_are(made):
    package_id = money.proposed(made)
    for seen in ({"seen_cost_pence": money.WEEK_PENCE - 1}, {"seen_person_pence": 0}):
        assert "as they stand" in refused(
            "figures-changed", money.recommended, made, package_id, made.care.nurse, **seen
        )
    money.recommended(made, package_id, made.care.nurse)
    row = make.run("select side, says, seen_cost_pence, seen_person_pence from commissioning_recommendation "
                   "where package_id = %s", [package_id])  # fmt: skip
    assert row == [("nhs", "recommend", money.WEEK_PENCE, money.CHARGE_PENCE)]


def test_a_recommendation_is_refused_once_rule_or_plan_say_something_else(made):
    package_id = money.proposed(made)
    money.charged(made, case=money.CASE | {"income": []})
    refused("recommendation-on-present-charge", money.recommended, made, package_id, made.care.nurse)
    other = money.scene()
    waiting = money.proposed(other)
    make.run("update plan_line set state = 'ended' where id = %s", [other.line_id])
    refused("plan-changed", money.recommended, other, waiting, other.care.nurse)


def test_a_recommendation_is_refused_when_the_law_has_other_figures_today(database):
    """The charge was decided as at a day of other figures of law; a year later the rule gives another share."""
    from joinedup.commissioning.queries.figures import charge_by_rule
    from joinedup.funding.models import Assessment

    made = money.scene()
    charge_id = money.charged(made, case=money.CASE | {"as_at": "2024-05-01"})
    package_id = money.proposed(made)
    with care.acting(made.care.nurse):
        charge = Assessment.objects.get(id=charge_id)
        assert charge_by_rule(charge, date(2024, 5, 1)).weekly_charge_pence == charge.weekly_charge_pence
        assert charge_by_rule(charge, care.now().date()).weekly_charge_pence != charge.weekly_charge_pence
    refused("charge-out-of-date", money.recommended, made, package_id, made.care.nurse)
    refused("charge-out-of-date", money.decided, made, package_id)


def test_who_works_for_neither_side_or_has_no_such_role_recommends_nothing(made):
    from joinedup.base.errors import NotAllowed

    package_id = money.proposed(made)
    odd = care.worker("pharmacy", made.place_id)
    make.grant(odd.id, made.person.id)
    refused("recommendation-of-a-side", money.recommended, made, package_id, odd)
    for who in (made.officer, made.provider, made.board):
        with pytest.raises(NotAllowed):
            money.recommended(made, package_id, who)


# Meeting and deciding


def test_beyond_the_delegation_the_panel_of_both_sides_decides(made):
    package_id = money.proposed(made)
    refused("within-delegation", money.decided, made, package_id)
    panel = money.on_agenda(made, package_id)
    for who in (panel.nurse, panel.social_worker):
        refused("panel-of-both-sides-agrees", money.decided, made, package_id)
        money.recommended(made, package_id, who)
    money.decided(made, package_id)
    rule, charge_id, item_id, delegation_id, appeal, review_on, closed = decision_of(package_id)
    charge = make.run("select id, rule from funding_assessment where plan_id = %s", [made.plan_id])[0]
    assert (charge_id, rule, item_id, delegation_id, closed) == (*charge, panel.item_id, None, "decided")
    assert "Ombudsman" in appeal
    assert review_on == max(money.FIRST_DAY, care.now().date()) + timedelta(days=56)


def test_a_package_whose_day_to_be_looked_at_again_has_passed_is_an_alarm_until_somebody_does(made):
    from joinedup.commissioning.actions import review_package
    from joinedup.commissioning.queries import besides_of, late_promises, panel_of

    package_id = money.proposed(made)
    panel = money.on_agenda(made, package_id)
    money.agreed_by_both(made, panel)
    money.decided(made, package_id)
    told(made, package_id)
    then = care.now() + timedelta(days=57)

    def alarms() -> tuple[int, int, list, bool]:
        with care.acting(made.commissioner) as caller:
            agenda = panel_of(caller, then)
            late = besides_of(caller, package_id, then).review_late
            return agenda.alarms, late_promises(caller, then), [each.package_id for each in agenda.reviews], late

    assert alarms() == (1, 1, [package_id], True)
    words = {"package_id": package_id, "reviewed_on": care.now().date(), "words": "It helps."}
    refused("review-names-a-later-day", care.do, review_package, made.care.nurse, next_on=care.now().date(), **words)
    care.do(review_package, made.care.nurse, next_on=then.date(), **words)
    assert alarms() == (0, 0, [], False)


def test_what_waits_for_the_panel_is_not_decided_past_it(database):
    made = money.scene()
    panel = money.on_agenda(made)
    refused("panel-of-both-sides-agrees", money.decided, made, panel.package_id)
    money.recommended(made, panel.package_id, panel.nurse)
    money.recommended(made, panel.package_id, made.commissioner)  # the council's, but no member of the meeting
    refused("panel-of-both-sides-agrees", money.decided, made, panel.package_id)
    money.recommended(made, panel.package_id, panel.social_worker)
    money.recommended(made, panel.package_id, panel.nurse, "against")
    refused("panel-of-both-sides-agrees", money.decided, made, panel.package_id)
    money.recommended(made, panel.package_id, panel.nurse)
    money.decided(made, panel.package_id)


def test_the_panel_decides_when_it_has_met_and_with_both_sides_there(made):
    from joinedup.commissioning.actions import NewMember, call_meeting, put_on_agenda, queue_for_panel

    package_id = money.proposed(made)
    item_id = care.do(queue_for_panel, made.commissioner, package_id=package_id)
    refused("panel-has-met", money.decided, made, package_id)
    nurse, social = made.care.nurse, made.care.social_worker
    one_side = [NewMember(money.office_of(nurse)), NewMember(money.office_of(made.care.therapist))]
    words = {"place_id": made.place_id, "held_on": care.now().date() + timedelta(days=1)}
    refused("panel-meets-with-both-sides", care.do, call_meeting, made.commissioner, members=one_side, **words)
    both = [NewMember(money.office_of(nurse)), NewMember(money.office_of(social))]
    meeting_id = care.do(call_meeting, made.commissioner, members=both, **words)
    care.do(put_on_agenda, made.commissioner, item_id=item_id, meeting_id=meeting_id, expected_version=1)
    for who in (nurse, social):
        money.recommended(made, package_id, who)
    refused("panel-has-met", money.decided, made, package_id)
    refused("commissioning-item-package-id-key", care.do, queue_for_panel, made.commissioner, package_id=package_id)


def test_members_see_the_person_from_the_agenda_on_for_some_days(made):
    from joinedup.commissioning.actions import NewMember, call_meeting, put_on_agenda, queue_for_panel

    guest = care.worker("icb", made.place_id, label="Ivy Icb")
    package_id = money.proposed(made)
    item_id = care.do(queue_for_panel, made.commissioner, package_id=package_id)
    members = [NewMember(money.office_of(guest)), NewMember(money.office_of(made.care.social_worker))]
    meeting_id = care.do(call_meeting, made.commissioner, place_id=made.place_id, held_on=care.now().date(),
                         members=members)  # fmt: skip
    sight = "select ends_at from access_accessgrant where subject_id = %s and person_id = %s"
    assert make.run(sight, [guest.id, made.person.id]) == []
    care.do(put_on_agenda, made.commissioner, item_id=item_id, meeting_id=meeting_id, expected_version=1)
    ends_at = make.run(sight, [guest.id, made.person.id])[0][0]
    assert timedelta(days=14) < ends_at - make.run("select now()")[0][0] <= timedelta(days=15)
    money.recommended(made, package_id, guest)


def test_a_declined_item_ends_the_proposal_and_must_be_told_too(made):
    from joinedup.base.errors import NotAllowed
    from joinedup.commissioning.actions import decline_item
    from joinedup.commissioning.queries import besides_of, panel_of

    panel = money.on_agenda(made)
    words = {"item_id": panel.item_id, "expected_version": 2, "why": "Day care would do more."}
    with pytest.raises(NotAllowed):
        care.do(decline_item, made.commissioner, **words)
    care.do(decline_item, made.officer, **words)
    assert make.run("select state, ended_why from commissioning_package where id = %s", [panel.package_id]) == [
        ("ended", "Day care would do more.")
    ]
    with care.acting(made.commissioner) as caller:
        assert [each.package_id for each in panel_of(caller, care.now()).untold] == [panel.package_id]
        assert "Ombudsman" in besides_of(caller, panel.package_id, care.now()).appeal_route
    told(made, panel.package_id)
    with care.acting(made.commissioner) as caller:
        assert panel_of(caller, care.now()).untold == ()


def test_taking_a_proposal_back_takes_it_off_the_agenda(made):
    from joinedup.commissioning.actions import end_package

    panel = money.on_agenda(made)
    care.do(end_package, made.commissioner, package_id=panel.package_id, expected_version=1, ends_on=money.FIRST_DAY,
            why="Her daughter moves in")  # fmt: skip
    assert make.run("select closed_how from commissioning_item where id = %s", [panel.item_id]) == [("withdrawn",)]


# Conditions and telling


def told(made: money.Scene, package_id, **words):
    from joinedup.commissioning.actions import tell_family

    wanted = {"told_whom": "Her daughter", "told_how": "telephone", "told_on": care.now().date(),
              "person_pence": money.CHARGE_PENCE}  # fmt: skip
    return care.do(tell_family, made.care.social_worker, package_id=package_id, **(wanted | words))


def test_a_condition_has_an_owner_and_a_day_and_is_met_once(made):
    from joinedup.base.errors import Conflict
    from joinedup.commissioning.actions import NewCondition, close_condition, decide

    panel = money.on_agenda(made)
    money.agreed_by_both(made, panel)
    asked = NewCondition("A therapist looks at the bath first", made.care.therapist.id, date(2026, 11, 20))
    care.do(decide, made.officer, package_id=panel.package_id, expected_version=1, conditions=[asked])
    condition_id = make.run("select id from commissioning_condition where person_id = %s", [made.person.id])[0][0]
    words = {"condition_id": condition_id, "met": True, "words": "Seen on Monday."}
    care.do(close_condition, made.care.therapist, expected_version=1, **words)
    with pytest.raises(Conflict):
        care.do(close_condition, made.care.therapist, expected_version=1, **words)
    refused("condition-is-closed-once", care.do, close_condition, made.care.therapist, expected_version=2, **words)


def test_the_family_is_told_what_was_decided_after_it_was_and_not_tomorrow(made):
    panel = money.on_agenda(made)
    refused("family-told-of-what-was-decided", told, made, panel.package_id)
    money.agreed_by_both(made, panel)
    money.decided(made, panel.package_id)
    refused("family-told-of-what-was-decided", told, made, panel.package_id, person_pence=0)
    today = care.now().date()
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        refused("family-told-after-the-decision", told, made, panel.package_id, told_on=day)
    told(made, panel.package_id)
    entry = "select detail from person_timelineentry where person_id = %s and title = %s"
    found = make.run(entry, [made.person.id, "The family was told what was decided"])[0][0]
    detail = dict(json.loads(found) if isinstance(found, str) else found)
    assert (detail["Who was told"], detail["How"]) == ("Her daughter", "By telephone")


def test_what_nobody_has_told_and_what_is_late_shows_as_an_alarm(made):
    from joinedup.commissioning.queries import panel_of

    panel = money.on_agenda(made)
    with care.acting(made.officer) as caller:
        agenda = panel_of(caller, care.now())
        assert [(each.package_id, each.late) for each in agenda.items] == [(panel.package_id, False)]
        assert [each.late for each in panel_of(caller, care.now() + timedelta(days=11)).items] == [True]
    money.agreed_by_both(made, panel)
    money.decided(made, panel.package_id)
    with care.acting(made.officer) as caller:
        assert [each.late for each in panel_of(caller, care.now()).untold] == [False]
        assert [each.late for each in panel_of(caller, care.now() + timedelta(days=6)).untold] == [True]
        assert panel_of(caller, care.now()).decided_days_median == 0
    told(made, panel.package_id)
    with care.acting(made.officer) as caller:
        assert panel_of(caller, care.now() + timedelta(days=6)).untold == ()
    with care.acting(made.care.stranger) as caller:
        assert panel_of(caller, care.now()).items == ()
