"""Are appeals raised, answered by somebody else, and counted; and are estimates compared with the first charge?"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps import calls
from tests.steps.test_funding import columns_of, entered, write
from tests.steps.test_money_evidence import piece, told

WORDS = {"kind": "appeal", "raised_for": "family", "words": "The heating was not counted."}


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def raised(made: money.Scene, by: make.MadeUser | None = None, charge: UUID | None = None, **words) -> UUID:
    from joinedup.funding.actions import raise_appeal

    return care.do(raise_appeal, by or made.care.nurse, charge_id=charge or money.charged(made), **(WORDS | words))


def answered(appeal_id: UUID, by: make.MadeUser, outcome: str = "upheld", **words) -> UUID:
    from joinedup.funding.actions import answer_appeal

    return care.do(answer_appeal, by, appeal_id=appeal_id, outcome=outcome, reason="It counts.", **words)


def test_an_appeal_has_an_owner_a_day_and_an_answer_by_somebody_else(made):
    from joinedup.base.errors import Conflict, NotAllowed, PersonMustAct
    from joinedup.funding.queries import appeal_list

    appeal = raised(made)
    assert make.run("select owner_id, due_on from funding_appeal where id = %s", [appeal]) == [
        (made.commissioner.id, date(2026, 11, 30))
    ]
    for who in (made.care.social_worker, made.care.nurse):  # decided the charge; raised the appeal
        with pytest.raises(NotAllowed, match="decided this charge or raised"):
            answered(appeal, who)
    with pytest.raises(PersonMustAct, match="Choose an outcome"):
        answered(appeal, made.commissioner, "perhaps")
    answered(appeal, made.commissioner, at=care.now() + timedelta(days=9))
    with pytest.raises(Conflict):
        answered(appeal, made.commissioner)
    with care.acting(made.commissioner) as caller:
        found = appeal_list(caller, care.now())
    assert dict(found.counts.by_outcome) == {"upheld": 1, "partly": 0, "not": 0}
    assert (found.counts.open, found.counts.days_median, found.counts.days_longest) == (0, 9, 9)


def test_what_is_no_appeal_is_refused(made):
    from joinedup.base.errors import NotAllowed, NotFound

    charge = money.charged(made)
    money.refused("appeal-empty", raised, made, charge=charge, words=" ")
    money.refused("appeal-words", raised, made, charge=charge, kind="moan")
    with pytest.raises(NotFound):
        raised(made, made.care.stranger, charge)
    with pytest.raises(NotAllowed):
        raised(made, made.officer, charge)


def test_an_open_appeal_is_late_after_its_day(made):
    from joinedup.funding.queries import appeal_list

    raised(made)
    for days, late in ((28, 0), (29, 1)):
        with care.acting(made.commissioner) as caller:
            assert appeal_list(caller, care.now() + timedelta(days=days)).counts.late == late


def test_an_appeal_is_handed_to_another_with_a_reason_and_its_day_stays(made, connect):
    from joinedup.base.errors import Conflict
    from joinedup.funding.actions import hand_over_appeal
    from joinedup.funding.queries import appeal_of, late_appeals, ownerless_appeals

    appeal = raised(made)
    make.grant(made.officer.id, made.person.id)
    fresh = care.worker("council", made.place_id, "commissioner", "Nora New")
    wanted = {
        "appeal_id": appeal, "from_owner_id": made.commissioner.id, "to_owner_id": fresh.id, "because": "Cora is ill.",
    }  # fmt: skip
    for changed, code in (
        ({"because": " "}, "because-empty"), ({"to_owner_id": made.provider.id}, "appeal-handed-to-somebody-in-post"),
        ({"to_owner_id": made.care.social_worker.id}, "appeal-handed-to-who-may-answer"),
        ({"to_owner_id": made.care.nurse.id}, "appeal-handed-to-who-may-answer"),
        ({"to_owner_id": made.commissioner.id}, "appeal-handed-to-another"),
    ):  # fmt: skip
        money.refused(code, care.do, hand_over_appeal, made.officer, **(wanted | changed))
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.commissioner.id])
    left = care.now() + timedelta(days=40)
    with care.acting(made.officer) as caller:
        assert [each.appeal_id for each in ownerless_appeals(caller, left)] == [appeal]
        assert [each.appeal_id for each in late_appeals(caller, left)] == [appeal]
    care.do(hand_over_appeal, made.officer, **wanted)
    with pytest.raises(Conflict):
        care.do(hand_over_appeal, made.officer, **wanted)
    with care.acting(fresh) as caller:  # the new owner sees the person now
        shown = appeal_of(caller, appeal, left)
        assert ownerless_appeals(caller, left) == ()
    assert (shown.owner, shown.due_on, shown.late, shown.ownerless) == ("Nora New", date(2026, 11, 30), True, False)
    assert [(each.from_owner, each.to_owner, each.by, each.because) for each in shown.handed] == [
        ("Cora Commissioner", "Nora New", "Otto Officer", "Cora is ill.")
    ]
    key = make.run("select id from funding_appealhandover where appeal_id = %s", [appeal])[0][0]
    row = columns_of("funding_appealhandover", key) | {"id": str(uuid4())}
    by_hand(connect, "appeal_handed_by_its_present_owner", row)
    row |= {"from_owner_id": str(fresh.id), "to_owner_id": str(made.officer.id)}
    by_hand(connect, "appeal_handed_with_a_reason", row | {"because": ""})
    by_hand(connect, "appeal_handed_by_its_present_owner", row | {"handed_at": "2020-01-01T00:00:00Z"})
    by_hand(connect, "appeal_handover_of_its_person", row | {"person_id": str(care.scene().person.id)})
    by_hand(connect, "appealhandover_is_append_only", row, "delete from funding_appealhandover")
    app = entered(connect, made.officer)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(app, "funding_appealhandover", row | {"handed_by_id": str(fresh.id)})
    answered(appeal, fresh)
    by_hand(connect, "appeal_handed_while_it_waits", row)


def by_hand(connect, constraint: str, row: dict[str, object], statement: str = "") -> None:
    """The owner of the tables writes a handover, or says a statement: refused by the constraint of that name."""
    owner = connect("owner")
    with pytest.raises(psycopg.Error) as refused:
        owner.execute(statement) if statement else write(owner, "funding_appealhandover", row)
    assert refused.value.diag.constraint_name == constraint
    owner.rollback()
    owner.close()


def test_nobody_answers_their_own_decision_by_hand(made, connect):
    appeal = raised(made)
    answer = columns_of("funding_appealoutcome", answered(appeal, made.commissioner))
    second = raised(made, charge=make.run("select charge_id from funding_appeal where id = %s", [appeal])[0][0])
    row = answer | {"id": str(uuid4()), "appeal_id": str(second)}
    for who, error in ((made.care.social_worker, psycopg.errors.CheckViolation),
                       (made.care.nurse, psycopg.errors.CheckViolation),
                       (made.commissioner, None)):  # fmt: skip
        app, own = entered(connect, who), row | {"decided_by_id": str(who.id)}
        if error is None:
            write(app, "funding_appealoutcome", own)
        else:
            with pytest.raises(error) as refused:
                write(app, "funding_appealoutcome", own)
            assert refused.value.diag.constraint_name == "appeal_answered_by_another"
        app.rollback()
        app.close()
    other = row | {"person_id": str(care.scene().person.id), "decided_by_id": str(made.commissioner.id)}
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
        write(connect("owner"), "funding_appealoutcome", other)
    assert refused.value.diag.constraint_name == "appeal_outcome_of_its_person"


def test_only_those_who_may_raise_or_answer_write_by_hand_in_their_own_name(made, connect):
    from joinedup.access.roles import BY_CODE

    appeal = raised(made)
    answer = columns_of("funding_appealoutcome", answered(appeal, made.commissioner))
    charge = make.run("select charge_id from funding_appeal where id = %s", [appeal])[0][0]
    open_one = columns_of("funding_appeal", raised(made, charge=charge))
    second = answer | {"appeal_id": open_one["id"]}
    kinds = (
        ("funding_appeal", open_one, "raised_by_id", "raise_appeal"),
        ("funding_appealoutcome", second, "decided_by_id", "answer_appeal"),
    )
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        for table, row, hand, permission in kinds:
            app = entered(connect, who)
            own = row | {"id": str(uuid4()), hand: str(who.id)}
            if permission in role.permissions:
                write(app, table, own)
                app.rollback()
                app.execute("select access.enter(%s)", [who.token])
                own[hand] = str(made.officer.id)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                write(app, table, own)
            app.close()


# First estimates


def estimated(made: money.Scene, lowest: int | None, highest: int | None) -> make.MadeUser:
    """An estimate given on a call about the person."""
    from joinedup.funding.actions import keep_first_estimate

    desk = care.worker("council", made.place_id, "coordinator")
    request = calls.taken(desk, calls.call(made.place_id, desk.id, person_id=made.person.id, told=None))
    words = {"request_id": request, "words": "between nothing and £50.00 a week", "lowest_pence": lowest,
             "highest_pence": highest, "as_at": date(2026, 11, 2)}  # fmt: skip
    care.do(keep_first_estimate, desk, **words)
    return desk


@pytest.mark.parametrize(
    ("lowest", "highest", "lies", "pence"),
    [(0, 6000, "inside", 0), (0, 5000, "above", 870), (6000, None, "below", -130), (None, None, "below", -10580)],
)
def test_the_first_charge_is_compared_with_the_first_estimate(made, lowest, highest, lies, pence):
    from joinedup.funding.queries import estimate_counts, estimates_of

    estimated(made, lowest, highest)
    money.charged(made)
    money.charged(made, cost_pence=20000)  # a later charge is compared with nothing
    found = "select lies, difference_pence from funding_estimatedifference where person_id = %s"
    assert make.run(found, [made.person.id]) == [(lies, pence)]
    with care.acting(made.care.nurse) as caller:
        [shown] = estimates_of(caller, [made.person.id])
        counts = {place: number for place, _, number, _ in estimate_counts(caller).by_place}
    assert (shown.lies, shown.difference_pence) == (lies, pence)
    assert counts[lies] == 1


def test_an_estimate_is_kept_once_of_a_call(made):
    from joinedup.funding.actions import keep_first_estimate

    desk = estimated(made, 0, 6000)
    request = make.run("select id from door_request where person_id = %s", [made.person.id])[0][0]
    words = {
        "request_id": request,
        "words": "another",
        "lowest_pence": 1,
        "highest_pence": 2,
        "as_at": date(2026, 11, 2),
    }
    assert "kept of this call already" in money.refused("estimate-kept", care.do, keep_first_estimate, desk, **words)
    found = "select lowest_pence, highest_pence from funding_firstestimate where person_id = %s"
    assert make.run(found, [made.person.id]) == [(0, 6000)]


def test_an_estimate_that_another_charge_answers_at_the_same_moment_is_answered_once(made, monkeypatch):
    from joinedup.funding.actions import estimates
    from joinedup.funding.models import Assessment

    charge = money.charged(made)
    estimated(made, 0, 6000)
    estimate = make.run("select id from funding_firstestimate where person_id = %s", [made.person.id])[0][0]
    really = estimates.where_it_lies

    def while_another_answers(*amounts):
        make.insert(
            "funding_estimatedifference", estimate_id=estimate, person_id=made.person.id, charge_id=charge,
            place_id=made.place_id, lies="inside", difference_pence=0, recorded_by_id=made.care.nurse.id,
            recorded_at=care.now(),
        )  # fmt: skip
        return really(*amounts)

    monkeypatch.setattr(estimates, "where_it_lies", while_another_answers)
    with care.acting(made.care.social_worker) as caller:
        held = Assessment.objects.get(id=charge)
        assert estimates.keep_difference(by=caller, at=care.now(), charge=held, place_id=made.place_id) is None
        assert Assessment.objects.filter(id=charge).exists()  # the act that it is part of goes on
    found = "select recorded_by_id from funding_estimatedifference where person_id = %s"
    assert make.run(found, [made.person.id]) == [(made.care.nurse.id,)]


@pytest.mark.parametrize(
    ("table", "changed", "constraint"),
    [
        ("funding_firstestimate", {"lowest_pence": 7000}, "estimate_is_a_range"),
        ("funding_estimatedifference", {"lies": "above"}, "estimate_difference_fits_where_it_lies"),
        ("funding_appeal", {"words": ""}, "appeal_has_words"),
        ("funding_appeal", {"kind": "moan"}, "appeal_kind_known"),
        ("funding_appeal", {"raised_for": "nobody"}, "appeal_raised_for_known"),
        ("funding_appeal", {"person_id": "other"}, "appeal_of_the_persons_charge"),
        ("funding_appealoutcome", {"reason": ""}, "appeal_outcome_has_a_reason"),
        ("funding_appealoutcome", {"outcome": "perhaps"}, "appeal_outcome_known"),
        ("funding_adjustment", {"difference_pence": 1}, "adjustment_is_the_difference"),
        ("funding_adjustment", {"because": ""}, "adjustment_says_why"),
        ("funding_adjustment", {"days_pence": [1] * 7}, "adjustment_days_are_its_week"),
        ("funding_adjustment", {"days_pence": None}, "adjustment_has_its_days"),
        (
            "funding_adjustment",
            {"person_id": "other", "week_starts_on": "2026-10-12"},
            "adjustment_of_the_persons_charge",
        ),
    ],
)
def test_a_row_written_by_hand_is_refused(rows, connect, table, changed, constraint):
    row = columns_of(table, rows[table]) | {"id": str(uuid4())} | changed
    if row["person_id"] == "other":
        row["person_id"] = str(rows["other"])
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation)) as refused:
        write(connect("owner"), table, row)
    assert refused.value.diag.constraint_name == constraint


@pytest.fixture(scope="module")
def rows(database) -> dict[str, UUID]:
    """One row of each table."""
    made = money.scene()
    estimated(made, 0, 6000)
    case = money.CASE | {"as_at": "2026-10-05"}
    charge = money.charged(made, case=case, told_by="Ada")
    answered(raised(made, charge=charge), made.commissioner)
    adjusted(made)
    kept = {
        table: make.run(f"select id from {table} where person_id = %s", [made.person.id])[0][0]
        for table in ("funding_firstestimate", "funding_estimatedifference", "funding_appeal", "funding_appealoutcome",
                      "funding_adjustment")
    }  # fmt: skip
    return kept | {"other": care.scene().person.id}


def adjusted(made: money.Scene, expected_pence: int = 1400, **words) -> list[UUID]:
    """Weeks adjusted because of an income told late."""
    from joinedup.funding.actions import decide_adjustments

    told(made, piece(kind="other", amount_pence=700, starts_on=date(2026, 10, 19)))
    return care.do(decide_adjustments, made.care.social_worker, plan_id=made.plan_id, because="A lodger",
                   expected_pence=expected_pence, **words)  # fmt: skip


def test_weeks_are_adjusted_once_and_only_to_what_was_shown(made):
    from joinedup.base.errors import Conflict, NotNow
    from joinedup.funding.actions import decide_adjustments

    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, told_by="Ada")
    with pytest.raises(Conflict):
        adjusted(made, 1)
    words = {"plan_id": made.plan_id, "because": "A lodger", "expected_pence": 1400}
    assert len(care.do(decide_adjustments, made.care.social_worker, **words)) == 2
    with pytest.raises(NotNow):
        care.do(decide_adjustments, made.care.social_worker, **words)
    assert make.run("select sum(difference_pence) from funding_adjustment where plan_id = %s", [made.plan_id]) == [
        (1400,)
    ]
