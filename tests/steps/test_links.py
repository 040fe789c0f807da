"""Can two records be joined by somebody, shown as one everywhere, and taken apart again exactly as they were?"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.care_scene import acting, do, key, now, worker
from tests.steps.telling import body, client, event, named, seen_by, somebody, tell

TOLD = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def pair(database) -> SimpleNamespace:
    """Two records that bodies told of, a question about them, a nurse who sees both and one who sees the first only."""
    return made_pair()


def made_pair(kind: str = "likely_same") -> SimpleNamespace:
    place_id = make.place(make.TORBAY)
    practice, trust = body("Invented practice"), body("Invented trust")
    first, second = sorted((somebody(place_id), somebody(place_id)))
    number = make.nhs_number()
    tell(first, practice, TOLD, names=named("Edith", "Smith"), birth_date="1941-03-02", gender="female")
    tell(second, trust, datetime(2026, 10, 5, tzinfo=UTC), names=named("Edie", "Smyth"), birth_date="1941-03-02",
         nhs_number=number, nhs_number_verified=True)  # fmt: skip
    event(first, practice, "condition", "Asthma", date(2026, 1, 1))
    event(second, trust, "admission", "A fall", date(2026, 2, 1))
    item = make.insert("person_workitem", kind=kind, place_id=place_id, person_id=first, other_person_id=second,
                       made_at=TOLD)  # fmt: skip
    nurse, other = worker("nhs_trust", place_id), worker("council", place_id)
    return SimpleNamespace(
        place_id=place_id, first=first, second=second, number=number, item=item, nurse=seen_by(nurse, first, second),
        one_sided=seen_by(other, first), practice=practice, trust=trust,
    )  # fmt: skip


def same(pair, user=None, **words):
    from joinedup.person.actions import decide_same

    return do(decide_same, user or pair.nurse, item_id=pair.item, expected_version=1, reason="Both say so.", **words)


def undone(pair, link):
    from joinedup.person.actions import unlink

    return do(unlink, pair.nurse, link_id=link, reason="Two sisters.")


def canonical(*people) -> list:
    return [make.run("select canonical_id from person_person where id = %s", [each])[0][0] for each in people]


def open_record(user, person_id):
    from joinedup.person.queries import record

    with acting(user) as caller:
        return record(caller, person_id, now())


def test_what_was_written_under_the_other_key_stands_on_the_joined_record(pair):
    make.insert("person_aboutme", person_id=pair.second, most_important="My cat Bramble.", how_to_support="",
                version=1, written_by_id=pair.nurse.id, written_at=now())  # fmt: skip
    assert open_record(pair.nurse, pair.first).also_about_me == ()
    same(pair)
    shown = open_record(pair.nurse, pair.first)
    assert [each.most_important for each in shown.also_about_me] == ["My cat Bramble."]
    page = client(pair.nurse).get(f"/people/{pair.first}/").content.decode()
    assert "Written on a record that was joined with this one" in page


def test_same_makes_one_record_that_shows_everything_of_both(pair):
    same(pair)
    assert canonical(pair.first, pair.second) == [None, pair.first]
    shown = open_record(pair.nurse, pair.first)
    assert {each.title for each in shown.timeline.entries} >= {"Asthma", "A fall"}
    assert shown.stands_for == 2
    assert (shown.nhs_number, shown.verified) == (pair.number, True)
    assert {"Invented trust", "Invented practice"} <= set(shown.known_to)
    assert open_record(pair.nurse, pair.second).person_id == pair.first
    [(kept,)] = make.run("select nhs_number from person_person where id = %s", [pair.first])
    assert kept == pair.number
    names = make.run("select family from person_personname where person_id = %s", [pair.first])
    assert {"Smith", "Smyth"} == {family for (family,) in names}  # so that search finds the one record under both


def test_sight_of_one_becomes_sight_of_both_and_ends_with_the_link(pair):
    from joinedup.base.errors import NotFound

    link = same(pair)
    assert open_record(pair.one_sided, pair.second).person_id == pair.first
    late = worker("nhs_trust", pair.place_id)
    make.grant(late.id, pair.first)  # given while joined: shared too
    assert "A fall" in {each.title for each in open_record(late, pair.first).timeline.entries}
    make.run(
        "update access_accessgrant set ends_at = now() where subject_id = %s and source not like 'link:%%'", [late.id]
    )
    with pytest.raises(NotFound):
        open_record(late, pair.second)
    undone(pair, link)
    with pytest.raises(NotFound):
        open_record(pair.one_sided, pair.second)
    live = make.run("select count(*) from access_accessgrant where source like 'link:%%' and ends_at is null "
                    "and person_id in (%s, %s)", [pair.first, pair.second])  # fmt: skip
    assert live == [(0,)]


def test_unlinking_restores_both_exactly_and_keeps_the_proof(pair):
    def rows():
        return [
            make.run("select id, to_jsonb(p) - 'updated_at' from person_person p where id in (%s, %s) order by 1",
                     [pair.first, pair.second]),
            make.run("select person_id, to_jsonb(n) - 'id' from person_personname n where person_id in (%s, %s) "
                     "order by 1, 2", [pair.first, pair.second]),
            make.run("select person_id, to_jsonb(i) - 'id' from person_personidentifier i where person_id in (%s, %s) "
                     "order by 1, 2", [pair.first, pair.second]),
        ]  # fmt: skip

    before = rows()
    link = same(pair)
    assert rows() != before
    undone(pair, link)
    assert rows() == before
    [(was, is_now)] = make.run("select before_digest, after_digest from person_personlink where id = %s", [link])
    assert was == is_now
    assert len(was) == 64
    assert make.run("select count(*) from person_workitem where kind = 'work_while_linked' and person_id in (%s, %s)",
                    [pair.first, pair.second]) == [(0,)]  # fmt: skip


def test_work_done_while_wrongly_joined_is_asked_about(pair):
    from joinedup.assessment.actions import start_assessment

    link = same(pair)
    with acting(pair.nurse) as caller:
        started = start_assessment(by=caller, at=now(), request_key=key(), person_id=pair.second)
    undone(pair, link)
    asked = make.run("select person_id, about from person_workitem where kind = 'work_while_linked' "
                     "and person_id in (%s, %s)", [pair.first, pair.second])  # fmt: skip
    assert asked == [(pair.first, f"assessment_assessment/{started}")]
    [(was, is_now)] = make.run("select before_digest, after_digest from person_personlink where id = %s", [link])
    assert was != is_now


def test_not_the_same_binds_everybody(pair):
    from joinedup.base.errors import NotNow
    from joinedup.person.actions import decide_not_same

    do(decide_not_same, pair.nurse, item_id=pair.item, expected_version=1, reason="Two sisters.")
    pair.item = make.insert("person_workitem", kind="nhs_number_in_two_records", place_id=pair.place_id,
                            person_id=pair.second, other_person_id=pair.first, made_at=TOLD)  # fmt: skip
    with pytest.raises(NotNow, match="two people"):
        same(pair)
    assert canonical(pair.first, pair.second) == [None, None]
    third = made_pair()
    written(pair.second, third.first)
    make.run("update person_person set canonical_id = %s where id = %s", [pair.second, third.first])
    with pytest.raises(Exception, match="two people"):  # not by way of a third either
        written(pair.first, third.first)


def written(one, other) -> None:
    """A link written straight into the table, past every act."""
    make.run(
        "insert into person_personlink (id, one_id, other_id, how, reason, by_id, at, changed_at, before, after, "
        "before_digest, after_digest, end_reason) values (gen_random_uuid(), %s, %s, 'decided', 'x', "
        "gen_random_uuid(), now(), now(), '{}', '{}', '', '', '')",
        sorted((one, other)),
    )


def test_only_somebody_with_sight_of_both_decides(pair, app):
    from joinedup.base.errors import NotAllowed, NotFound

    with pytest.raises(NotAllowed):
        same(pair, pair.one_sided)
    with pytest.raises(NotFound):
        same(pair, worker("nhs_trust", pair.place_id))
    app.execute("select access.enter(%s)", [pair.one_sided.token])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        app.execute("select access.link_people(gen_random_uuid(), null, %s, %s, 'decided', null, 'x', now(), '{}', '')",
                    [pair.first, pair.second])  # fmt: skip
    assert refused.value.diag.constraint_name == "link_needs_sight_of_both"


def test_what_a_record_shows_is_written_by_a_link_alone(pair, app):
    app.execute("select access.enter(%s)", [pair.nurse.token])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        app.execute(
            "select access.write_shown(jsonb_build_array(jsonb_build_object('id', %s::text)), now())", [pair.first]
        )
    assert refused.value.diag.constraint_name == "shown_follows_a_link"


def test_fingerprints_are_of_people_in_sight_only(pair, app):
    app.execute("select access.enter(%s)", [pair.one_sided.token])
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        app.execute("select * from access.fingerprints(%s::uuid[])", [[pair.first, pair.second]])
    assert refused.value.diag.constraint_name == "proof_needs_sight"


def test_fingerprints_are_taken_of_every_table_of_the_plan(database):
    from joinedup.person.link_plan import PROVED

    [(source,)] = make.run("select prosrc from pg_proc where oid = 'access.fingerprints(uuid[])'::regprocedure")
    words = " ".join(source.replace('"', "").split())
    for plan in PROVED:
        assert f"from public.{plan.table} t where t.{plan.column} = any (people)" in words


def test_a_hidden_match_is_opened_and_decided_by_the_privacy_officer(database):
    from joinedup.base.errors import NotAllowed, NotFound
    from joinedup.person.actions import open_both

    hidden = made_pair("hidden_match")
    with pytest.raises(NotFound):
        same(hidden)
    officer = worker("council", hidden.place_id, role="privacy_officer")
    with pytest.raises(NotAllowed):
        same(hidden, officer)
    assert do(open_both, officer, item_id=hidden.item) == 2
    same(hidden, officer)
    assert canonical(hidden.second) == [hidden.first]


def test_two_different_verified_numbers_are_not_joined(pair):
    from joinedup.base.errors import NotNow

    tell(pair.first, pair.practice, datetime(2026, 10, 9, tzinfo=UTC), names=named("Edith", "Smith"),
         birth_date="1941-03-02", nhs_number=make.nhs_number(), nhs_number_verified=True)  # fmt: skip
    with pytest.raises(NotNow, match="NHS number"):
        same(pair)


def test_asking_somebody_leaves_the_question_open(pair):
    from joinedup.base.errors import Conflict, PersonMustAct
    from joinedup.person.actions import ask_somebody

    do(
        ask_somebody,
        pair.nurse,
        item_id=pair.item,
        expected_version=1,
        asked_of="Her practice",
        reason="Is she a twin?",
    )
    assert make.run("select asked_of, done_at, version from person_workitem where id = %s", [pair.item]) == [
        ("Her practice", None, 2)
    ]
    with pytest.raises(Conflict):
        same(pair)
    with pytest.raises(PersonMustAct):
        do(ask_somebody, pair.nurse, item_id=pair.item, expected_version=2, asked_of=" ", reason="x")


def test_a_later_telling_of_either_shows_on_the_one_record(pair):
    same(pair)
    tell(pair.second, pair.trust, datetime(2026, 10, 20, tzinfo=UTC), names=named("Edith", "Smythe"),
         birth_date="1941-03-02", nhs_number=pair.number, nhs_number_verified=True)  # fmt: skip
    assert make.run("select family, nhs_number from person_person where id = %s", [pair.first]) == [
        ("Smythe", pair.number)
    ]


def test_every_table_that_refers_to_a_person_is_in_the_plan(database):
    from joinedup.person.link_plan import PLAN, SHAPES

    held = make.run(
        "select c.conrelid::regclass::text, a.attname from pg_constraint c join pg_attribute a "
        "on a.attrelid = c.conrelid and a.attnum = any (c.conkey) "
        "where c.contype = 'f' and c.confrelid = 'person_person'::regclass"
    )
    planned = {(each.table, each.column) for each in PLAN} - {("person_person", "id")}
    assert set(held) == planned
    assert {each.shape for each in PLAN} == set(SHAPES)


@settings(derandomize=True, max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([(0, 1), (1, 2), (0, 2)]), undo=st.permutations([0, 1, 2]))
def test_whatever_the_order_of_joining_and_undoing_all_stand_as_before(database, order, undo):
    from joinedup.base.errors import NotNow

    pairs = [made_pair() for _ in range(2)]
    people, nurse = [pairs[0].first, pairs[0].second, pairs[1].first], pairs[0].nurse
    seen_by(nurse, pairs[1].first)
    before, links = standing(people), []
    for one, other in order:
        item = make.insert("person_workitem", kind="likely_same", place_id=pairs[0].place_id, person_id=people[one],
                           other_person_id=people[other], about=f"{one}{other}", made_at=TOLD)  # fmt: skip
        pairs[0].item = item
        with suppress(NotNow):  # the third is one already by way of the other two
            links.append(same(pairs[0]))
    whole = {each or person for person, each in zip(people, canonical(*people), strict=True)}
    assert len(whole) == 3 - len(links)
    for place in undo:
        if place < len(links):
            undone(pairs[0], links[place])
    assert standing(people) == before
    again = make.run(
        "select count(*) from person_notthesame where one_id = any (%s) and withdrawn_at is null", [people]
    )
    assert again == [(len(links),)]


def standing(people) -> list:
    """What each record shows, with the live sight of it."""
    return [
        make.run(statement, [people])
        for statement in (
            "select id, to_jsonb(p) - 'updated_at' from person_person p where id = any (%s) order by 1",
            "select person_id, to_jsonb(n) - 'id' from person_personname n where person_id = any (%s) order by 1, 2",
            "select person_id, to_jsonb(i) - 'id' from person_personidentifier i where person_id = any (%s) "
            "order by 1, 2",
            "select person_id, subject_id, purpose, source from access_accessgrant where person_id = any (%s) "
            "and (ends_at is null or ends_at > now()) order by 1, 2, 3, 4",
        )
    ]
