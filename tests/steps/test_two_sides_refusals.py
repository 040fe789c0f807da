"""Does the database refuse an end by one side, a panel without its members, and aftercare that nobody is named for?

The hand is the owner of the tables, or a member of staff who entered as `app`: both write plain SQL.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.by_hand import refused, row_of, run, write
from tests.steps.test_panel_refusals import AT, decision


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def test_no_hand_decides_or_declines_without_the_members_that_the_board_asks_for(made, owner, entered):
    """The board asks for two of the NHS for care at home; the meeting has one, and one whose office ended is none.

    A kind of care goes before everything, and the last word before the ones said earlier.
    """
    from joinedup.commissioning.actions import set_quorum
    from joinedup.commissioning.queries.seats import quorum_of

    panel = money.on_agenda(made)
    money.agreed_by_both(made, panel)
    assert quorum_of(made.place_id, "home_care") == (1, 1)
    words = {"place_id": made.place_id, "council_members": 1}
    care.do(set_quorum, made.board, nhs_members=1, kind="home_care", **words)
    care.do(set_quorum, made.board, nhs_members=2, **words)
    assert quorum_of(made.place_id, "home_care") == (1, 1)
    assert quorum_of(made.place_id, "day_care") == (2, 1)
    care.do(set_quorum, made.board, nhs_members=2, kind="home_care", at=care.now() + timedelta(minutes=1), **words)
    row = decision(made, panel.package_id)
    for hand in (owner, entered(made.officer)):
        refused("panel_has_quorum", hand, write, "commissioning_decision", row)
    decline = ("update commissioning_item set closed_at = now(), closed_how = 'declined', closed_why = 'x' "
               "where id = %s")  # fmt: skip
    refused("panel_has_quorum", entered(made.officer), run, decline, panel.item_id)
    care.do(set_quorum, made.board, nhs_members=1, kind="home_care", at=care.now() + timedelta(minutes=2), **words)
    make.run("update access_roleholding set ends_at = '2026-11-01' where id = %s", [money.office_of(panel.nurse)])
    refused("panel_has_quorum", owner, write, "commissioning_decision", row)
    make.run("update access_roleholding set ends_at = null where id = %s", [money.office_of(panel.nurse)])
    money.decided(made, panel.package_id)
    key = make.run("select id from commissioning_quorum where place_id = %s limit 1", [made.place_id])[0][0]
    for changed, constraint in (
        ({"nhs_members": 0}, "quorum_is_of_both_sides"), ({"council_members": 0}, "quorum_is_of_both_sides"),
        ({"nhs_members": 7}, "quorum_is_of_both_sides"), ({"kind": "Home care"}, "quorum_kind_is_a_code"),
    ):  # fmt: skip
        refused(constraint, owner, write, "commissioning_quorum",
                row_of("commissioning_quorum", key, set_at=AT, **changed))  # fmt: skip
    refused("quorum_once_at_an_instant", owner, write, "commissioning_quorum", row_of("commissioning_quorum", key))
    refused("commissioning_is_append_only", owner, run, "update commissioning_quorum set nhs_members = 1 where id = %s",
            key)  # fmt: skip
    for who in (made.officer, made.commissioner):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(entered(who), "commissioning_quorum",
                  row_of("commissioning_quorum", key, set_by_id=who.id, set_at=AT))  # fmt: skip


def test_only_what_was_decided_is_looked_at_again_and_not_tomorrow(made, owner):
    package_id = money.proposed(made)
    review = {"id": str(uuid4()), "package_id": package_id, "person_id": made.person.id, "words": "x",
              "reviewed_on": "2026-11-02", "next_on": "2026-12-02", "reviewed_by_id": made.commissioner.id,
              "recorded_at": AT}  # fmt: skip
    refused("review_of_a_decided_package", owner, write, "commissioning_review", review)
    money.decided(made, package_id)
    for changed, constraint in (
        ({"reviewed_on": "2026-11-01"}, "review_after_the_decision"),
        ({"reviewed_on": "2026-11-03"}, "review_after_the_decision"),
        ({"next_on": "2026-11-02"}, "review_names_a_later_day"), ({"words": ""}, "review_says_what_was_found"),
        ({"person_id": care.scene().person.id}, "review_of_the_packages_person"),
    ):  # fmt: skip
        refused(constraint, owner, write, "commissioning_review", review | changed)
    write(owner, "commissioning_review", review)
    owner.commit()
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_review where id = %s",
            UUID(str(review["id"])))  # fmt: skip


def test_aftercare_is_owed_where_they_lived_before_detention_and_no_decision_goes_without(made, owner, entered):
    from joinedup.commissioning.actions import write_aftercare, write_residence

    case = money.CASE | {"free_service": {"kind": "section_117_aftercare"}}
    money.charged(made, case=case)
    package_id = money.proposed(made)
    refused("aftercare_names_who_owes_it", owner, write, "commissioning_decision", decision(made, package_id))
    money.refused("aftercare-names-who-owes-it", money.decided, made, package_id)
    here, there, icb = (make.body() for _ in range(3))
    make.run("update places_body set kind = 'icb' where id = %s", [icb])
    social, told = made.care.social_worker, {"person_id": made.person.id, "words": "Told by her daughter."}
    aftercare = {"person_id": made.person.id, "detained_on": date(2026, 6, 1), "section": "3", "icb_id": icb,
                 "icb_words": "Her practice then."}  # fmt: skip
    money.refused("residence-before-detention", care.do, write_aftercare, social, **aftercare)
    for council, since, basis in ((here, date(2020, 1, 1), "settled"), (there, date(2026, 5, 20), "hospital"),
                                  (there, date(2026, 9, 1), "settled")):  # fmt: skip
        care.do(write_residence, social, council_id=council, since=since, basis=basis, **told)
    money.refused("aftercare-owed-by-an-icb", care.do, write_aftercare, social, **(aftercare | {"icb_id": here}))
    money.refused("aftercare-after-detention", care.do, write_aftercare, social,
                  **(aftercare | {"detained_on": date(2026, 11, 3)}))  # fmt: skip
    key = care.do(write_aftercare, social, **aftercare)
    assert make.run("select council_id from commissioning_aftercare where id = %s", [key]) == [(here,)]
    later = make.run("select id from commissioning_residence where person_id = %s and since = '2026-09-01'",
                     [made.person.id])[0][0]  # fmt: skip
    for changed, constraint in (
        ({"council_id": there}, "aftercare_by_residence_at_detention"),
        ({"residence_id": later, "council_id": there}, "aftercare_by_residence_at_detention"),
        ({"detained_on": "2026-09-02"}, "aftercare_by_residence_at_detention"),
        ({"icb_words": ""}, "aftercare_says_why_that_icb"), ({"section": "2"}, "aftercare_section_known"),
        ({"icb_id": here}, "aftercare_owed_by_an_icb"), ({"written_at": "2026-05-30"}, "aftercare_after_detention"),
    ):  # fmt: skip
        refused(constraint, owner, write, "commissioning_aftercare", row_of("commissioning_aftercare", key, **changed))
    refused("commissioning_is_append_only", owner, run, "update commissioning_aftercare set section = '37' "
            "where id = %s", key)  # fmt: skip
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(entered(made.commissioner), "commissioning_aftercare", row_of("commissioning_aftercare", key))
    money.decided(made, package_id)


def test_no_hand_ends_a_dispute_for_both_sides(made, owner, entered):
    """Whoever proposed the end, or works for the same party, never confirms it; nor does anybody of a third body."""
    package_id = money.committed(made)
    dispute_id = money.disputed(made, package_id)
    one, other = money.two_sides(made, dispute_id)
    bodies = money.partner_bodies(made)
    colleague = money.speaker(made, bodies["nhs"], "Second of one side")
    proposal = money.proposed_end(made, dispute_id, one, bodies["nhs"])
    stranger_id = care.scene().person.id
    confirm = ("update commissioning_proposedend set answer = 'confirmed', answered_for_id = '{}', "
               "answered_by_id = '{}', answered_at = now(), heard_from = '{}' where id = %s")  # fmt: skip
    for who, party, heard in (
        (one, "nhs", ""), (one, "council", ""), (one, "council", "J Bloggs"), (colleague, "nhs", ""),
        (colleague, "council", ""), (colleague, "council", "J Bloggs"), (made.officer, "council", "J Bloggs"),
    ):  # fmt: skip
        for hand in (owner, entered(who)):
            refused("end_confirmed_by_the_other_side", hand, run, confirm.format(bodies[party], who.id, heard),
                    proposal)  # fmt: skip
            hand.execute("select access.enter(%s)", [one.token])
    refused("end_taken_back_by_its_side", owner, run,
            f"update commissioning_proposedend set answer = 'withdrawn', answered_by_id = '{other.id}', "
            "answered_at = now() where id = %s", proposal)  # fmt: skip
    row = row_of("commissioning_proposedend", proposal)
    for changed, constraint in (
        ({}, "dispute_has_one_proposed_end"),
        ({"proposed_by_id": made.officer.id}, "end_proposed_by_a_party"),
        ({"proposed_for_id": bodies["council"]}, "end_proposed_by_a_party"),
        ({"settled_payer_id": make.body()}, "settled_payer_is_a_party"),
        ({"settled_from": "2026-01-01"}, "dispute_end_says_who_pays_from_when"),
        ({"answer": "confirmed"}, "proposed_end_starts_open"), ({"words": ""}, "proposed_end_says_how"),
        ({"answered_at": AT}, "proposed_end_answer_says_who"),
    ):  # fmt: skip
        refused(constraint, owner, write, "commissioning_proposedend", row | changed)
    run(owner, f"update commissioning_proposedend set answer = 'withdrawn', answered_by_id = '{one.id}', "
        "answered_at = now() where id = %s", proposal)  # fmt: skip
    refused("proposedend_of_the_disputes_person", owner, write, "commissioning_proposedend",
            row | {"person_id": stranger_id})  # fmt: skip
    refused("refused_end_says_why", owner, run, confirm.format(bodies["council"], other.id, "").replace(
        "'confirmed'", "'refused'"), proposal)  # fmt: skip
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_proposedend where id = %s", proposal)
    for change in ("words = 'y'", "settled_payer_id = null"):
        refused("proposed_end_is_answered_once", owner, run,
                f"update commissioning_proposedend set {change} where id = %s", proposal)  # fmt: skip
    refused("dispute_handed_over_with_a_reason", owner, run,
            f"update commissioning_dispute set owner_id = '{one.id}' where id = %s", dispute_id)  # fmt: skip
    handed = {
        "id": str(uuid4()), "dispute_id": dispute_id, "person_id": made.person.id, "because": "x",
        "from_owner_id": made.commissioner.id, "to_owner_id": one.id, "handed_by_id": one.id, "handed_at": AT,
    }  # fmt: skip
    for changed, constraint in (
        ({"because": ""}, "dispute_handed_with_a_reason"),
        ({"to_owner_id": made.provider.id}, "dispute_handed_to_somebody_in_post"),
        ({"from_owner_id": other.id}, "dispute_handed_by_its_present_owner"),
        ({"to_owner_id": made.commissioner.id}, "dispute_handed_to_another"),
        ({"person_id": stranger_id}, "disputehandover_of_the_disputes_person"),
    ):
        refused(constraint, owner, write, "commissioning_disputehandover", handed | changed)
    write(owner, "commissioning_disputehandover", handed)
    owner.commit()
    assert make.run("select owner_id, version from commissioning_dispute where id = %s", [dispute_id]) == [(one.id, 2)]
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_disputehandover "
            "where dispute_id = %s", dispute_id)  # fmt: skip
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(entered(made.care.nurse), "commissioning_disputehandover",
              handed | {"id": str(uuid4()), "from_owner_id": one.id, "to_owner_id": other.id,
                        "handed_by_id": made.care.nurse.id})  # fmt: skip
