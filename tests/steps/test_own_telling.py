"""Does what people tell of their money wait for an officer, and does who acts in money see that and no record?"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import columns_of, entered, write
from tests.steps.test_healthcare_tests import tool
from tests.steps.test_money_evidence import held_on, piece, told
from tests.steps.test_taken_tests import TODAY, granted


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def own_user(made: money.Scene) -> make.MadeUser:
    """The person's own sign-in."""
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    return own


def acting(made: money.Scene, kind: str = "lpa_property", starts: date | None = None, ends: date | None = None):
    """Somebody who acts for the person by an authority, recorded by whoever manages access; with its key."""
    from joinedup.person.actions import Authority, record_proxy

    son, manager = make.user("person", made.place_id), make.user("administrator", made.place_id)
    authority = Authority(kind, "Registered instrument, seen", starts or date(2026, 1, 1), ends)
    key = care.do(record_proxy, manager, person_id=made.person.id, subject_id=son.id, authority=authority)
    return son, key


def own_word(made: money.Scene, by: make.MadeUser, **words) -> UUID:
    """A weekly pension of 240, told by the person or for them."""
    from joinedup.funding.actions import tell_own
    from joinedup.funding.evidence_set import Piece

    wanted = {"topic": "income", "kind": "state_pension", "amount_pence": 24000, "starts_on": date(2026, 10, 5),
              "document": "A letter"}  # fmt: skip
    return care.do(tell_own, by, person_id=made.person.id, piece=Piece(**(wanted | words)))


def ended(made: money.Scene, how: str, telling: UUID, by: make.MadeUser | None = None, **words) -> UUID:
    """What was told, accepted, refused or withdrawn; by the social worker unless somebody else is named."""
    from joinedup.funding import actions

    return care.do(getattr(actions, f"{how}_own"), by or made.care.social_worker, telling_id=telling, **words)


def words_of(made: money.Scene, who: make.MadeUser) -> list[tuple[str, str]]:
    from joinedup.funding.queries import own_words

    with care.acting(who) as caller:
        return [(each.ends_words, each.reason) for each in own_words(caller, made.person.id).told]


def test_what_a_person_tells_waits_is_read_by_no_test_and_becomes_evidence_once_accepted(made):
    own = own_user(made)
    told(made, piece())
    key = own_word(made, own)
    assert words_of(made, own) == [("Waits for an officer", "")]
    [before] = held_on(made, TODAY).pieces
    assert before.piece.amount_pence == 23025
    seen = {"document": "Pension letter of October", "seen_on": date(2026, 10, 30)}
    ended(made, "accept", key, replaces=before.evidence_id, **seen)
    [after] = held_on(made, TODAY).pieces
    assert (after.piece.amount_pence, after.piece.told_by) == (24000, "The person’s own word")
    assert [each.piece.amount_pence for each in held_on(made, date(2026, 10, 4)).pieces] == [23025]
    assert words_of(made, own) == [("Accepted", "")]


def test_it_is_refused_with_a_reason_taken_back_and_answered_once(made):
    from joinedup.base.errors import Conflict, NotAllowed, PersonMustAct

    own = own_user(made)
    first, second = own_word(made, own), own_word(made, own, topic="capital", kind="savings", more={"share": "1"})
    with pytest.raises(PersonMustAct, match="Say why"):
        ended(made, "refuse", first, reason=" ")
    ended(made, "refuse", first, reason="The letter is of another year.")
    with pytest.raises(Conflict):
        ended(made, "accept", first, replaces=None)
    with pytest.raises(NotAllowed):
        ended(made, "accept", second, own, replaces=None)
    ended(made, "withdraw", second, own)
    with pytest.raises(Conflict):
        ended(made, "accept", second, replaces=None)
    assert words_of(made, own) == [("Taken back", ""), ("Not accepted", "The letter is of another year.")]
    assert held_on(made, TODAY).pieces == ()


def test_only_the_person_and_who_acts_in_money_tell_it_as_their_own_word(made):
    from joinedup.base.errors import NotAllowed, NotFound, PersonMustAct

    (attorney, _), (agreed, _), stranger = acting(made), acting(made, "consent"), make.user("person", made.place_id)
    own_word(made, attorney)
    assert make.run("select told_as from funding_owntelling where person_id = %s", [made.person.id]) == [
        ("money_right",)
    ]
    for who, error in ((agreed, NotAllowed), (made.care.social_worker, NotAllowed), (stranger, NotFound)):
        with pytest.raises(error):
            own_word(made, who)
    for wrong in ({"topic": "needs", "kind": "needs_nurse"}, {"kind": "luck"}, {"amount_pence": -1}):
        with pytest.raises(PersonMustAct):
            own_word(made, attorney, **wrong)


# Who acts in money


def seen_rows(connect, who: make.MadeUser, made: money.Scene) -> dict[str, int]:
    """How many rows of this person each personal table shows to somebody."""
    from joinedup.access.catalogue import CATALOGUE

    app, found = entered(connect, who), {}
    readable = [
        name for name, table in CATALOGUE.items() if table.personal and "select" in table.privileges.get("app", "")
    ]
    for table in readable:
        columns = app.execute("select column_name from information_schema.columns where table_name = %s", [table])
        names = {name for (name,) in columns.fetchall()}
        column = "person_id" if "person_id" in names else "id" if table == "person_person" else None
        if column:
            counted = app.execute(f"select count(*) from {table} where {column} = %s", [made.person.id])
            found[table] = counted.fetchone()[0]
    app.close()
    return {table: count for table, count in found.items() if count}


def whole_scene(made: money.Scene) -> None:
    """Evidence of money and of need, a charge, tests of both kinds, and something the person told."""
    granted(made)
    tool(made)
    money.charged(made)
    own_word(made, own_user(made))


def test_an_authority_over_money_shows_the_money_and_no_table_of_the_record(made, connect):
    whole_scene(made)
    for kind in ("lpa_property", "deputy_property", "appointee"):
        who, _ = acting(made, kind)
        assert set(seen_rows(connect, who, made)) == {
            "funding_assessment", "funding_evidence", "funding_takentest", "funding_owntelling",
        }  # fmt: skip
        app = entered(connect, who)
        topics = app.execute("select distinct topic from funding_evidence").fetchall()
        tests = app.execute("select distinct test from funding_takentest").fetchall()
        app.close()
        assert ("needs",) not in topics
        assert tests == [("dfg",)]


def test_an_authority_over_health_alone_shows_the_record_and_no_money(made, connect):
    whole_scene(made)
    for kind in ("lpa_health", "deputy"):
        found = seen_rows(connect, acting(made, kind)[0], made)
        assert "person_person" in found
        assert not [table for table in found if table.startswith("funding_")]
    agreed = seen_rows(connect, acting(made, "consent")[0], made)
    assert {"person_person", "funding_assessment", "funding_evidence", "plan_plan"} <= set(agreed)


def test_sight_of_money_holds_on_its_days_alone_and_ends_with_the_authority(made, connect):
    from joinedup.person.actions import end_proxy

    granted(made)
    later, _ = acting(made, starts=TODAY + timedelta(days=300))
    over, _ = acting(made, starts=date(2020, 1, 1), ends=date(2020, 6, 1))
    ended_now, key = acting(made)
    assert "funding_evidence" in seen_rows(connect, ended_now, made)
    care.do(end_proxy, ended_now, person_id=made.person.id, proxy_id=key)
    for who in (later, over, ended_now, make.user("person", made.place_id)):
        assert not [table for table in seen_rows(connect, who, made) if table.startswith("funding_")]


def test_money_of_joined_records_is_seen_whole(made, connect):
    other = make.person(made.place_id)
    granted(made)
    make.run("update person_person set canonical_id = %s where id = %s", [other.id, made.person.id])
    who = make.user("person", made.place_id)
    make.insert("access_proxy", person_id=other.id, subject_id=who.id, kind="lpa_property", evidence="Instrument seen",
                starts_on=date(2026, 1, 1), recorded_by_id=uuid4(), recorded_at=care.now())  # fmt: skip
    assert "funding_evidence" in seen_rows(connect, who, made)


# What the database refuses


def test_what_is_told_and_ended_by_hand_is_refused(made, connect):
    own = own_user(made)
    first, second, third = own_word(made, own), own_word(made, own), own_word(made, own)
    evidence = ended(made, "accept", first, replaces=None)
    [elsewhere] = told(made, piece())
    [strangers] = told(money.scene(), piece())
    row = columns_of("funding_owntelling", second)
    for changed, constraint in (
        ({"topic": "needs"}, "own_telling_topic_known"),
        ({"amount_pence": -1}, "own_telling_is_not_negative"),
        ({"told_as": "nobody"}, "own_telling_says_whose_word"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            write(connect("owner"), "funding_owntelling", row | {"id": str(uuid4())} | changed)
        assert refused.value.diag.constraint_name == constraint
    key = make.run("select id from funding_owntellingend where telling_id = %s", [first])[0][0]
    end = columns_of("funding_owntellingend", key) | {
        "id": str(uuid4()),
        "telling_id": str(second),
        "evidence_id": None,
    }
    refuse = end | {"ends": "refused", "reason": "x"}
    for changed, constraint in (
        (refuse | {"ends": "lost"}, "own_telling_end_known"),
        (refuse | {"reason": ""}, "own_telling_refused_with_a_reason"),
        (refuse | {"evidence_id": str(elsewhere)}, "own_telling_accepted_is_evidence"),
        (end | {"evidence_id": str(elsewhere)}, "own_telling_accepted_as_it_was_told"),
        (end, "own_telling_accepted_as_it_was_told"),
        (refuse | {"person_id": str(money.scene().person.id)}, "own_telling_end_of_its_person"),
        (refuse | {"ended_by_id": str(own.id)}, "own_telling_answered_by_another"),
        (end | {"ends": "withdrawn"}, "own_telling_taken_back_by_its_teller"),
    ):
        with pytest.raises(psycopg.errors.IntegrityError) as refused:
            write(connect("owner"), "funding_owntellingend", changed)
        assert refused.value.diag.constraint_name == constraint, changed
    assert strangers != evidence
    for again in ({"telling_id": str(first), "evidence_id": None, "ends": "refused", "reason": "x"},
                  {"telling_id": str(third), "evidence_id": str(evidence)}):  # fmt: skip
        with pytest.raises(psycopg.errors.UniqueViolation):
            write(connect("owner"), "funding_owntellingend", end | again)


def test_nobody_edits_or_writes_for_another_what_was_told(made, connect):
    from joinedup.access.roles import BY_CODE

    own = own_user(made)
    first, second = own_word(made, own), own_word(made, own)
    ended(made, "refuse", first, reason="x")
    for table in ("funding_owntelling", "funding_owntellingend"):
        for statement in (
            f"update {table} set person_id = person_id where person_id = '{made.person.id}'",
            f"delete from {table} where person_id = '{made.person.id}'", f"truncate {table} cascade",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
                connect("owner").execute(statement)
            assert "append_only" in refused.value.diag.constraint_name
    key = make.run("select id from funding_owntellingend where telling_id = %s", [first])[0][0]
    end = columns_of("funding_owntellingend", key) | {"telling_id": str(second)}
    row = columns_of("funding_owntelling", second)
    row["more"] = Jsonb({})
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(connect, who)
        mine = end | {"id": str(who.id), "ended_by_id": str(who.id)}
        if "tell_evidence" in role.permissions:
            write(app, "funding_owntellingend", mine)
            app.rollback()
            app.execute("select access.enter(%s)", [who.token])
            mine["ended_by_id"] = str(made.care.nurse.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "funding_owntellingend", mine)
        app.rollback()
        app.execute("select access.enter(%s)", [who.token])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):  # nobody but the person and who acts in money
            write(app, "funding_owntelling", row | {"id": str(who.id), "told_by_id": str(who.id)})
        app.close()
    assert "tell_own_money" in BY_CODE["person"].permissions
