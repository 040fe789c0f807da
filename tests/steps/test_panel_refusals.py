"""Does the database refuse what the panel and disputes never allow, whoever writes it by hand?

The hand is the owner of the tables, or a member of staff who entered as `app`: both write plain SQL.
"""

from __future__ import annotations

from itertools import product
from uuid import UUID, uuid4

import psycopg
import pytest

from joinedup.access.roles import BY_CODE
from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.by_hand import refused, row_of, run, write

AT = "2026-11-02T09:00:00Z"


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def word(made: money.Scene, package_id: UUID, by: make.MadeUser, says: str = "recommend", **changed: object):
    charge = make.run("select funding_id from commissioning_package where id = %s", [package_id])[0][0]
    return {
        "id": str(uuid4()), "package_id": package_id, "person_id": made.person.id, "side": "council",
        "recommended_by_id": by.id, "recommended_at": AT, "says": says, "words": "x",
        "seen_cost_pence": money.WEEK_PENCE, "seen_person_pence": money.CHARGE_PENCE, "charge_id": charge,
    } | changed  # fmt: skip


def decision(made: money.Scene, package_id: UUID, **changed: object) -> dict[str, object]:
    return {
        "id": str(uuid4()), "package_id": package_id, "person_id": made.person.id, "place_id": made.place_id,
        "decided_by_id": made.officer.id, "decided_at": AT, "weekly_cost_pence": money.WEEK_PENCE,
        "fund_id": made.fund_id, "appeal_route": "Ask again.", "review_on": "2026-12-01", "rule": "",
    } | changed  # fmt: skip


# Recommending


def test_no_hand_recommends_without_cost_and_share_or_with_other_ones(made, owner, entered):
    package_id, table = money.proposed(made), "commissioning_recommendation"
    other = money.charged(money.scene())
    for hand in (owner, entered(made.care.nurse)):
        for changed, constraint in (
            ({"seen_cost_pence": money.WEEK_PENCE - 1}, "recommendation_on_what_was_seen"),
            ({"seen_person_pence": 0}, "recommendation_on_what_was_seen"),
            ({"charge_id": other}, "recommendation_on_present_charge"),
        ):
            refused(constraint, hand, write, table, word(made, package_id, made.care.nurse, **changed))
            hand.execute("select access.enter(%s)", [made.care.nurse.token])
    for missing in ("seen_cost_pence", "seen_person_pence", "charge_id"):
        row = word(made, package_id, made.care.nurse)
        del row[missing]
        with pytest.raises((psycopg.errors.NotNullViolation, psycopg.errors.CheckViolation)):
            write(owner, table, row)
        owner.rollback()
    money.charged(made)
    refused("recommendation_on_present_charge", owner, write, table, word(made, package_id, made.care.nurse))


def test_the_side_is_the_bodys_whatever_the_hand_writes_and_a_word_is_not_taken_back(made, owner):
    package_id = money.proposed(made)
    key = write(owner, "commissioning_recommendation", word(made, package_id, made.care.nurse))
    found = owner.execute("select side from commissioning_recommendation where id = %s", [key]).fetchone()
    assert found == ("nhs",)
    refused("recommendation_of_a_side", owner, write, "commissioning_recommendation",
            word(made, package_id, made.provider))  # fmt: skip
    money.recommended(made, package_id, made.care.nurse)
    key = make.run("select id from commissioning_recommendation where package_id = %s", [package_id])[0][0]
    for statement in ("update commissioning_recommendation set says = 'against' where id = %s",
                      "delete from commissioning_recommendation where id = %s"):  # fmt: skip
        refused("commissioning_is_append_only", owner, run, statement, key)


def test_roles_write_what_they_permit_and_nothing_else(made, entered):
    """The functions of sql/0006_panel.sql name the roles that carry the permissions in roles.py."""
    package_id = money.proposed(made)
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(who)
        may = app.execute("select access.recommends_in(%s), access.runs_panel_in(%s)", [made.place_id] * 2).fetchone()
        assert may == ("recommend_package" in role.permissions, "run_panel" in role.permissions), code
        row = word(made, package_id, who)
        if may[0]:
            write(app, "commissioning_recommendation", row)
            app.rollback()
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "commissioning_recommendation", row)
    app = entered(made.care.nurse)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(app, "commissioning_recommendation", word(made, package_id, made.care.social_worker))


# Meeting and deciding


def test_no_hand_decides_past_the_panel_nor_without_appeal_and_review(made, owner, entered):
    panel = money.on_agenda(made)
    money.recommended(made, panel.package_id, panel.nurse)
    for hand in (owner, entered(made.officer)):
        refused("panel_of_both_sides_agrees", hand, write, "commissioning_decision",
                decision(made, panel.package_id))  # fmt: skip
    money.recommended(made, panel.package_id, panel.social_worker)
    refused("panel_has_met", owner, write, "commissioning_decision",
            decision(made, panel.package_id, decided_at="2026-10-01T09:00:00Z"))  # fmt: skip
    for changed in ({"appeal_route": ""}, {"review_on": None}):
        refused("decision_names_appeal_and_review", owner, write, "commissioning_decision",
                decision(made, panel.package_id, **changed))  # fmt: skip
    write(owner, "commissioning_decision", decision(made, panel.package_id, rule="made-up/9"))
    rule = owner.execute("select rule from commissioning_decision where package_id = %s", [panel.package_id]).fetchone()
    assert rule == make.run("select rule from funding_assessment where plan_id = %s", [made.plan_id])[0]


def test_the_page_and_the_database_agree_on_when_the_panel_agrees(made, owner):
    """Each side's last word, or none, with and without a dispute: the rule in Python and the function say the same."""
    from joinedup.commissioning.rules.panel import Word, in_the_way

    panel = money.on_agenda(made)
    words = (None, "recommend", "other_payer", "against")
    for nurse, social in product(words, words):
        owner.execute("select 1")
        for who, says in ((panel.nurse, nurse), (panel.social_worker, social)):
            if says:
                write(owner, "commissioning_recommendation", word(made, panel.package_id, who, says))
        said = [Word(side, says) for side, says in (("nhs", nurse), ("council", social)) if says]
        for disputed in (False, True):
            agrees = owner.execute("select access.panel_agrees(%s, %s)", [panel.package_id, disputed]).fetchone()[0]
            assert agrees == (in_the_way(said, disputed) == ()), (nurse, social, disputed)
        owner.rollback()


def test_an_item_keeps_its_clock_and_ends_as_it_may(made, owner, entered):
    panel = money.on_agenda(made)
    change = "update commissioning_item set {} where id = %s"
    for hand in (owner, entered(made.commissioner)):
        refused("item_is_not_rewritten", hand, run, change.format("due_on = due_on + 30"), panel.item_id)
    decided = change.format("closed_at = now(), closed_how = 'decided'")
    refused("item_decided_by_a_decision", owner, run, decided, panel.item_id)
    declined = change.format("closed_at = now(), closed_how = 'declined', closed_why = 'x'")
    refused("exactly_one_accounting_officer", owner, run, declined, panel.item_id)
    refused("exactly_one_accounting_officer", entered(made.commissioner), run, declined, panel.item_id)
    other = money.scene()
    package_id = money.committed(other)
    row = row_of("commissioning_item", panel.item_id, package_id=package_id, person_id=other.person.id,
                 place_id=other.place_id)  # fmt: skip
    refused("item_is_a_proposal_of_its_place", owner, write, "commissioning_item", row)
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_item where id = %s", panel.item_id)


def test_a_meeting_of_one_side_or_of_no_side_is_no_meeting(made, owner):
    meeting = {"id": str(uuid4()), "place_id": made.place_id, "held_on": "2026-11-09",
               "called_by_id": made.commissioner.id, "called_at": AT}  # fmt: skip
    member = {"meeting_id": meeting["id"], "side": "council", "office": ""}
    write(owner, "commissioning_meeting", meeting)
    for who in (made.care.nurse, made.care.therapist):
        write(owner, "commissioning_member",
              {"id": str(uuid4()), "subject_id": who.id, "holding_id": money.office_of(who), **member})  # fmt: skip
    refused("panel_meets_with_both_sides", owner, psycopg.Connection.commit)
    elsewhere = care.scene()
    make.role(made.board.id, "case_manager", made.place_id)
    left = make.role(made.care.nurse.id, "case_manager", made.place_id)
    make.run("update access_roleholding set ends_at = '2026-11-08T23:59:00Z' where id = %s", [left])
    for who, holding, constraint in (
        (made.provider, money.office_of(made.provider), "panel_member_has_a_side"),
        (made.care.nurse, None, "panel_member_in_post_on_the_day"),
        (made.care.nurse, left, "panel_member_in_post_on_the_day"),
        (made.care.nurse, money.office_of(made.care.therapist), "panel_member_in_post_on_the_day"),
        (elsewhere.nurse, money.office_of(elsewhere.nurse), "panel_member_in_post_on_the_day"),
        (made.officer, money.office_of(made.officer), "panel_member_in_post_on_the_day"),
    ):
        write(owner, "commissioning_meeting", meeting)
        row = {"id": str(uuid4()), "subject_id": who.id, "holding_id": holding, **member}
        refused(constraint, owner, write, "commissioning_member", row)


# Telling and conditions


def test_no_hand_tells_another_share_or_takes_a_telling_back(made, owner):
    package_id = money.committed(made)
    telling = {"id": str(uuid4()), "package_id": package_id, "person_id": made.person.id, "what": "committed",
               "told_whom": "x", "told_how": "letter", "told_on": care.now().date(), "told_by_id": made.commissioner.id,
               "person_pence": money.CHARGE_PENCE, "recorded_at": care.now()}  # fmt: skip
    refused("family_told_of_what_was_decided", owner, write, "commissioning_telling", telling | {"person_pence": 1})
    refused("family_told_of_what_was_decided", owner, write, "commissioning_telling", telling | {"what": "declined"})
    refused("telling_names_whom", owner, write, "commissioning_telling", telling | {"told_whom": ""})
    key = write(owner, "commissioning_telling", telling)
    owner.commit()
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_telling where id = %s", key)


def test_a_condition_is_the_decisions_and_only_closed(made, owner, entered):
    from joinedup.commissioning.actions import NewCondition, decide

    package_id = money.proposed(made)
    asked = NewCondition("x", made.care.therapist.id, care.now().date())
    care.do(decide, made.officer, package_id=package_id, expected_version=1, conditions=[asked])
    key = make.run("select id from commissioning_condition where person_id = %s", [made.person.id])[0][0]
    later = "update commissioning_condition set due_on = due_on + 9 where id = %s"
    refused("condition_is_closed_once", owner, run, later, key)
    other = row_of("commissioning_condition", key, person_id=money.scene().person.id)
    refused("condition_of_the_decisions_person", owner, write, "commissioning_condition", other)
    met = row_of("commissioning_condition", key, state="met", closed_by_id=made.officer.id, closed_at=AT,
                 closed_words="x")  # fmt: skip
    refused("condition_starts_open", owner, write, "commissioning_condition", met)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(entered(made.commissioner), "commissioning_condition", row_of("commissioning_condition", key))


def test_residence_is_written_once_by_ones_own_hand(made, owner, entered):
    council = make.body()
    make.run("update places_body set kind = 'council' where id = %s", [council])
    row = {"id": str(uuid4()), "person_id": made.person.id, "council_id": council, "since": "2026-01-01",
           "basis": "settled", "words": "x", "written_by_id": made.care.nurse.id, "written_at": AT}  # fmt: skip
    refused("placed_residence_says_by_whom", owner, write, "commissioning_residence", row | {"basis": "placed"})
    write(owner, "commissioning_residence", row)
    owner.commit()
    for statement in ("update commissioning_residence set since = '2020-01-01' where id = %s",
                      "delete from commissioning_residence where id = %s"):  # fmt: skip
        refused("commissioning_is_append_only", owner, run, statement, UUID(str(row["id"])))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(entered(made.care.social_worker), "commissioning_residence", row | {"id": str(uuid4())})


# Disputes


def test_a_dispute_has_owner_clock_and_interim_payer_and_keeps_them(made, owner, entered):
    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    change = "update commissioning_dispute set {} where id = %s"
    for hand in (owner, entered(made.commissioner)):
        for what in ("due_on = due_on + 30", "interim_payer_id = other_body_id, one_body_id = interim_payer_id, "
                     "other_body_id = one_body_id", "interim_from = interim_from + 7"):  # fmt: skip
            refused("dispute_is_not_rewritten", hand, run, change.format(what), dispute_id)
            hand.execute("select access.enter(%s)", [made.commissioner.token])
    for missing in ("owner_id", "due_on"):
        with pytest.raises(psycopg.errors.NotNullViolation):
            write(owner, "commissioning_dispute", row_of("commissioning_dispute", dispute_id, **{missing: None}))
        owner.rollback()
    refused("interim_payer_is_a_partner", owner, write, "commissioning_dispute",
            row_of("commissioning_dispute", dispute_id, interim_payer_id=None))  # fmt: skip
    app = entered(made.care.nurse)
    assert app.execute(change.format("owner_id = opened_by_id"), [dispute_id]).rowcount == 0


def test_no_week_in_dispute_is_borne_by_another_and_no_end_leaves_one_out(made, owner):
    package_id = money.committed(made)
    shared = money.confirmed(made, package_id)
    dispute_id = money.disputed(made, package_id, interim_from=money.WEEKS[1])
    journal_id = make.run("select journal_id from commissioning_deliveredweek where id = %s", [shared])[0][0]
    owner.execute("alter table commissioning_deliveredweek disable trigger check_delivered_week")
    row = row_of("commissioning_deliveredweek", shared, week_starts_on=money.WEEKS[1], journal_id=journal_id)
    refused("disputed_week_borne_by_its_payer", owner, write, "commissioning_deliveredweek", row)
    week = money.confirmed(made, package_id, money.WEEKS[1])
    bodies = money.partner_bodies(made)
    one, other = money.two_sides(made, dispute_id)
    proposal = money.proposed_end(made, dispute_id, one, bodies["nhs"], money.WEEKS[1])
    agreed = ("update commissioning_proposedend set answer = 'confirmed', answered_for_id = '{}', "
              "answered_by_id = '{}', "
              "answered_at = now() where id = %s").format(bodies["council"], other.id)  # fmt: skip
    end = (f"update commissioning_dispute set ended_at = now(), ended_by_id = '{other.id}', ended_words = 'x', "
           "settled_from = interim_from, settled_payer_id = one_body_id where id = %s")  # fmt: skip
    refused("dispute_ended_by_both_sides", owner, run, end, dispute_id)
    run(owner, agreed, proposal)
    run(owner, end, dispute_id)
    refused("settlement_covers_every_week", owner, psycopg.Connection.commit)
    settled = {"id": str(uuid4()), "dispute_id": dispute_id, "person_id": made.person.id, "week_id": week,
               "owed_by_id": bodies["nhs"], "owed_to_id": bodies["council"], "amount_pence": 10_580}  # fmt: skip
    for changed, constraint in (
        ({"amount_pence": 10_581}, "settled_week_within_what_was_borne"),
        ({"week_id": shared}, "settled_week_of_its_dispute"),
        ({"owed_to_id": bodies["nhs"], "owed_by_id": bodies["council"]}, "settled_week_of_its_dispute"),
        ({"journal_id": journal_id}, "settled_week_posted_by_its_journal"),
    ):
        run(owner, agreed, proposal)
        run(owner, end, dispute_id)
        refused(constraint, owner, write, "commissioning_settledweek", settled | changed)
    money.answered_end(other, proposal)
    refused("dispute_is_not_rewritten", owner, run, end, dispute_id)


def test_a_stranger_and_a_provider_see_no_row_of_panel_and_dispute(made, entered):
    panel = money.on_agenda(made)
    money.agreed_by_both(made, panel)
    money.decided(made, panel.package_id)
    dispute_id = money.disputed(made, panel.package_id)
    money.settled(made, dispute_id, None)
    tables = ("item", "recommendation", "dispute", "proposedend")
    nothing = (0, 0, 0, 0)
    for who, expected in ((made.care.stranger, nothing), (made.provider, nothing), (made.commissioner, (1, 2, 1, 1))):
        app = entered(who)
        counted = tuple(
            app.execute(
                f"select count(*) from commissioning_{table} where person_id = %s", [made.person.id]
            ).fetchone()[0]
            for table in tables
        )
        assert counted == expected, who
