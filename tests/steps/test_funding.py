"""Is a decided charge what the rule says, kept with its reasons, superseded and never edited, and seen by the right?"""

from __future__ import annotations

import json

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def entered(connect, user: make.MadeUser) -> psycopg.Connection:
    """A connection of `app` on which the user has entered."""
    connection = connect()
    connection.execute("select access.enter(%s)", [user.token])
    return connection


def columns(assessment_id) -> dict[str, object]:
    """A row of a charge, to be written again by hand."""
    return columns_of("funding_assessment", assessment_id)


def columns_of(table: str, key) -> dict[str, object]:
    """A row of a table, to be written again by hand."""
    from psycopg.types.json import Jsonb

    row = make.run(f"select to_jsonb(a) from {table} a where id = %s", [key])[0][0]
    row = json.loads(row) if isinstance(row, str) else row
    return {name: Jsonb(value) if isinstance(value, dict) else value for name, value in row.items()}


def write(connection, table: str, row: dict[str, object]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"insert into {table} ({names}) values ({', '.join(['%s'] * len(row))})", list(row.values()))


# Deciding


def test_a_charge_is_the_rules_with_its_case_and_every_step(made):
    from joinedup.base.parameter_files import shipped
    from joinedup.funding.rules import charge

    assessment_id = money.charged(made)
    row = make.run(
        "select weekly_charge_pence, council_pays_pence, weekly_cost_pence, as_at::text, rule, \"case\", explanation "
        "from funding_assessment where id = %s", [assessment_id],
    )[0]  # fmt: skip
    case, kept = (json.loads(each) if isinstance(each, str) else each for each in row[5:])
    assert row[:5] == (
        money.CHARGE_PENCE,
        money.WEEK_PENCE - money.CHARGE_PENCE,
        money.WEEK_PENCE,
        "2026-11-02",
        "charge/1",
    )
    assert case == money.CASE | {
        "as_at": "2026-11-02", "setting": "home", "date_of_birth": "1938-05-01", "weekly_cost": "164.50"
    }  # fmt: skip
    assert kept == {"schema": "charge/1"} | charge(case, shipped()).to_json()


def test_the_record_shows_what_the_person_pays_and_ends_the_line_before(made):
    entry = (
        "select amount_pence, open_ended from person_timelineentry where person_id = %s and kind = 'charge' "
        "order by recorded_at"
    )
    money.charged(made)
    assert make.run(entry, [made.person.id]) == [(money.CHARGE_PENCE, True)]
    richer = money.CASE | {"capital": [{"kind": "savings", "amount": "30000.00", "share": "1"}]}
    money.charged(made, case=richer)
    assert make.run(entry, [made.person.id]) == [(money.CHARGE_PENCE, False), (money.WEEK_PENCE, True)]


def test_a_new_charge_supersedes_and_the_old_one_stays(made):
    from joinedup.funding.queries import charge_of, money_of

    first = money.charged(made)
    second = money.charged(made, cost_pence=20000)
    with care.acting(made.care.nurse) as caller:
        shown = money_of(caller, made.person.id)
        assert [each.assessment_id for each in shown.present] == [second]
        assert [each.assessment_id for each in shown.earlier] == [first]
        assert charge_of(caller, first).superseded_by == second
        assert charge_of(caller, second).steps[-1].text == "The council pays what is left of the cost."


def test_two_who_decide_at_once_make_one_line_of_charges(made):
    answers = care.at_once(lambda: money.charged(made), lambda: money.charged(made, cost_pence=20000))
    assert not [each for each in answers if isinstance(each, Exception)]
    rows = make.run("select id, supersedes_id from funding_assessment where plan_id = %s", [made.plan_id])
    assert sorted(each[0] for each in rows if each[1]) != sorted(each[0] for each in rows)
    assert len([each for each in rows if each[1] is None]) == 1


def test_the_same_key_decides_once(made):
    key = care.key()
    assert money.charged(made, request_key=key) == money.charged(made, request_key=key)
    assert make.run("select count(*) from funding_assessment where plan_id = %s", [made.plan_id]) == [(1,)]


def test_what_cannot_be_charged_is_refused_in_words(made):
    from joinedup.base.errors import NotAllowed, NotFound, NotNow, OperatorMustAct, PersonMustAct
    from joinedup.funding.actions import decide_charge
    from joinedup.plan.actions import end_plan

    with pytest.raises(PersonMustAct, match="income") as refused:
        money.charged(made, case=money.CASE | {"income": [{"kind": "lottery", "weekly": "1.00"}]})
    assert refused.value.code == "rule-case"
    with pytest.raises(PersonMustAct, match="without a cost"):
        money.charged(made, cost_pence=0)
    with pytest.raises(PersonMustAct, match="as_at must be 2015-04-01 or later"):
        money.charged(made, case=money.CASE | {"as_at": "1999-01-01"})
    with pytest.raises(OperatorMustAct, match="No value"):
        money.charged(made, case=money.CASE | {"as_at": "2072-01-01"})
    words = {"person_id": made.person.id, "plan_id": made.plan_id, "case": money.CASE, "weekly_cost_pence": 1}
    with pytest.raises(NotAllowed):
        care.do(decide_charge, made.commissioner, **words)
    with pytest.raises(NotFound):
        care.do(decide_charge, made.care.stranger, **words)
    with pytest.raises(NotFound):
        care.do(decide_charge, made.care.nurse, **(words | {"plan_id": care.scene().person.id}))
    care.do(end_plan, made.care.social_worker, plan_id=made.plan_id, why="x",
            expected_version=care.version_of(made.plan_id))  # fmt: skip
    with pytest.raises(NotNow):
        money.charged(made)


def test_without_a_known_birth_date_the_form_says_which_age(made):
    from joinedup.base.errors import PersonMustAct

    make.run("update person_person set birth_date = null where id = %s", [made.person.id])
    with pytest.raises(PersonMustAct, match="date_of_birth is missing"):
        money.charged(made)
    money.charged(made, case=money.CASE | {"pension_age": True})


def test_commissioners_see_the_person_from_then_on_and_later_ones_when_told(made):
    from joinedup.base.errors import NotFound
    from joinedup.funding.actions import tell_commissioners
    from joinedup.funding.queries import charge_of

    assessment_id = money.charged(made)
    with care.acting(made.commissioner) as caller:
        assert charge_of(caller, assessment_id).weekly_charge_pence == money.CHARGE_PENCE
    later = care.worker("council", made.place_id, "commissioner")
    with care.acting(later) as caller, pytest.raises(NotFound):
        charge_of(caller, assessment_id)
    assert care.do(tell_commissioners, made.care.nurse, assessment_id=assessment_id) == 1
    with care.acting(later) as caller:
        assert charge_of(caller, assessment_id).person_id == made.person.id


# What the database refuses


def test_no_hand_edits_or_deletes_a_charge(made, connect):
    assessment_id = money.charged(made)
    for statement in ("update funding_assessment set weekly_charge_pence = 1, council_pays_pence = 16449",
                      "delete from funding_assessment", "truncate funding_assessment cascade"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            entered(connect, made.care.social_worker).execute(statement)
        owner = connect("owner")
        where = "" if "truncate" in statement else f" where id = '{assessment_id}'"
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            owner.execute(statement + where)
        assert "append_only" in refused.value.diag.constraint_name


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"council_pays_pence": 1}, "person_council_and_nhs_pay_the_cost"),
        ({"nhs_pays_pence": 1}, "person_council_and_nhs_pay_the_cost"),
        ({"nhs_pays_pence": -1, "council_pays_pence": 10581}, "charge_is_not_negative"),
        ({"nhs_pays_pence": 1, "council_pays_pence": 10579}, "charge_is_what_its_steps_say"),
        ({"explanation": "{}"}, "charge_is_what_its_steps_say"),
        ({"weekly_charge_pence": 1, "council_pays_pence": 16449}, "charge_is_what_its_steps_say"),
        ({"supersedes_id": None}, "plan_has_one_first_charge"),
        ({"supersedes_id": "self"}, "charge_supersedes_another"),
        ({"person_id": "other"}, "charge_of_the_plans_person"),
        ({"plan_id": "other"}, "charge_of_the_plans_person"),
    ],
)
def test_a_charge_written_by_hand_is_refused(made, connect, changed, constraint):
    first = money.charged(made)
    other = money.scene()
    row = columns(first) | {"id": "11111111-1111-4111-8111-111111111111", "supersedes_id": str(first)} | changed
    if row["supersedes_id"] == "self":
        row["supersedes_id"] = row["id"]
    said = {"person_council_and_nhs_pay_the_cost": changed,
            "charge_is_not_negative": changed}.get(constraint)  # fmt: skip
    if said:
        kept = make.run("select explanation::text from funding_assessment where id = %s", [first])[0][0]
        pounds = {name.removesuffix("_pence"): f"{pence / 100:.2f}" for name, pence in said.items()}
        row["explanation"] = json.dumps(json.loads(kept) | pounds)
    if changed.get("person_id"):
        row["person_id"] = str(other.person.id)
    if changed.get("plan_id"):
        row |= {"plan_id": str(other.plan_id), "supersedes_id": None}
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.UniqueViolation,
                        psycopg.errors.ForeignKeyViolation)) as refused:  # fmt: skip
        write(connect("owner"), "funding_assessment", row)
    assert refused.value.diag.constraint_name == constraint


def test_a_superseded_charge_is_superseded_once(made, connect):
    first = money.charged(made)
    money.charged(made)
    row = columns(first) | {"id": "11111111-1111-4111-8111-111111111112", "supersedes_id": str(first)}
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        write(connect("owner"), "funding_assessment", row)
    assert refused.value.diag.constraint_name == "charge_superseded_once"


def test_only_those_who_decide_charges_write_one_by_hand_and_in_their_own_name(made, connect):
    from joinedup.access.roles import BY_CODE

    first = money.charged(made)
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(connect, who)
        row = columns(first) | {"id": str(who.id), "supersedes_id": str(first), "decided_by_id": str(who.id)}
        if "decide_charge" in role.permissions:
            write(app, "funding_assessment", row)
            app.rollback()
            app.execute("select access.enter(%s)", [who.token])
            row["decided_by_id"] = str(made.care.nurse.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "funding_assessment", row)
        app.close()


def test_a_provider_with_sight_of_the_person_sees_no_charge(made, connect):
    money.charged(made)
    for who, rows in ((made.provider, 0), (made.care.stranger, 0), (made.commissioner, 1), (made.care.nurse, 1)):
        if who is made.provider:
            make.grant(who.id, made.person.id)
        app = entered(connect, who)
        found = app.execute("select count(*) from funding_assessment where person_id = %s", [made.person.id])
        assert found.fetchone() == (rows,)
        app.close()
