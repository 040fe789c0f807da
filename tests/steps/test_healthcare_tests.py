"""Do the NHS's tests of need advise only, and does nobody but the integrated care board decide on what they say?"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST
from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import columns_of, entered, write
from tests.steps.test_taken_tests import TODAY, facts, granted, shown, taken, written

SCORES = {f"score_{name}": "C" for name in DOMAINS}
LEVELS = {f"level_{name}": "low" for name in HIGHEST}
TEAM = {"team": ["nurse", "social_worker"]}
SAYS = {"recommends": "eligible", "because": "Skin and mobility together are intense."}


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def board_officer(made: money.Scene, kind: str = "icb") -> make.MadeUser:
    """A commissioner of an integrated care board in the place."""
    return care.worker(kind, made.place_id, "commissioner", "Ida Board")


def tool(made: money.Scene, **levels: str) -> UUID:
    """A Decision Support Tool, taken by the nurse with what the team recommends."""
    facts(made, made.care.nurse, **(LEVELS | levels), **TEAM)
    return taken(made, "dst", made.care.nurse, **SAYS)


def decided(by: make.MadeUser, tool_id: UUID, **words) -> UUID:
    from joinedup.funding.actions import decide_healthcare

    words = {"decides": "eligible", "reason": "The main need is for health.", "starts_on": TODAY} | words
    return care.do(decide_healthcare, by, tool_id=tool_id, **words)


def test_nursing_care_is_paid_by_need_and_never_asks_for_means(made):
    facts(made, made.care.nurse, needs_nurse=True, in_nursing_home=True, care_home_fee="1100.00")
    found = shown(made, "fnc")
    assert found.ahead.outcome == "The NHS pays £267.68 a week for nursing"
    assert found.ready.case["weekly_cost"] == "1100.00"
    assert {each.piece.topic for each in found.ready.pieces} == {"needs", "situation", "home"}
    facts(made, made.care.nurse, needs_nurse=False)
    found = shown(made, "fnc")
    assert found.ahead.outcome == "The NHS pays nothing for nursing by what was told"
    assert found.ahead.changes[0].endswith("the NHS would pay £267.68 a week for nursing")


def test_a_checklist_advises_and_says_which_score_would_turn_it(made):
    assert len(shown(made, "chc-checklist").ready.missing) == 11
    facts(made, made.care.nurse, **SCORES)
    found = shown(made, "chc-checklist")
    assert found.ahead.outcome == "It advises no full assessment by these scores (0 A, 0 B, 11 C); people decide"
    assert found.ahead.changes[0].endswith("breathing, behaviour, drug therapies, altered consciousness")
    taken(made, "chc-checklist", made.care.nurse)
    assert not shown(made, "chc-checklist").taken[0].opens


def test_a_tool_advises_a_team_recommends_and_the_board_decides(made):
    from joinedup.base.errors import Conflict, NotAllowed, PersonMustAct

    officer, council = board_officer(made), made.commissioner
    facts(made, made.care.nurse, **(LEVELS | TEAM | {"level_skin": "severe", "level_mobility": "severe"}))
    assert "point clearly to eligibility" in shown(made, "dst").ahead.outcome
    with pytest.raises(PersonMustAct, match="what the team recommends"):
        taken(made, "dst", made.care.nurse)
    key = taken(made, "dst", made.care.nurse, **SAYS)
    # however clear the levels: nothing is decided, and no other test believes that it is
    assert make.run("select count(*) from funding_healthcaredecision where person_id = %s", [made.person.id]) == [(0,)]
    assert shown(made, "dst").taken[0].decision is None
    assert not shown(made, "dst").taken[0].opens
    assert "continuing_healthcare" not in shown(made, "fnc").ready.case
    make.grant(council.id, made.person.id)
    for who, error in ((council, NotAllowed), (made.care.nurse, NotAllowed)):
        with pytest.raises(error):
            decided(who, key)
    with pytest.raises(PersonMustAct, match="give the reason"):
        decided(officer, key, reason=" ")
    decided(officer, key, decides="not_eligible")  # who saw the person because the tool was taken
    with pytest.raises(Conflict):
        decided(officer, key)
    found = shown(made, "dst").taken[0].decision
    assert (found.words, found.decided_by, found.against) == ("Not eligible", "Ida Board", True)


def test_granted_healthcare_is_read_by_the_test_of_nursing_and_a_newer_tool_waits_again(made):
    officer = board_officer(made)
    decided(officer, tool(made))
    assert shown(made, "fnc").ready.case["continuing_healthcare"] is True
    facts(made, made.care.nurse, level_skin="moderate")
    newer = taken(made, "dst", made.care.nurse, **SAYS)
    assert [each.decision is None for each in shown(made, "dst").taken] == [True, False]
    assert "continuing_healthcare" in shown(made, "fnc").ready.case
    decided(officer, newer, decides="not_eligible")
    assert "continuing_healthcare" not in shown(made, "fnc").ready.case


# What the database refuses


def test_a_decision_written_by_hand_is_refused(made, connect):
    """Without a tool, of another test, of another's tool, by whoever took it, by no board, on an older tool."""
    officer = board_officer(made)
    first = tool(made)
    key = decided(officer, first)
    facts(made, made.care.nurse, level_skin="moderate")
    newest = taken(made, "dst", made.care.nurse, **SAYS)
    good = columns_of("funding_healthcaredecision", key) | {"id": str(uuid4()), "tool_id": str(newest)}
    good["decided_at"] = (care.now() + timedelta(minutes=1)).isoformat()
    nurse_of_board = board_officer(made)
    # a tool taken by somebody of the board, written by hand, so that the refusal is of the own hand alone
    own = written(newest) | {"taken_by_id": str(nurse_of_board.id), "taken_at": good["decided_at"]}
    attacks = (
        ({"decides": "perhaps"}, "healthcare_decision_known"),
        ({"reason": ""}, "healthcare_decision_has_a_reason"),
        ({"of_test": "dfg"}, "healthcare_decision_is_of_a_tool"),
        ({"tool_id": None}, "tool_id"),
        ({"tool_id": str(granted(made))}, "healthcare_decision_of_the_persons_tool"),
        ({"decided_by_id": str(made.commissioner.id)}, "healthcare_decided_by_the_board"),
        ({"tool_id": str(first)}, "healthcare_decided_on_the_newest_tool"),
        ({"decided_at": "2026-10-01T10:00:00Z"}, "healthcare_decided_on_the_newest_tool"),
        ({"person_id": str(money.scene().person.id)}, "healthcare_decision_of_the_persons_tool"),
    )  # fmt: skip
    for changed, constraint in attacks:
        owner = connect("owner")
        owner.execute("set constraints all immediate")
        with pytest.raises(psycopg.errors.IntegrityError) as refused:
            write(owner, "funding_healthcaredecision", good | changed)
        found = refused.value.diag
        assert constraint in (found.constraint_name, found.column_name), changed
    owner = connect("owner")
    write(owner, "funding_takentest", own)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        write(owner, "funding_healthcaredecision",
              good | {"tool_id": own["id"], "decided_by_id": own["taken_by_id"]})  # fmt: skip
    assert refused.value.diag.constraint_name == "healthcare_decided_by_another"


def test_a_tool_is_decided_once_never_edited_and_only_by_deciders_in_their_own_name(made, connect):
    from joinedup.access.roles import BY_CODE

    key = decided(board_officer(made), tool(made))
    row = columns_of("funding_healthcaredecision", key)
    with pytest.raises(psycopg.errors.UniqueViolation):
        write(connect("owner"), "funding_healthcaredecision", row | {"id": str(uuid4())})
    for statement in (f"update funding_healthcaredecision set decides = 'eligible' where id = '{key}'",
                      f"delete from funding_healthcaredecision where id = '{key}'",
                      "truncate funding_healthcaredecision cascade"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            connect("owner").execute(statement)
        assert refused.value.diag.constraint_name == "healthcaredecision_is_append_only"
    facts(made, made.care.nurse, level_skin="moderate")
    row |= {"tool_id": str(taken(made, "dst", made.care.nurse, **SAYS))}
    row["decided_at"] = (care.now() + timedelta(minutes=1)).isoformat()
    for code, role in BY_CODE.items():
        who = care.worker("icb", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(connect, who)
        row |= {"id": str(who.id), "decided_by_id": str(who.id)}
        if "decide_healthcare" in role.permissions:
            write(app, "funding_healthcaredecision", row)
            app.rollback()
            app.execute("select access.enter(%s)", [who.token])
            row["decided_by_id"] = str(board_officer(made).id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "funding_healthcaredecision", row)
        app.close()
    assert date.fromisoformat(row["starts_on"]) == TODAY
