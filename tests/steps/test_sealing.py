"""Is a sealed line nowhere for whoever may not open it, by page, by export and by hand-written SQL?"""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest

from joinedup.base.errors import NotFound, NotNow, PersonMustAct
from tests import factories as make
from tests.factories import enter
from tests.steps.calls import key
from tests.steps.telling import AT, body, client, event, seen_by, somebody
from tests.steps.test_record import opened, text_of

WHY = "She asked that nobody but her nurse reads it."
TITLE = "Visit to the sexual health clinic"


@pytest.fixture
def held(database) -> SimpleNamespace:
    """Somebody with one line that is nobody's business, a nurse, a colleague in her team, and another nurse."""
    place = make.place()
    person, clinic = somebody(place), body("Clinic")
    team = make.subject("team")
    nurse, colleague, other = (seen_by(make.user("practitioner", place), person) for _ in range(3))
    for each in (nurse, colleague):
        make.membership(team, each.id)
    own = make.user("person", place)
    make.grant(own.id, person, purpose="own_record")
    entry = event(person, clinic, "attendance", TITLE, AT.date())
    event(person, clinic, "attendance", "Visit to the eye clinic", AT.date())
    return SimpleNamespace(place=place, person=person, nurse=nurse, colleague=colleague, other=other, own=own,
                           clinic=clinic, team=team, entry=entry,
                           officer=make.user("privacy_officer", place))  # fmt: skip


def sealed(held, by=None, *, marked=False, readers=(), entry=None, why=WHY):
    from joinedup.person.actions import seal_item

    with make.acting_as((by or held.nurse).username) as caller:
        return seal_item(by=caller, at=AT, request_key=key(), person_id=held.person, entry_id=entry or held.entry,
                         why=why, marked=marked, readers=readers)  # fmt: skip


def lines(app, user, held) -> int:
    app.rollback()
    enter(app, user.token)
    return app.execute("select count(*) from person_timelineentry where person_id = %s", [held.person]).fetchone()[0]


def test_whoever_may_not_open_it_finds_nothing_not_even_a_count(app, held):
    sealed(held)
    assert [lines(app, user, held) for user in (held.nurse, held.own, held.other, held.colleague)] == [2, 2, 1, 1]
    page = opened(held.other, held.person)
    assert "sexual health" not in page
    assert "sealed" not in page
    assert "Everything (1)" in page
    assert TITLE in opened(held.nurse, held.person)
    assert "Sealed: only its readers see it" in opened(held.nurse, held.person)
    assert TITLE in opened(held.own, held.person)
    for address in ("summary/", f"lines/{held.entry}/seal/"):
        answer = client(held.other).get(f"/people/{held.person}/{address}")
        assert "sexual health" not in text_of(answer)
    assert client(held.other).get(f"/people/{held.person}/lines/{held.entry}/seal/").status_code == 404
    export = client(held.other).get(f"/people/{held.person}/export/")
    told = b"".join(export.streaming_content) if export.streaming else export.content
    assert b"sexual health" not in told


def test_a_search_of_words_and_the_update_of_a_line_find_nothing_either(app, held):
    sealed(held)
    assert "sexual" not in opened(held.other, held.person, "?words=clinic").replace("sexual health clinic", "x sexual")
    app.rollback()
    enter(app, held.other.token)
    changed = app.execute("update person_timelineentry set title = 'x' where id = %s", [held.entry]).rowcount
    assert changed == 0
    app.rollback()


def test_named_readers_open_it_and_taking_the_seal_off_shows_it_to_all(app, held):
    from joinedup.person.actions import unseal_item

    sealed(held, readers=[held.team])
    assert lines(app, held.colleague, held) == 2
    with make.acting_as(held.other.username) as caller, pytest.raises(NotFound):
        unseal_item(by=caller, at=AT, request_key=key(), person_id=held.person, entry_id=held.entry, why=WHY)
    with make.acting_as(held.colleague.username) as caller:
        unseal_item(by=caller, at=AT, request_key=key(), person_id=held.person, entry_id=held.entry, why=WHY)
    assert lines(app, held.other, held) == 2
    assert make.run("select unsealed_words from access_sealeditem where person_id = %s", [held.person]) == [(WHY,)]


def test_a_marked_seal_says_that_something_is_there_and_breaks_for_an_hour_with_a_reason(app, held):
    seal = sealed(held, marked=True)
    page = opened(held.other, held.person)
    assert "Something on this record is sealed" in page
    assert "sexual" not in page
    address = f"/people/{held.person}/seals/{seal}/"
    assert client(held.other).post(address, {"request_key": key(), "why": "short"}).status_code == 422
    done = client(held.other).post(address, {"request_key": key(), "why": "She is unconscious and I must know."})
    assert done.status_code == 302
    assert lines(app, held.other, held) == 2
    assert ("seal.broken",) in make.run("select act from access_logentry where actor_id = %s", [held.other.id])
    make.run("update access_sealreader set starts_at = starts_at - interval '2 hours', ends_at = now() "
             "where seal_id = %s and subject_id = %s", [seal, held.other.id])  # fmt: skip
    assert lines(app, held.other, held) == 1


REASON = "=She is unconscious and I must know."


def broken(held) -> str:
    """A marked seal that somebody who works with people broke; the key under which it is reviewed."""
    from joinedup.person.actions import break_seal

    seal = sealed(held, marked=True)
    with make.acting_as(held.other.username) as caller:
        reader = break_seal(by=caller, at=AT, request_key=key(), person_id=held.person, seal_id=seal, why=REASON)
    return f"broken_seal:{reader}"


def test_a_broken_seal_waits_for_the_privacy_officer_without_what_was_sealed(app, held):
    item = broken(held)
    officer = client(held.officer)
    desk, file = officer.get("/privacy/"), officer.get("/privacy/items.csv").content.decode("utf-8-sig")
    page = officer.get(f"/privacy/items/{item}/")
    for shown in (text_of(desk), text_of(page), file):
        assert REASON in shown
        assert "sexual health" not in shown
        assert WHY not in shown
    assert "Broke a seal" in file
    assert "Review due" in text_of(page)
    assert "of them late" not in text_of(desk)
    make.run("update access_sealreader set starts_at = '2026-10-28 09:00Z', ends_at = '2026-10-28 10:00Z' "
             "where id = %s", [item.partition(":")[2]])  # fmt: skip
    late = text_of(officer.get("/privacy/"))
    assert "1 of them late" in late
    assert "Late" in text_of(officer.get(f"/privacy/items/{item}/"))
    assert not [cell for row in file.splitlines() for cell in row.split(",") if cell.startswith("=")]
    words = {"request_key": key(), "outcome": "questioned", "words": "Asked her about that hour."}
    assert officer.post(f"/privacy/items/{item}/", words).status_code == 302
    after = text_of(officer.get("/privacy/"))
    assert REASON not in after
    assert "Broke a seal" in after
    assert "Asked her about that hour." in after
    assert officer.get(f"/privacy/items/{item}/").status_code == 404
    for user in (make.user("privacy_officer", make.place()), held.nurse, held.own):
        app.rollback()
        enter(app, user.token)
        assert app.execute("select count(*) from access.broken_seals()").fetchone() == (0,)


def test_nobody_reviews_a_seal_that_they_broke_themselves_by_page_or_by_sql(app, held):
    item = broken(held)
    make.insert("access_roleholding", subject_id=held.other.id, role="privacy_officer", place_id=held.place,
                starts_at="2026-01-01T00:00:00Z")  # fmt: skip
    breaker, words = client(held.other), {"request_key": key(), "outcome": "fine", "words": "It was fine."}
    assert "another privacy officer" in text_of(breaker.get("/privacy/"))
    assert breaker.post(f"/privacy/items/{item}/", words).status_code == 200
    enter(app, held.other.token)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("insert into access_deskreview (id, place_id, item, outcome, words, by_id, at) values "
                    "(gen_random_uuid(), %s, %s, 'fine', 'Fine.', access.caller(), now())",
                    [held.place, item])  # fmt: skip
    app.rollback()
    assert client(held.officer).get(f"/privacy/items/{item}/").status_code == 200


def test_the_database_refuses_a_seal_broken_without_a_reason(app, held):
    seal = sealed(held, marked=True)
    enter(app, held.other.token)
    with pytest.raises(psycopg.errors.CheckViolation, match="seal_broken_with_a_reason"):
        app.execute("select access.break_seal(gen_random_uuid(), %s, ' x ')", [seal])


def test_a_hidden_seal_is_broken_by_nobody(held):
    from joinedup.person.actions import break_seal

    seal = sealed(held)
    for user in (held.other, held.officer):
        with make.acting_as(user.username) as caller, pytest.raises(NotFound):
            break_seal(by=caller, at=AT, request_key=key(), person_id=held.person, seal_id=seal, why=WHY)


def test_the_person_seals_their_own_line_from_everybody(app, held):
    sealed(held, held.own)
    assert [lines(app, user, held) for user in (held.own, held.nurse)] == [2, 1]


def test_it_stays_sealed_when_the_line_is_told_again(app, held):
    sealed(held)
    columns = "person_id, body_id, source_key, record_id, kind, title, detail, open_ended, sensitivity, told_at, " \
              "arrival, recorded_at"  # fmt: skip
    make.run(f"with gone as (delete from person_timelineentry where id = %s returning {columns}) "
             f"insert into person_timelineentry (id, {columns}) select gen_random_uuid(), {columns} from gone",
             [held.entry])  # fmt: skip
    assert [lines(app, user, held) for user in (held.nurse, held.other)] == [2, 1]


def test_who_may_not_is_refused_by_act_and_by_sql(app, held):
    stranger, officer = make.user("practitioner", held.place), held.officer
    for user in (stranger, officer):
        with pytest.raises(NotFound):
            sealed(held, user)
    commissioner = seen_by(make.user("commissioner", held.place), held.person)
    with pytest.raises(NotFound):
        sealed(held, commissioner)
    with pytest.raises(PersonMustAct, match="seal-reason"):
        sealed(held, why="no")
    sealed(held)
    with pytest.raises(NotNow, match="item-sealed-once"):
        sealed(held)
    for statement in ("select * from access_sealeditem", "select * from access_sealreader"):
        app.rollback()
        enter(app, held.other.token)
        assert app.execute(statement).fetchall() == []
    for statement in ("delete from access_sealeditem", "insert into access_sealreader (id) values (gen_random_uuid())",
                      "update person_timelineentry set sealed = false"):  # fmt: skip
        app.rollback()
        enter(app, held.nurse.token)
        if statement.startswith("update"):
            app.execute(statement)  # a caller changes lines of our own steps only, and no sealed one of a body
            assert app.execute("select sealed from person_timelineentry where id = %s", [held.entry]).fetchone()
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
    app.rollback()


def test_work_that_goes_on_is_not_sealed(held):
    entry = event(held.person, body("Council"), "request", "A request", AT.date(), open_ended=True)
    with pytest.raises(PersonMustAct, match="open-work-is-not-sealed"):
        sealed(held, entry=entry)


def test_the_page_seals_with_who_may_open_it(held):
    address = f"/people/{held.person}/lines/{held.entry}/seal/"
    page = text_of(client(held.nurse).get(address))
    assert "Seal a line of the record" in page
    form = {"request_key": key(), "why": WHY, "marked": "no", "readers": [str(held.team)]}
    assert client(held.nurse).post(address, form).status_code == 302
    page = text_of(client(held.colleague).get(address))
    assert WHY in page
    assert "Take the seal off" in page
    assert client(held.colleague).post(address, {"request_key": key(), "why": WHY}).status_code == 302
    assert TITLE in opened(held.other, held.person)


# One contact of several that one Patient names


CONTACTS = ("Anna Next (Next of kin, daughter)", "Ben Hidden (partner), until 1 January 2030", "Cleo Third (friend)")


def patient(held, contacts=CONTACTS, *, at="2026-01-02T00:00:00Z", key="p1") -> str:
    """A Patient row with contacts, told of the person by the loader's own statement; returns its key."""
    import json

    from django.db import connections

    from joinedup.person import projected_events

    record = make.insert(
        "person_sourcerecord", body_id=held.clinic, place_id=held.place, kind="fhir:Patient", local_id=key, subject=key,
        digest=f"{at}{contacts}"[:60], load_id=uuid4(), file="a.json", row=1, received_at=at, told_at=at,
        arrival=make.run("select nextval('access.arrival')")[0][0], person_id=held.person, state="attached",
        says_who=True,
    )  # fmt: skip
    named = [{"family": "Sealer", "given": ["Vera"], "prefix": "", "use": "", "text": ""}]
    fact = {"kind": "contact_person", "title": "; ".join(contacts), "sensitivity": "ordinary",
            "detail": [["Contact", each] for each in contacts]}  # fmt: skip
    make.insert("person_sourcecontent", record_id=record, person_id=held.person, raw=json.dumps(contacts).encode(),
                person_facts=json.dumps({"names": named}),
                event_facts=json.dumps(fact) if contacts else None)  # fmt: skip
    with connections["owner"].cursor() as cursor:
        projected_events.write_events(cursor, body_id=held.clinic, record_ids=[record], person_ids=[held.person], at=AT)
    return record


def contacts_seen(app, user, held) -> list[str]:
    app.rollback()
    enter(app, user.token)
    return [row[0] for row in app.execute("select title from person_timelineentry where person_id = %s and "
                                          "kind = 'contact_person' order by title", [held.person])]  # fmt: skip


def line_of(held, name: str):
    return make.run("select id from person_timelineentry where person_id = %s and title like %s",
                    [held.person, f"{name}%"])[0][0]  # fmt: skip


def test_one_contact_is_sealed_and_the_others_and_who_the_person_is_stay(app, held):
    record = patient(held)
    assert contacts_seen(app, held.other, held) == list(CONTACTS)
    sealed(held, entry=line_of(held, "Ben"))
    assert contacts_seen(app, held.other, held) == [CONTACTS[0], CONTACTS[2]]
    assert contacts_seen(app, held.nurse, held) == list(CONTACTS)
    page = opened(held.other, held.person)
    assert "Anna Next" in page
    assert "Ben Hidden" not in page
    assert "Sealer" in text_of(client(held.other).get(f"/people/{held.person}/facts/"))
    enter(app, held.other.token)
    rows = "select (select count(*) from person_sourcerecord where id = %(r)s), " \
           "(select count(*) from person_sourcecontent where record_id = %(r)s), " \
           "(select count(*) from access.facts_of_closed(array[%(p)s]::uuid[]))"  # fmt: skip
    assert app.execute(rows, {"r": record, "p": held.person}).fetchone() == (1, 0, 1)
    for user in (held.officer, make.user("practitioner", held.place)):
        app.rollback()
        enter(app, user.token)
        assert app.execute(rows, {"r": record, "p": held.person}).fetchone() == (0, 0, 0)
    app.rollback()


def test_a_sealed_contact_stays_sealed_when_it_is_told_again_renamed_or_left_out(app, held):
    patient(held)
    sealed(held, entry=line_of(held, "Ben"), readers=[held.team])
    fuller = (*CONTACTS[:1], "Ben Hidden (husband)", "Dora New (neighbour)")
    again = patient(held, fuller, at="2026-02-02T00:00:00Z")
    assert contacts_seen(app, held.other, held) == [fuller[0], fuller[2]]
    enter(app, held.other.token)
    assert app.execute("select count(*) from person_sourcecontent where record_id = %s", [again]).fetchone() == (0,)
    patient(held, (CONTACTS[0], "Benjamin Hidden (husband)"), at="2026-03-02T00:00:00Z")
    assert contacts_seen(app, held.other, held) == [CONTACTS[0]]
    assert contacts_seen(app, held.colleague, held) == [CONTACTS[0], "Benjamin Hidden (husband)"]
    patient(held, (CONTACTS[0], "Benjamin Hidden (husband)", "Eve Later (aunt)"), at="2026-04-02T00:00:00Z")
    assert contacts_seen(app, held.other, held) == [CONTACTS[0], "Eve Later (aunt)"]
    patient(held, (), at="2026-05-02T00:00:00Z")
    assert contacts_seen(app, held.nurse, held) == []


def test_joining_by_somebody_who_may_not_open_the_seal_loses_nothing_of_who_the_person_is(held):
    from joinedup.person.queries.facts import tellings_of

    patient(held)
    with make.acting_as(held.other.username):
        before = tellings_of(held.person)
    sealed(held, entry=line_of(held, "Ben"))
    with make.acting_as(held.other.username):
        assert tellings_of(held.person) == before
