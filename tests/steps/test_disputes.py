"""Does care start under a named interim payer while bodies disagree, and does the end settle each week to the penny?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.money_scene import refused

REST_PENCE = money.WEEK_PENCE - money.CHARGE_PENCE


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def borne(journal_id) -> dict[str, int]:
    """The cost of a journal by side."""
    return dict(make.run(
        "select coalesce(p.side, 'people'), sum(l.amount_pence)::bigint from ledger_posting l join ledger_account a on "
        "a.id = l.account_id left join ledger_fundpartner p on p.id = a.partner_id where l.journal_id = %s and "
        "a.kind = 'expense' group by 1", [journal_id],
    ))  # fmt: skip


def journal_of(week_id):
    return make.run("select journal_id from commissioning_deliveredweek where id = %s", [week_id])[0][0]


def owed(dispute_id) -> list[tuple]:
    return make.run(
        "select w.week_starts_on, p.side, s.amount_pence, s.journal_id is not null from commissioning_settledweek s "
        "join commissioning_deliveredweek w on w.id = s.week_id left join ledger_fundpartner p "
        "on p.body_id = s.owed_by_id where s.dispute_id = %s order by 1", [dispute_id],
    )  # fmt: skip


def test_care_starts_under_the_interim_payer_and_the_panel_need_not_agree_who_pays(database):
    made = money.scene(limit_pence=0)
    panel = money.on_agenda(made)
    money.recommended(made, panel.package_id, panel.nurse)
    money.recommended(made, panel.package_id, panel.social_worker, "other_payer")
    refused("panel-of-both-sides-agrees", money.decided, made, panel.package_id)
    money.disputed(made, panel.package_id)
    money.decided(made, panel.package_id)
    week = money.confirmed(made, panel.package_id)
    assert borne(journal_of(week)) == {"people": money.CHARGE_PENCE, "council": REST_PENCE}


def test_the_end_moves_each_week_to_who_must_pay_and_edits_nothing(made):
    from joinedup.ledger.queries import accounts_of

    package_id = money.committed(made)
    before = money.confirmed(made, package_id, money.WEEKS[0])
    dispute_id = money.disputed(made, package_id, interim_from=money.WEEKS[1])
    during = [money.confirmed(made, package_id, week) for week in money.WEEKS[1:3]]
    rows = make.run("select id, xmin from ledger_journal where fund_id = %s", [made.fund_id])
    assert money.settled(made, dispute_id, money.partner_bodies(made)["nhs"], money.WEEKS[2]) == 1
    assert owed(dispute_id) == [(money.WEEKS[2], "nhs", REST_PENCE, True)]
    assert [borne(journal_of(each))["council"] for each in during] == [REST_PENCE, REST_PENCE]
    after = money.confirmed(made, package_id, money.WEEKS[3])
    assert borne(journal_of(after)) == {"people": money.CHARGE_PENCE, "nhs": REST_PENCE}
    assert set(rows) <= set(make.run("select id, xmin from ledger_journal where fund_id = %s", [made.fund_id]))
    assert make.run("select * from access.ledger_faults(%s)", [made.fund_id]) == []
    with care.acting(made.commissioner):
        four = accounts_of(made.fund_id, date(2027, 1, 1))
        assert four.agrees
        shared = borne(journal_of(before))
        assert four.account("nhs").spent_pence == shared["nhs"] + 2 * REST_PENCE
        assert four.account("council").spent_pence == shared["council"] + REST_PENCE


def test_ended_by_the_funds_terms_each_partner_owes_its_part_and_they_sum(made):
    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    money.confirmed(made, package_id)
    money.settled(made, dispute_id, None)
    assert owed(dispute_id) == [(money.FIRST_DAY, "nhs", 6348, True)]  # 60 of 100 parts of 105.80
    later = money.confirmed(made, package_id, money.WEEKS[1])
    assert borne(journal_of(later)) == {"people": money.CHARGE_PENCE, "nhs": 6348, "council": 4232}


def test_a_package_that_ends_in_mid_week_is_settled_by_the_weeks_it_had(made):
    """The last days before the end are posted and settled too, though the package has ended while the dispute ran."""
    from decimal import Decimal

    from joinedup.commissioning.actions import end_package

    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    money.confirmed(made, package_id)
    care.do(end_package, made.commissioner, package_id=package_id, expected_version=money.version_of(package_id),
            ends_on=date(2026, 10, 15), why="Moved")  # fmt: skip
    money.confirmed(made, package_id, money.WEEKS[1], quantity=Decimal(3))
    assert money.settled(made, dispute_id, money.partner_bodies(made)["nhs"]) == 2
    person_pence = round(money.CHARGE_PENCE * 3 / 7)
    assert [row[2] for row in owed(dispute_id)] == [REST_PENCE, 3 * money.RATE_PENCE - person_pence]


def test_the_interim_payer_was_right_and_nothing_is_owed(made):
    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    money.confirmed(made, package_id)
    assert money.settled(made, dispute_id, money.partner_bodies(made)["council"]) == 0
    assert owed(dispute_id) == []


def test_another_council_owes_week_by_week_what_the_fund_here_cannot_post(made):
    """Ordinary residence: who is responsible shares in no fund here, so what it owes is stored and care goes on.

    Nobody here speaks for it either: another than who proposed the end writes down who of it agreed, on which paper.
    """
    from joinedup.commissioning.queries import Claim, claims_outside, dispute_of

    other = make.body()
    make.run("update places_body set kind = 'council', name = 'Elsewhere Council' where id = %s", [other])
    council = money.partner_bodies(made)["council"]
    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id, kind="ordinary_residence", one_body_id=council, other_body_id=other)
    money.confirmed(made, package_id)
    one = money.speaker(made, council, "Una One")
    proposal = money.proposed_end(made, dispute_id, one, other)
    refused("end-confirmed-by-the-other-side", money.answered_end, made.officer, proposal)
    refused("end-confirmed-by-the-other-side", money.answered_end, one, proposal, heard_from="A letter")
    assert money.answered_end(made.officer, proposal, heard_from="J Bloggs of Elsewhere, letter of 1 November") == 1
    money.confirmed(made, package_id, money.WEEKS[1])
    assert owed(dispute_id) == [(week, None, REST_PENCE, False) for week in money.WEEKS[:2]]
    with care.acting(made.officer) as caller:
        assert claims_outside(caller) == (Claim(dispute_id, "Elsewhere Council", "Invented body", 2, 2 * REST_PENCE),)
        assert dispute_of(caller, dispute_id, care.now()).outside_pence == 2 * REST_PENCE


def test_a_dispute_has_two_parties_an_owner_a_clock_and_a_partner_who_pays(made):
    from joinedup.base.errors import NotAllowed
    from joinedup.commissioning.actions import open_dispute

    bodies = money.partner_bodies(made)
    package_id = money.committed(made)
    outside = make.body()
    refused("dispute-is-between-two", money.disputed, made, package_id, other_body_id=bodies["nhs"], payer="nhs")
    refused("interim-payer-is-a-party", money.disputed, made, package_id, one_body_id=outside, payer="nhs")
    refused("interim-payer-is-a-partner", money.disputed, made, package_id, one_body_id=outside,
            interim_payer_id=outside)  # fmt: skip
    early = money.FIRST_DAY - timedelta(days=1)
    refused("interim-begins-after-posted-weeks", money.disputed, made, package_id, interim_from=early)
    money.confirmed(made, package_id)
    refused("interim-begins-after-posted-weeks", money.disputed, made, package_id)
    dispute_id = money.disputed(made, package_id, interim_from=money.WEEKS[1])
    due_on = make.run("select due_on from commissioning_dispute where id = %s", [dispute_id])[0][0]
    assert due_on == care.now().date() + timedelta(days=28)
    refused("package-has-one-running-dispute", money.disputed, made, package_id, interim_from=money.WEEKS[1])
    refused("dispute-end-says-who-pays-from-when", money.settled, made, dispute_id, None)
    refused("settled-payer-is-a-party", money.settled, made, dispute_id, outside, money.WEEKS[1])
    refused("end-proposed-by-a-party", money.proposed_end, made, dispute_id, made.officer, None, money.WEEKS[1])
    with pytest.raises(NotAllowed):
        care.do(open_dispute, made.care.nurse, package_id=package_id, kind="who_pays", question="x",
                one_body_id=bodies["nhs"], other_body_id=bodies["council"], interim_payer_id=bodies["nhs"],
                owner_id=made.commissioner.id)  # fmt: skip


def test_late_disputes_and_conditions_show_as_alarms(made):
    from joinedup.base.errors import NotAllowed
    from joinedup.commissioning.actions import NewCondition, decide
    from joinedup.commissioning.queries import dispute_of, disputes_of, late_promises, panel_of
    from joinedup.desk.gaps import gap_list

    package_id = money.proposed(made)
    asked = NewCondition("A key safe is fitted", made.care.therapist.id, care.now().date())
    care.do(decide, made.officer, package_id=package_id, expected_version=1, conditions=[asked])
    dispute_id = money.disputed(made, package_id)
    with care.acting(made.commissioner) as caller:
        assert panel_of(caller, care.now()).alarms == 0
        late = care.now() + timedelta(days=29)
        for days in (0, 1, 5, 6, 28, 29):
            then = care.now() + timedelta(days=days)
            assert panel_of(caller, then).alarms == late_promises(caller, then), days
        assert panel_of(caller, late).alarms == 3
        listed = gap_list(caller, late)
        assert [each.due_on for each in listed.late] == sorted(each.due_on for each in listed.late)
        assert {each.what.partition(":")[0] for each in listed.late} == {
            "Condition", "Dispute about who pays", "Nobody told the family that it was decided",
        }  # fmt: skip
        assert (listed.names_managers, listed.plans, listed.ownerless) == (False, (), ())
        assert gap_list(caller, care.now()).late == ()
        assert [each.late for each in disputes_of(caller, late)] == [True]
        assert dispute_of(caller, dispute_id, late).days == 29
    with care.acting(made.care.stranger) as caller:
        assert disputes_of(caller, care.now()) == ()
        assert (gap_list(caller, late).late, gap_list(caller, late).ownerless) == ((), ())
    with care.acting(made.board) as caller, pytest.raises(NotAllowed):
        gap_list(caller, late)


def test_a_dispute_and_a_week_at_the_same_moment_agree_on_who_pays(made):
    """Whichever comes first: the dispute begins after the posted week, or the week is the interim payer's."""
    from joinedup.base.errors import NotNow

    package_id = money.committed(made)
    opened, week = care.at_once(
        lambda: money.disputed(made, package_id), lambda: money.confirmed(made, package_id),
    )  # fmt: skip
    codes = {each.code for each in (opened, week) if isinstance(each, NotNow)}
    if isinstance(opened, NotNow):
        assert codes == {"interim-begins-after-posted-weeks"}
        assert borne(journal_of(week))["nhs"] == 6348
    elif isinstance(week, NotNow):
        assert codes == {"disputed-week-borne-by-its-payer"}
    else:
        assert borne(journal_of(week)) == {"people": money.CHARGE_PENCE, "council": REST_PENCE}


def test_of_two_who_end_a_dispute_at_once_one_is_refused_and_each_week_is_owed_once(made):
    from joinedup.base.errors import Conflict

    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    money.confirmed(made, package_id)
    payer = money.partner_bodies(made)["nhs"]
    one, other = money.two_sides(made, dispute_id)
    proposal = money.proposed_end(made, dispute_id, one, payer)
    answers = care.at_once(*[lambda: money.answered_end(other, proposal)] * 2)
    assert sorted(type(each) for each in answers if not isinstance(each, int)) == [Conflict]
    assert owed(dispute_id) == [(money.FIRST_DAY, "nhs", REST_PENCE, True)]


def test_until_the_other_side_confirms_the_interim_payer_pays_and_the_clock_runs(made):
    from joinedup.commissioning.queries import dispute_of

    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    one, other = money.two_sides(made, dispute_id)
    nhs = money.partner_bodies(made)["nhs"]
    first = money.proposed_end(made, dispute_id, one, nhs)
    refused("dispute-has-one-proposed-end", money.proposed_end, made, dispute_id, other, None)
    refused("end-confirmed-by-the-other-side", money.answered_end, one, first)
    week = money.confirmed(made, package_id)
    assert borne(journal_of(week)) == {"people": money.CHARGE_PENCE, "council": REST_PENCE}
    refused("words-empty", money.answered_end, other, first, "refused", words=" ")
    assert money.answered_end(other, first, "refused", words="She needs no nurse.") == 0
    second = money.proposed_end(made, dispute_id, one, nhs)
    money.answered_end(one, second, "withdrawn", words="")
    third = money.proposed_end(made, dispute_id, other, None)
    with care.acting(made.commissioner) as caller:
        shown = dispute_of(caller, dispute_id, care.now() + timedelta(days=29))
    assert (shown.line.ended_at, shown.line.late, shown.days) == (None, True, 29)
    assert [each.answer for each in shown.ends] == ["", "withdrawn", "refused"]
    assert owed(dispute_id) == []
    assert money.answered_end(one, third) == 1
    assert owed(dispute_id) == [(money.FIRST_DAY, "nhs", 6348, True)]


def test_a_dispute_is_handed_to_another_with_a_reason_and_its_day_stays(made):
    from joinedup.base.errors import Conflict
    from joinedup.commissioning.actions import hand_over_dispute
    from joinedup.commissioning.queries import dispute_of, ownerless_disputes
    from joinedup.desk.gaps import gap_list

    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    fresh = care.worker("council", made.place_id, "commissioner", "Nora New")
    wanted = {"dispute_id": dispute_id, "to_owner_id": fresh.id, "because": "Cora is ill."}
    refused("dispute-handed-to-somebody-in-post", care.do, hand_over_dispute, made.officer, expected_version=1,
            **(wanted | {"to_owner_id": made.provider.id}))  # fmt: skip
    refused("because-empty", care.do, hand_over_dispute, made.officer, expected_version=1, **wanted | {"because": " "})
    with care.acting(made.officer) as caller:
        before = dispute_of(caller, dispute_id, care.now()).line
        assert ownerless_disputes(caller, care.now()) == ()
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.commissioner.id])
    left = care.now() + timedelta(days=40)
    with care.acting(made.officer) as caller:
        assert [each.dispute_id for each in ownerless_disputes(caller, left)] == [dispute_id]
        assert [(each.key, each.owner) for each in gap_list(caller, left).ownerless] == [
            (dispute_id, "Cora Commissioner")
        ]
        assert dispute_of(caller, dispute_id, left).ownerless
    assert care.do(hand_over_dispute, made.officer, expected_version=1, **wanted) == 2
    with pytest.raises(Conflict):
        care.do(hand_over_dispute, made.officer, expected_version=1, **wanted)
    with care.acting(fresh) as caller:  # the new owner sees the person now
        shown = dispute_of(caller, dispute_id, left)
        assert ownerless_disputes(caller, left) == ()
    assert (shown.line.owner, shown.line.due_on, shown.line.opened_at) == ("Nora New", before.due_on, before.opened_at)
    assert [(each.from_owner, each.to_owner, each.by, each.because) for each in shown.handed] == [
        ("Cora Commissioner", "Nora New", "Otto Officer", "Cora is ill.")
    ]


# Moves


def test_ordinary_residence_says_who_is_responsible_and_that_care_goes_on(made):
    from joinedup.commissioning.actions import write_residence
    from joinedup.commissioning.queries import residence_of

    here, there = make.body(), make.body()
    for key, name in ((here, "Here Council"), (there, "There Council")):
        make.run("update places_body set kind = 'council', name = %s where id = %s", [name, key])
    words = {"person_id": made.person.id, "words": "Told by her daughter."}
    social = made.care.social_worker
    care.do(write_residence, social, council_id=here, since=date(2020, 1, 1), basis="settled", **words)
    care.do(write_residence, social, council_id=there, since=date(2026, 10, 1), basis="settled", **words)
    with care.acting(social) as caller:
        shown = residence_of(caller, made.person.id, care.now())
        assert shown.responsible[0].council == "There Council"
        assert "37 and 38" in shown.continuity.text()
        assert not shown.responsible[0].rule.verified
    care.do(
        write_residence, social, council_id=there, since=date(2026, 10, 20), basis="placed", placed_by_id=here, **words
    )
    with care.acting(social) as caller:
        assert residence_of(caller, made.person.id, care.now()).responsible[0].council == "Here Council"
    refused("placed-by", care.do, write_residence, social, council_id=there, since=date(2026, 10, 20), basis="placed",
            **words)  # fmt: skip
    trust = make.body()
    make.run("update places_body set kind = 'nhs_trust' where id = %s", [trust])
    refused("residence-in-the-area-of-a-council", care.do, write_residence, social, council_id=trust,
            since=date(2026, 10, 20), basis="settled", **words)  # fmt: skip
