"""Is evidence told once, kept with where it comes from, corrected and never edited, and does every test read it?"""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import columns_of, entered, write

PENSION = {"topic": "income", "kind": "state_pension", "amount_pence": 23025}
TABLES = ("evidence", "adjustment", "firstestimate", "estimatedifference", "appeal", "appealoutcome")


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def piece(**words):
    """A piece of evidence: a pension seen on paper in October."""
    from joinedup.funding.evidence_set import Piece

    return Piece(**({"starts_on": date(2026, 4, 6), "document": "Pension letter", "seen_on": date(2026, 10, 1),
                     "told_by": "Her daughter"} | PENSION | words))  # fmt: skip


def told(made: money.Scene, *pieces, **words):
    """Evidence told to the social worker."""
    from joinedup.funding.actions import tell_evidence

    return care.do(tell_evidence, made.care.social_worker, person_id=made.person.id, pieces=pieces or [piece()],
                   **words)  # fmt: skip


def held_on(made: money.Scene, day: date):
    from joinedup.funding.queries import evidence_on

    with care.acting(made.care.nurse) as caller:
        return evidence_on(caller, made.person.id, day)


def test_what_was_told_once_is_the_case_of_the_charge_on_its_days(made):
    told(made, piece(), piece(topic="capital", kind="savings", amount_pence=1_610_000, more={"share": "1/2"}),
         piece(topic="household", kind="living", amount_pence=None, more={"value": "single"}, document="",
               seen_on=None))  # fmt: skip
    found = held_on(made, date(2026, 11, 2))
    assert found.case == {
        "as_at": "2026-11-02", "income": [{"kind": "state_pension", "weekly": "230.25"}],
        "capital": [{"kind": "savings", "amount": "16100.00", "share": "1/2"}], "household": "single",
        "dependent_children": 0, "premiums": [],
    }  # fmt: skip
    assert found.missing == ()
    assert held_on(made, date(2026, 4, 5)).missing == ("income", "capital", "household")


def test_a_correction_is_a_new_row_and_the_old_one_stays(made):
    from joinedup.base.errors import Conflict, PersonMustAct
    from joinedup.funding.actions import correct_evidence, end_evidence
    from joinedup.funding.queries import evidence_of

    [first] = told(made)
    words = {"evidence_id": first, "piece": piece(amount_pence=24000), "because": "The letter was of last year"}
    second = care.do(correct_evidence, made.care.nurse, **words)
    with pytest.raises(Conflict):
        care.do(correct_evidence, made.care.nurse, **words)
    with pytest.raises(PersonMustAct, match="Say why"):
        care.do(correct_evidence, made.care.nurse, **(words | {"evidence_id": second, "because": " "}))
    other = piece(topic="capital", kind="savings")
    with pytest.raises(PersonMustAct, match="stays with its topic"):
        care.do(correct_evidence, made.care.nurse, **(words | {"evidence_id": second, "piece": other}))
    assert [each.piece.amount_pence for each in held_on(made, date(2026, 11, 2)).pieces] == [24000]
    care.do(end_evidence, made.care.nurse, evidence_id=second, ends_on=date(2026, 11, 1), because="It stopped")
    assert held_on(made, date(2026, 11, 1)).pieces == ()
    assert len(held_on(made, date(2026, 10, 31)).pieces) == 1
    with care.acting(made.care.nurse) as caller:
        shown = evidence_of(caller, made.person.id, date(2026, 11, 2))
    assert [each.corrected for each in shown.told] == [False, True, True]
    assert shown.told[0].because == "It stopped"


def test_two_who_correct_the_same_at_once_leave_one_correction_and_one_is_told(made):
    from joinedup.base.errors import Conflict
    from joinedup.funding.actions import correct_evidence

    [evidence_id] = told(made)
    words = {"evidence_id": evidence_id, "piece": piece(amount_pence=9_000), "because": "Misread."}
    answers = care.at_once(*[lambda: care.do(correct_evidence, made.care.nurse, **words)] * 4)
    refusals = [each for each in answers if isinstance(each, Exception)]
    assert [type(each) for each in refusals] == [Conflict] * 3
    assert make.run("select count(*) from funding_evidence where corrects_id = %s", [evidence_id]) == [(1,)]


def test_stale_evidence_and_what_no_paper_proves_are_said(made):
    told(made, piece(), piece(kind="other", amount_pence=500, document="", seen_on=None))
    found = held_on(made, date(2026, 11, 2))
    assert found.stale == ()
    assert [each.piece.kind for each in found.unseen] == ["other"]
    last = date(2026, 10, 1) + timedelta(days=365)
    assert held_on(made, last).stale == ()
    assert [each.piece.kind for each in held_on(made, last + timedelta(days=1)).stale] == ["state_pension"]


def test_what_cannot_be_evidence_is_refused_in_words(made):
    from joinedup.base.errors import NotAllowed, NotFound

    refusals = {
        "the kind is not one": {"kind": "lottery"}, "amount is missing": {"amount_pence": None},
        "it ends before": {"ends_on": date(2026, 4, 5)}, "belong together": {"seen_on": None},
        "lies ahead": {"seen_on": date(2030, 1, 1)}, "nobody is named": {"told_by": " "},
    }  # fmt: skip
    for words, wrong in refusals.items():
        assert words in money.refused("evidence-unusable", told, made, piece(**wrong)).lower()
    from joinedup.funding.actions import tell_evidence

    for who, error in ((made.commissioner, NotAllowed), (made.care.stranger, NotFound)):
        with pytest.raises(error):
            care.do(tell_evidence, who, person_id=made.person.id, pieces=[piece()])


def test_the_form_of_a_charge_adds_to_the_set_what_it_does_not_hold(made):
    from joinedup.funding.actions import tell_case

    told(made)
    words = {"person_id": made.person.id, "told_by": "The person"}
    case = money.CASE | {"as_at": "2026-11-02"}
    assert care.do(tell_case, made.care.nurse, case=case, **words) == 5
    found = held_on(made, date(2026, 11, 2))
    assert {name: found.case[name] for name in money.CASE} == money.CASE
    assert care.do(tell_case, made.care.nurse, case=case, **words) == 0
    poorer = case | {"as_at": "2026-11-09", "capital": []}
    assert care.do(tell_case, made.care.nurse, case=poorer, **words) == 0
    assert "capital" not in held_on(made, date(2026, 11, 9)).case
    assert held_on(made, date(2026, 11, 8)).case["capital"] == money.CASE["capital"]


# What the database refuses


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"topic": "luck"}, "evidence_topic_known"),
        ({"amount_pence": -1}, "evidence_has_its_amount"),
        ({"topic": "household"}, "evidence_has_its_amount"),
        ({"ends_on": "2026-04-05"}, "evidence_ends_after_it_starts"),
        ({"document": ""}, "evidence_document_and_day_together"),
        ({"told_by": ""}, "evidence_told_by_somebody"),
        ({"corrects_id": "first"}, "evidence_corrected_with_a_reason"),
        ({"corrects_id": "self", "because": "x"}, "evidence_corrects_another"),
        ({"corrects_id": "first", "because": "x", "person_id": "other"}, "evidence_corrects_one_of_its_person"),
    ],
)
def test_evidence_written_by_hand_is_refused(made, connect, changed, constraint):
    [first] = told(made)
    row = columns_of("funding_evidence", first) | {"id": str(first).replace(str(first)[:2], "1a", 1)} | changed
    keys = {"first": str(first), "self": row["id"]}
    row["corrects_id"] = keys.get(row["corrects_id"], row["corrects_id"])
    if row["person_id"] == "other":
        row["person_id"] = str(care.scene().person.id)
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation)) as refused:
        write(connect("owner"), "funding_evidence", row)
    assert refused.value.diag.constraint_name == constraint


def test_a_piece_is_corrected_once(made, connect):
    from joinedup.funding.actions import end_evidence

    [first] = told(made)
    second = care.do(end_evidence, made.care.nurse, evidence_id=first, ends_on=date(2026, 5, 1), because="x")
    row = columns_of("funding_evidence", second) | {"id": str(first).replace(str(first)[:2], "1b", 1)}
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        write(connect("owner"), "funding_evidence", row)
    assert refused.value.diag.constraint_name == "evidence_corrected_once"


def test_no_hand_edits_deletes_or_empties_what_was_told_or_decided(made, connect):
    [first] = told(made)
    for statement in ("update funding_evidence set amount_pence = 1", "delete from funding_evidence"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            entered(connect, made.care.social_worker).execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            connect("owner").execute(f"{statement} where id = '{first}'")
        assert refused.value.diag.constraint_name == "evidence_is_append_only"
    for table in TABLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            connect("owner").execute(f"truncate funding_{table} cascade")
        assert "append_only" in refused.value.diag.constraint_name


def test_only_those_who_tell_evidence_write_it_by_hand_and_in_their_own_name(made, connect):
    from joinedup.access.roles import BY_CODE

    [first] = told(made)
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(connect, who)
        row = columns_of("funding_evidence", first) | {"id": str(who.id), "recorded_by_id": str(who.id)}
        if "tell_evidence" in role.permissions:
            write(app, "funding_evidence", row)
            app.rollback()
            app.execute("select access.enter(%s)", [who.token])
            row["recorded_by_id"] = str(made.care.nurse.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "funding_evidence", row)
        app.close()


def test_a_provider_with_sight_of_the_person_sees_no_evidence(made, connect):
    told(made)
    make.grant(made.provider.id, made.person.id)
    for who, rows in ((made.provider, 0), (made.care.stranger, 0), (made.care.nurse, 1)):
        app = entered(connect, who)
        found = app.execute("select count(*) from funding_evidence where person_id = %s", [made.person.id])
        assert found.fetchone() == (rows,)
        app.close()
