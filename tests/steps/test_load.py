"""Is everything that a body sends accepted, kept or refused with a code, once, even when the load is cut off?"""

from __future__ import annotations

import json
import os
import signal
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from joinedup.base.errors import PersonMustAct
from tests.steps.loading import (
    AT,
    BRADFORD,
    COUNCIL,
    ICB,
    OTHER_ICB,
    TORBAY,
    TRUST,
    adds_up,
    bundle,
    cld_file,
    cld_row,
    condition,
    fresh_place,
    json_file,
    lines_file,
    number,
    patient,
    refused,
)

REPORT_KEYS = {
    "schema", "load", "read", "accepted", "kept_unknown", "refused", "skipped_files", "already_held", "people_made",
}  # fmt: skip
REFUSAL_KEYS = {"code", "file", "row", "field", "why", "mend", "whole"}


@pytest.fixture
def place(database, server, template):
    """An empty place."""
    with fresh_place(server, template) as made:
        yield made


@pytest.fixture
def other_place(database, server, template):
    """Another one, to compare with."""
    with fresh_place(server, template) as made:
        yield made


@pytest.fixture(scope="module")
def one_person(database, server, template, tmp_path_factory):
    """A place with one person in it."""
    with fresh_place(server, template) as made:
        made.load(json_file(tmp_path_factory.mktemp("one") / "a.json", patient("p1")))
        yield made


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A generated place of 60 people with late, doubled, mistyped and corrected rows."""
    from joinedup.exchange.generate.command import generate

    folder = tmp_path_factory.mktemp("generated")
    assert generate(["--people", "60", "--seed", "5", "--place", TORBAY, "--out", str(folder)]) == 0
    return folder


# Counts


def test_everything_read_is_accepted_kept_or_refused(place, tmp_path):
    lines_file(
        tmp_path / "a.ndjson",
        patient("p1", nhs=number(1)), condition("c1", "p1"), condition("c2", "nobody"),
        {"resourceType": "Telescope", "id": "t1"}, {"resourceType": "Condition", "id": "c3"}, '{"broken',
    )  # fmt: skip
    cld_file(tmp_path / "b.csv", cld_row("L1"), cld_row("", Event_Type="Review"), cld_row("L2", Event_Type="Dance"))
    (tmp_path / "notes.txt").write_text("not for us")
    report = place.load(tmp_path)
    assert (report.read, report.accepted, report.kept_unknown, report.refused_whole) == (9, 3, 1, 5)
    assert adds_up(report)
    assert refused(report) == {
        ("subject-unknown", True): 1, ("subject-missing", True): 1, ("json-broken", True): 1,
        ("person-id-missing", True): 1, ("event-type-unknown", True): 1,
    }  # fmt: skip
    assert report.skipped_files == ("notes.txt",)
    assert report.people_made == place.count("person_person") == 2
    states = dict(place.rows("select state, count(*) from person_sourcerecord group by state"))
    assert states == {"attached": 3, "unknown": 1, "waiting": 1}
    assert place.count("exchange_refusedrow") == 4


def test_a_bad_row_does_not_stop_the_file(place, tmp_path):
    bad = ['{"resourceType": "Patient"', "[1, 2]", "null", "<Patient/>", b"\xff\xfe\xff", "{}", '{"resourceType": 7}']
    good = [patient(f"p{nth}", nhs=number(nth)) for nth in range(len(bad) + 1)]
    lines = [line for pair in zip(good, bad, strict=False) for line in pair] + [good[-1]]
    report = place.load(lines_file(tmp_path / "mixed.ndjson", *lines))
    assert adds_up(report)
    assert (report.read, report.accepted, report.refused_whole) == (15, 8, 7)
    assert place.count("person_person") == 8
    kept = dict(place.rows("select row, raw from exchange_refusedrow order by row"))
    assert kept[2] == b'{"resourceType": "Patient"'
    assert kept[4] == b"[1, 2]"
    assert all(refusal.why and refusal.mend for refusal in report.refused)


def test_a_file_loaded_twice_changes_nothing(place, generated):
    folder = generated / TORBAY
    for source in (ICB, TRUST, COUNCIL):
        place.load(folder / source, source=source)
    before = place.digests()
    for source in (ICB, TRUST, COUNCIL):
        again = place.load(folder / source, source=source, at=AT + timedelta(days=1))
        assert adds_up(again)
        assert again.people_made == 0
        assert again.already_held == again.accepted + again.kept_unknown
    assert place.digests() == before


def test_the_same_rows_under_another_file_name_are_met_again(place, tmp_path):
    lines = [patient("p1", nhs=number(1)), condition("c1", "p1")]
    place.load(lines_file(tmp_path / "a.ndjson", *lines))
    before = place.digests()
    again = place.load(lines_file(tmp_path / "c.ndjson", *lines))
    assert (again.read, again.accepted, again.already_held) == (2, 2, 2)
    assert place.digests() == before
    place.load(json_file(tmp_path / "b.json", *lines))  # the same things said in other bytes: rows of their own
    assert (place.count("person_person"), place.count("person_sourcerecord"), len(place.timeline("p1"))) == (1, 4, 1)


def test_rows_doubled_in_one_file_are_stored_once(place, tmp_path):
    lines = [patient("p1", nhs=number(1)), condition("c1", "p1"), condition("c2", "nobody")]
    report = place.load(lines_file(tmp_path / "a.ndjson", *lines, *lines, *lines))
    assert (report.read, report.accepted, report.refused_whole, report.already_held) == (9, 6, 3, 6)
    assert [(refusal.code, refusal.row) for refusal in report.refused] == [
        ("subject-unknown", 3), ("subject-unknown", 6), ("subject-unknown", 9),
    ]  # fmt: skip
    assert (place.count("person_sourcerecord"), place.count("person_person")) == (3, 1)


def test_an_unknown_resource_type_is_kept_and_counted(place, tmp_path):
    strange = {"resourceType": "Telescope", "id": "t1", "mirror": "8.2 m", "subject": {"reference": "Patient/p1"}}
    report = place.load(lines_file(tmp_path / "a.ndjson", patient("p1"), strange, strange))
    assert (report.read, report.accepted, report.kept_unknown, report.refused) == (3, 1, 2, ())
    [(kind, state, raw)] = place.rows(
        "select r.kind, r.state, c.raw from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id "
        "where r.kind <> 'fhir:Patient'"
    )
    assert (kind, state, json.loads(raw)) == ("fhir:Telescope", "unknown", strange)
    assert place.timeline("p1") == []


def test_an_invalid_nhs_number_is_refused_and_the_person_kept(place, tmp_path):
    wrong = number(1)[:-1] + str((int(number(1)[-1]) + 1) % 10)
    report = place.load(json_file(tmp_path / "a.json", patient("p1", nhs=wrong), condition("c1", "p1")))
    assert (report.accepted, report.refused_whole, report.people_made) == (2, 0, 1)
    assert refused(report) == {("nhs-number-invalid", False): 1}
    assert place.person("p1")[1:4] == ("", "Smith", "Margaret")
    assert place.rows("select count(*) from person_personidentifier")[0][0] == 0
    assert wrong not in report.to_text() + json.dumps(report.to_json())


def test_many_batches_count_as_one(place, tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.exchange.actions.UNITS_AT_ONCE", 3)
    monkeypatch.setattr("joinedup.person.actions.adopt.PEOPLE_AT_ONCE", 2)
    monkeypatch.setattr("joinedup.person.actions.adopt.EVENTS_AT_ONCE", 2)
    for nth in range(5):
        line = bundle(*(condition(f"b{nth}-{each}", f"p{nth}") for each in range(4)), {"resourceType": ""}, 7)
        lines_file(tmp_path / f"f{nth}.ndjson", patient(f"p{nth}"), "", line, condition("c", "nobody"), "x")
    report = place.load(tmp_path)
    assert adds_up(report)
    assert (report.read, report.accepted, report.refused_whole, report.people_made) == (45, 25, 20, 5)
    assert report.already_held == 4  # the condition about nobody is the same row in each file
    assert len(place.timeline("p4")) == 4
    assert place.rows("select raw from exchange_refusedrow where file = 'f0.ndjson' and row = 3") == [
        (b'{"resourceType":""}\n7',)
    ]


# What is wrong with files


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.json", b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Pat', "json-broken"),
        ("list.json", b'{"resourceType": "Bundle", "entry": {"resource": 1}}', "bundle-entries-not-a-list"),
        ("xml.json", b'<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"/>', "xml-in-json"),
        ("page.json", b"<html>Sign in</html>", "xml-in-json"),
        ("deep.json", b'{"resourceType": "Patient", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", "json-too-deep"),
        ("utf16.json", '{"resourceType": "Patient"}'.encode("utf-16"), "encoding-unknown"),
        ("huge.ndjson", b'{"resourceType": "Patient", "id": "' + b"9" * 1_500_000 + b'"}\n', "field-too-long"),
    ],
)  # fmt: skip
def test_a_broken_file_gives_a_code_and_the_rest_goes_on(place, tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    json_file(tmp_path / "zz.json", patient("p1", nhs=number(1)))
    report = place.load(tmp_path)
    assert refused(report) == {(code, True): 1}
    assert (report.read, report.accepted, report.people_made) == (2, 1, 1)


def test_a_file_without_its_columns_is_one_refusal_and_the_next_file_is_taken(place, tmp_path):
    cld_file(tmp_path / "a.csv", cld_row("L1"), without=["LA Person Unique Identifier"])
    cld_file(tmp_path / "b.csv", cld_row("L1"))
    report = place.load(tmp_path, source=COUNCIL)
    assert refused(report)[("column-missing", True)] == 1
    assert report.accepted == report.people_made == 1


def test_a_date_of_birth_in_the_future_is_refused_and_the_person_kept(place, tmp_path):
    json_file(tmp_path / "a.json", patient("p1", born="2031-01-01", nhs=number(1)))
    cld_file(tmp_path / "b.csv", cld_row("L1", Date_of_Birth="01/01/2031"))
    report = place.load(tmp_path)
    assert refused(report) == {("birth-date-future", False): 2}
    assert report.accepted == 2
    assert place.person("p1")[4] is None
    assert place.person("L1")[4] is None


def test_null_bytes_and_lone_surrogates_do_not_reach_the_database(place, tmp_path):
    odd = [
        '{"resourceType": "Patient", "id": "a\\u0000b", "name": [{"family": "O\\u0000\\ud800x",'
        ' "given": ["\\\\u0000"]}]}',
        '{"resourceType": "Condition", "id": "\\udfff", "subject": {"reference": "Patient/a\\u0000b"},'
        ' "code": {"text": "\\u0000 \\ud83d"}}',
        '{"resourceType": "Tele\\u0000scope\\ud800", "id": "\\u0000"}',
        '{"resourceType": "Patient", "id": "é", "name": [{"family": "Zoë \\ud83d\\ude00"}], "identifier":'
        ' [{"system": "s\\u0000", "value": "\\ud800v"}]}',
    ]
    report = place.load(lines_file(tmp_path / "odd.ndjson", *odd))
    assert adds_up(report)
    assert report.people_made == 2
    assert report.kept_unknown == 1
    families = {family for (family,) in place.rows("select family from person_person")}
    assert "Zoë 😀" in families
    assert all("\x00" not in family for family in families)


def test_long_identifiers_never_become_one(place, tmp_path):
    long_one, long_two = "9" * 450 + "a", "9" * 450 + "b"
    lines = [
        patient(long_one, family="Ash"), patient(long_two, family="Beech"),
        condition("7" * 450 + "a", long_one, "One"), condition("7" * 450 + "b", long_one, "Two"),
        {"resourceType": "T" * 90, "id": "x"}, condition("c3", long_two, "Three"),
    ]  # fmt: skip
    report = place.load(lines_file(tmp_path / ("n" * 200 + ".ndjson"), *lines))
    assert (report.accepted, report.kept_unknown, report.people_made) == (5, 1, 2)
    lines_told = place.rows(
        "select p.family, t.title from person_timelineentry t join person_person p on p.id = t.person_id order by 1, 2"
    )
    assert lines_told == [("Ash", "One"), ("Ash", "Two"), ("Beech", "Three")]


def test_a_file_name_that_is_not_text_is_loaded_and_reported(place, tmp_path):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.ndjson")
    Path(odd).write_bytes(b"{\n" + json.dumps(patient("p1")).encode())
    report = place.load(tmp_path)
    assert (report.accepted, report.refused_whole) == (1, 1)
    assert report.refused[0].file.startswith("caf")
    assert report.refused[0].file.isprintable()


# People who come later, corrections, moves


def test_a_row_about_somebody_not_sent_waits_and_is_attached_when_they_come(place, tmp_path):
    events = lines_file(tmp_path / "events.ndjson", condition("c1", "p1"), condition("c2", "p1"), condition("c3", "p2"))
    first = place.load(events)
    assert (first.accepted, first.refused_whole) == (0, 3)
    again = place.load(events)
    assert (again.read, again.accepted, again.refused_whole, again.already_held) == (3, 0, 3, 3)
    person = place.load(json_file(tmp_path / "person.json", patient("p1", nhs=number(1))))
    assert (person.read, person.accepted, person.refused) == (1, 1, ())
    assert len(place.timeline("p1")) == 2
    last = place.load(events)
    assert (last.read, last.accepted, last.refused_whole, last.people_made) == (3, 2, 1, 0)
    assert [refusal.row for refusal in last.refused] == [3]
    assert place.count("person_person") == 1


def test_somebody_sent_by_another_body_under_the_same_identifier_is_not_meant(place, tmp_path):
    place.load(json_file(tmp_path / "a.json", patient("p1", nhs=number(1))), source=ICB)
    report = place.load(json_file(tmp_path / "b.json", condition("c1", "p1")), source=TRUST)
    assert refused(report) == {("subject-unknown", True): 1}
    assert place.timeline("p1") == []


def test_a_corrected_row_replaces_the_entry_and_an_older_one_does_not(place, tmp_path):
    def send(name: str, title: str, told: str, status: str = "") -> None:
        row = condition("c1", "p1", title, told=told, status=status)
        place.load(lines_file(tmp_path / f"{name}.ndjson", patient("p1"), row))

    send("a", "Asthma", "2026-03-01T09:00:00Z")
    send("b", "Severe asthma", "2026-05-01T09:00:00Z")
    send("c", "Cough", "2026-01-01T09:00:00Z")
    assert [title for title, _ in place.timeline("p1")] == ["Severe asthma"]
    send("d", "Severe asthma", "2026-06-01T09:00:00Z", "entered-in-error")
    assert place.timeline("p1") == []
    send("e", "Wheeze", "2026-02-01T09:00:00Z")  # late news of what was since withdrawn
    assert place.timeline("p1") == []
    send("f", "COPD", "2026-07-01T09:00:00Z")
    assert [title for title, _ in place.timeline("p1")] == ["COPD"]
    assert place.rows("select count(*) from person_sourcerecord where kind = 'fhir:Condition'") == [(6,)]


def test_a_corrected_client_level_row_replaces_the_older(place, tmp_path):
    ended = {"Event_End_Date": "20/09/2026", "Reporting_Period_End_Date": "31/12/2026"}
    place.load(cld_file(tmp_path / "q3.csv", cld_row("L1"), cld_row("L1", Event_Start_Date="02/08/2026")))
    assert [line[1] for line in place.timeline("L1")] == [date(2026, 8, 1), date(2026, 8, 2)]
    place.load(cld_file(tmp_path / "q4.csv", cld_row("L1", **ended)), at=AT + timedelta(days=90))
    rows = place.rows("select starts_on, ends_on, open_ended from person_timelineentry order by starts_on")
    assert rows == [(date(2026, 8, 1), date(2026, 9, 20), False), (date(2026, 8, 2), None, True)]


def test_a_row_that_moves_an_event_to_somebody_else_moves_it(place, tmp_path):
    people = [patient("p1", family="Ash"), patient("p2", family="Beech")]
    wrong = condition("c1", "p1", told="2026-01-01T09:00:00Z")
    right = condition("c1", "p2", told="2026-02-01T09:00:00Z")
    place.load(lines_file(tmp_path / "a.ndjson", *people, wrong))
    place.load(lines_file(tmp_path / "b.ndjson", right))
    assert (len(place.timeline("p1")), len(place.timeline("p2"))) == (0, 1)


def test_somebody_who_moves_is_one_person_whom_both_teams_see(place, tmp_path):
    for body, where, team in ((ICB, TORBAY, "team:t"), (OTHER_ICB, BRADFORD, "team:b")):
        place.rows(
            "with team as (insert into access_subject (id, kind, code, label, is_demo) "
            "values (uuidv7(), 'team', %s, 'Team', true) returning id) "
            "insert into access_teamintake (id, team_id, body_id, place_id, starts_at) select uuidv7(), team.id, b.id, "
            "l.id, now() from team, places_body b, places_place l where b.code = %s and l.code = %s",
            [team, body, where],
        )
    here = patient("p1", nhs=number(1), told="2026-02-01T09:00:00Z")
    there = patient("x9", nhs=number(1), told="2026-08-01T09:00:00Z")
    late = patient("p1", nhs=number(1), told="2026-01-01T09:00:00Z", family="Smythe")
    place.load(json_file(tmp_path / "a.json", here), source=ICB)
    moved = place.load(json_file(tmp_path / "b.json", there), source=OTHER_ICB, place=BRADFORD)
    place.load(json_file(tmp_path / "c.json", late), source=ICB)
    assert moved.people_made == 0
    assert place.count("person_person") == 1
    assert place.person("p1") == place.person("x9", OTHER_ICB)
    assert place.person("p1")[2:] == ("Smith", "Margaret", date(1941, 3, 2), BRADFORD)
    granted = place.rows("select s.code from access_accessgrant g join access_subject s on s.id = g.subject_id")
    assert sorted(granted) == [("team:b",), ("team:t",)]


def test_waiting_rows_keep_the_place_that_their_own_load_named(place, tmp_path, monkeypatch):
    monkeypatch.setattr("joinedup.exchange.actions.adopt_sources", lambda **words: None)  # as if killed before linking
    place.load(json_file(tmp_path / "a.json", patient("p1")), source=OTHER_ICB, place=TORBAY)
    monkeypatch.undo()
    place.load(json_file(tmp_path / "b.json", patient("p2")), source=OTHER_ICB, place=BRADFORD)
    assert (place.person("p1", OTHER_ICB)[5], place.person("p2", OTHER_ICB)[5]) == (TORBAY, BRADFORD)


# Cut off, and two at once


def _until(process, phase: str) -> None:
    """Read what the command says until it is in a phase, then kill it."""
    for line in process.stderr:
        if line.startswith(phase):
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    process.stderr.close()
    assert process.returncode == -signal.SIGKILL


def test_a_killed_load_resumes_without_doubling(place, other_place, generated):
    folder = generated / TORBAY / ICB
    whole = other_place.load(folder)
    _until(place.command(folder, batch=40), "reading")
    cut = place.rows("select sum(rows_done), count(*) filter (where finished) from exchange_loadfile")[0]
    assert 0 < cut[0] < whole.read
    _until(place.command(folder, batch=40), "reading")
    _until(place.command(folder, batch=40), "linking")
    waiting = place.rows("select count(*) from person_sourcerecord where state = 'waiting'")[0][0]
    assert 0 < waiting < whole.read
    assert place.rows("select finished_at from exchange_load") == [(None,)]
    last = place.command(folder, "--json", batch=40)
    out, errors = last.communicate(timeout=120)
    assert last.returncode == 0, errors
    report = json.loads(out)
    assert place.count("exchange_load") == 1
    for name in ("read", "accepted", "kept_unknown", "already_held", "people_made"):
        assert report[name] == getattr(whole, name), name
    assert len(report["refused"]) == len(whole.refused)
    assert place.contents() == other_place.contents()


def test_a_changed_file_begins_a_new_load_and_an_untouched_copy_resumes(place, tmp_path, monkeypatch):
    file = lines_file(tmp_path / "a.ndjson", patient("p1"), condition("c1", "p1"))

    def killed(**words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("joinedup.exchange.actions.adopt_sources", killed)
    with pytest.raises(KeyboardInterrupt):
        place.load(file)
    monkeypatch.undo()
    os.utime(file, (1, 1))
    resumed = place.load(file)
    assert (resumed.read, resumed.accepted, resumed.already_held, place.count("exchange_load")) == (2, 2, 0, 1)
    lines_file(file, patient("p1"), condition("c1", "p1"), condition("c2", "p1"))
    changed = place.load(file)
    assert (changed.read, changed.already_held, place.count("exchange_load")) == (3, 2, 2)


def test_two_loads_at_once_make_no_person_twice(place, other_place, tmp_path):
    people = [patient(f"p{nth}", nhs=number(nth)) for nth in range(300)]
    elsewhere = [patient(f"x{nth}", nhs=number(nth)) for nth in range(299, -1, -1)]
    rows = [condition(f"c{nth}", f"p{nth}") for nth in range(300)]
    files = [
        (lines_file(tmp_path / "a.ndjson", *people, *rows), ICB),
        (lines_file(tmp_path / "b.ndjson", *elsewhere), TRUST),
        (lines_file(tmp_path / "c.ndjson", *reversed(rows), *reversed(people)), ICB),
        (tmp_path / "a.ndjson", ICB),
    ]
    running = [place.command(path, "--json", batch=50, source=source) for path, source in files]
    reports = []
    for process in running:
        out, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
        reports.append(json.loads(out))
    assert place.count("person_person") == 300
    assert sum(report["people_made"] for report in reports) == 300
    assert all(report["read"] == report["accepted"] for report in reports)
    for path, source in files:
        other_place.load(path, source=source)
    changing = ("people", "names")  # of two tellings of the same moment, which came last is chance
    assert place.contents(*changing, "links") == other_place.contents(*changing, "links")


# The command, and what the loader may not do


def test_the_report_as_json_has_its_keys(place, tmp_path):
    lines_file(tmp_path / "a.ndjson", patient("p1"), condition("c1", "nobody"))
    process = place.command(tmp_path, "--json")
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    report = json.loads(out)
    assert set(report) == REPORT_KEYS
    assert report["schema"] == "load/1"
    assert [set(refusal) for refusal in report["refused"]] == [REFUSAL_KEYS]
    assert "reading: 2 rows" in errors
    assert "linking: 1 rows" in errors
    text, _ = place.command(tmp_path).communicate(timeout=60)
    assert "Read 2: accepted 1" in text
    assert "To put it right:" in text


@pytest.mark.parametrize(
    ("source", "where", "code"), [("XXX9", TORBAY, "unknown-body"), (ICB, "E99999999", "unknown-place")]
)
def test_an_unknown_code_stops_with_the_list(place, tmp_path, source, where, code):
    process = place.command(json_file(tmp_path / "a.json", patient("p1")), source=source, place=where)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert f"[{code}]" in errors
    assert "Traceback" not in errors
    assert (ICB if code == "unknown-body" else TORBAY) in errors
    assert place.count("exchange_load") == 0


def test_a_missing_path_is_said_in_words(place, tmp_path):
    with pytest.raises(PersonMustAct) as missing:
        place.load(tmp_path / "nothing")
    assert missing.value.code == "path-missing"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert place.load(empty).read == 0


def test_what_a_load_did_stands_in_the_log_under_the_loader(place, tmp_path):
    place.load(json_file(tmp_path / "a.json", patient("p1")))
    place.load(json_file(tmp_path / "b.json", patient("p1", family="Smythe")))
    [(loader,)] = place.rows("select id from access_subject where code = 'service:loader'")
    acts = place.rows("select act, actor_id, found from access_logentry order by id")
    assert acts == [("load.finished", loader, 1), ("load.finished", loader, 1)]
    assert place.rows("select distinct actor_id, table_name from access_rowhistory") == [(loader, "person_person")]


def test_somebody_new_leaves_no_history(place, generated):
    place.load(generated / TORBAY / ICB, source=ICB)
    [(changed,)] = place.rows("select count(*) from access_rowhistory where operation = 'update'")
    assert changed < 5  # late rows of this folder correct a few people; the others were written once


@pytest.mark.parametrize(
    "statement",
    [
        "select * from access_user", "select * from django_session", "select * from person_aboutme",
        "select * from access.secret", "select * from access_logentry", "select * from access_rowhistory",
        "delete from person_person", "delete from person_sourcerecord", "delete from person_sourcecontent",
        "update person_sourcecontent set raw = ''", "update person_sourcerecord set digest = ''",
        "delete from access_accessgrant", "insert into access_roleholding (id) values (uuidv7())",
        "truncate person_timelineentry",
    ],
)  # fmt: skip
def test_the_loader_cannot_do_what_is_not_its_business(one_person, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one_person.rows(statement, role="loader")


def test_a_manifest_is_loaded_in_its_order(place, generated):
    from joinedup.exchange.actions import load_manifest

    told = []
    with place.as_loader():
        reports = load_manifest(generated, lambda name, now: told.append((name, now.phase)))
        again = load_manifest(generated)
    listed = json.loads((generated / "manifest.json").read_text())["loads"]
    assert len(reports) == len(listed)
    assert all(adds_up(report) for report in reports)
    assert told[0] == (f"{listed[0]['source']} → {listed[0]['place']}", "reading")
    assert sum(report.people_made for report in reports) == place.count("person_person") > 55
    assert all(report.people_made == 0 for report in again)
