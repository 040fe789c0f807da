"""Is a refused row put right in the name of whoever did, loaded once, and seen by those of its place alone?"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from joinedup.base.errors import BadValue, NotAllowed, NotFound, NotNow
from joinedup.exchange.put_right import row_text
from tests import factories
from tests.steps.telling import AT, body

ROW = '{"resourceType":"Flag","id":"f","status":"active"'


@pytest.fixture
def place(database):
    return factories.place()


@pytest.fixture
def row(place) -> UUID:
    """A resource that was cut short, refused whole."""
    load = factories.insert(
        "exchange_load", body_id=body("Sending Trust"), place_id=place, started_by_id=uuid4(), started_at=AT,
        finished_at=AT, paths_digest=uuid4().hex, read=1, accepted=0, kept_unknown=0, already_held=0, people_made=0,
    )  # fmt: skip
    factories.insert(
        "exchange_loadfile", load_id=load, name="a.json", shape="fhir-json", rows_done=1, known_done=0, unknown_done=0,
        held_before=0, finished=True,
    )  # fmt: skip
    factories.insert("exchange_refusal", load_id=load, code="json-broken", file="a.json", row=1, field="", why="Why.",
                     mend="Mend.", whole=True)  # fmt: skip
    return factories.insert("exchange_refusedrow", load_id=load, file="a.json", row=1, digest="d", raw=ROW.encode())


def send(user, row_id: UUID, text: str = ROW + "}", key: str = "") -> UUID:
    from joinedup.exchange.actions import send_correction

    with factories.acting_as(user.username) as caller:
        return send_correction(by=caller, at=AT, request_key=key or uuid4().hex, refused_row_id=row_id, text=text)


def seen(user, row_id: UUID):
    from joinedup.exchange import queries

    with factories.acting_as(user.username) as caller:
        return queries.refused_row_seen_by(caller, row_id)


def test_the_row_is_shown_with_why_and_looking_is_logged(place, row):
    shown = seen(factories.user("analyst", place), row)
    assert shown.text is not None
    assert shown.text.text == ROW
    assert [(each.code, each.file) for each in shown.refusals] == [("json-broken", "file 1 (.json)")]
    acts = factories.run("select count(*) from access_logentry where act = 'row.seen' and thing_id = %s", [row])
    assert acts == [(1,)]


def test_a_correction_is_kept_in_the_senders_name_and_a_job_will_load_it(place, row):
    analyst = factories.user("analyst", place)
    made = send(analyst, row)
    kept = factories.run("select refused_row_id, text, sent_by_id, loaded_as_id from exchange_correction where id = %s",
                         [made])  # fmt: skip
    assert kept == [(row, ROW + "}", analyst.id, None)]
    jobs = factories.run("select count(*) from procrastinate_jobs where task_name = 'exchange.load_corrections'")
    assert jobs[0][0] >= 1
    assert seen(analyst, row).state.word == "waits"


def test_the_same_sending_again_is_one_correction_and_only_one_waits(place, row):
    analyst = factories.user("analyst", place)
    key = uuid4().hex
    assert send(analyst, row, key=key) == send(analyst, row, key=key)
    with pytest.raises(NotNow, match="waiting"):
        send(analyst, row)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1_000_001])
def test_nothing_and_too_much_are_refused(place, row, text):
    with pytest.raises(BadValue):
        send(factories.user("analyst", place), row, text)


@pytest.mark.parametrize(
    "text",
    [
        "nothing that we know",
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Flag"}},{"resource":{"resourceType":"Flag"}}]}',
        '{"resourceType":"Flag"}\n{"resourceType":"Patient","id":"somebody-else"}',
        '{"resourceType":"Bundle","entry":[]}',
    ],
)
def test_a_correction_brings_in_no_rows_that_were_never_sent(place, row, text):
    with pytest.raises(BadValue, match="not one row"):
        send(factories.user("analyst", place), row, text)
    assert factories.run("select count(*) from exchange_correction where refused_row_id = %s", [row]) == [(0,)]


@pytest.mark.parametrize("role", ["administrator", "practitioner", "coordinator", "commissioner", "privacy_officer"])
def test_other_roles_neither_see_nor_correct(place, row, role):
    user = factories.user(role, place)
    with pytest.raises(NotAllowed):
        seen(user, row)
    with pytest.raises(NotAllowed):
        send(user, row)
    with factories.acting_as(user.username):
        assert factories.run("select count(*) from exchange_refusedrow", role="default") == [(0,)]


def test_an_analyst_of_another_place_finds_no_such_row(row):
    elsewhere = factories.user("analyst", factories.place())
    for act in (seen, send):
        with pytest.raises(NotFound, match="no such row"):
            act(elsewhere, row)


def test_the_database_refuses_a_correction_in_anothers_name_and_any_change(place, row):
    analyst = factories.user("analyst", place)
    made = send(analyst, row)
    statement = (
        "insert into exchange_correction (id, refused_row_id, text, sent_by_id, sent_at) "
        "values (%s, %s, 'x', %s, now())"
    )
    with pytest.raises(Exception, match="row-level security"), factories.acting_as(analyst.username):
        factories.run(statement, [uuid4(), row, uuid4()], role="default")
    with pytest.raises(Exception, match="permission denied"), factories.acting_as(analyst.username):
        factories.run("update exchange_correction set text = 'y' where id = %s", [made], role="default")
    with pytest.raises(Exception, match="kept as it was sent"):
        factories.run("update exchange_correction set text = 'y' where id = %s", [made])
    with pytest.raises(Exception, match="correction_says_something"):
        factories.run(statement.replace("'x'", "''"), [uuid4(), row, analyst.id])
    with pytest.raises(Exception, match="one_correction_waits_a_row"):
        factories.run(statement, [uuid4(), row, analyst.id])


def test_it_is_loaded_as_sent_by_the_same_body_and_named_by_what_it_corrects(database, server, template, tmp_path):
    from joinedup.access.callers import acting_as_service
    from joinedup.exchange import queries
    from joinedup.exchange.actions import load_corrections
    from tests.steps.loading import cld_file, cld_row, fresh_place, refused

    with fresh_place(server, template) as there:
        report = there.load(cld_file(tmp_path / "cld.csv", cld_row("p1"), cld_row("", Event_Start_Date="02/08/2026")))
        assert (refused(report)[("person-id-missing", True)], report.refused_whole) == (1, 1)
        ((row_id, raw),) = there.rows("select id, raw from exchange_refusedrow")
        shown = row_text(bytes(raw), "cld-csv")
        assert shown is not None
        text = shown.text.replace("Identifier = \n", "Identifier = p1\n")
        correction = uuid4()
        there.rows(
            "insert into exchange_correction (id, refused_row_id, text, sent_by_id, sent_at) "
            "values (%s, %s, %s, %s, now())", [correction, row_id, text, uuid4()],
        )  # fmt: skip
        with there.as_loader() as loader:
            (taken,) = load_corrections(by=loader, at=AT, request_key="k")
            assert load_corrections(by=loader, at=AT, request_key="k2") == []
            with acting_as_service():
                assert queries._states(report.load_id)[row_id].word == "put right"
        assert (taken.read, taken.accepted, taken.refused_whole) == (1, 1, 0)
        named = there.rows("select s.file, s.load_id = c.loaded_as_id, b.code from person_sourcerecord s "
                           "join exchange_correction c on c.loaded_as_id = s.load_id "
                           "join places_body b on b.id = s.body_id")  # fmt: skip
        assert named == [(f"put-right-{correction}.csv", True, "QJK")]
        assert len(there.timeline("p1")) == 2
        assert date(2026, 8, 2) in {starts for _, starts in there.timeline("p1")}


def test_the_job_runs_the_loaders_own_command(database, server, template, tmp_path, monkeypatch):
    from joinedup.exchange.jobs import load_corrections
    from tests.steps.loading import fresh_place, lines_file

    with fresh_place(server, template) as there:
        there.load(lines_file(tmp_path / "a.ndjson", ROW))
        ((row_id,),) = there.rows("select id from exchange_refusedrow")
        there.rows(
            "insert into exchange_correction (id, refused_row_id, text, sent_by_id, sent_at) "
            "values (%s, %s, %s, %s, now())",
            [uuid4(), row_id, '{"resourceType":"Patient","id":"p9","name":[{"family":"Right"}]}', uuid4()],
        )
        monkeypatch.setenv("JOINEDUP_DATABASE_NAME", there.name)
        load_corrections()
        assert there.rows("select count(*) from exchange_correction where loaded_as_id is not null") == [(1,)]
        assert there.person("p9")[2] == "Right"
