"""Does whatever is wrong with a file cost that file or row only, and may the loader do its own business only?"""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pytest

from joinedup.base.errors import PersonMustAct
from tests.steps.loading import (
    COUNCIL,
    ICB,
    TORBAY,
    adds_up,
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
    "schema", "load", "read", "accepted", "kept_unknown", "kept_kinds", "refused", "skipped_files", "already_held",
    "people_made",
}  # fmt: skip
REFUSAL_KEYS = {"code", "file", "row", "field", "why", "mend", "whole"}


@pytest.fixture
def place(database, server, template):
    """An empty place."""
    with fresh_place(server, template) as made:
        yield made


@pytest.fixture(scope="module")
def one_person(database, server, template, tmp_path_factory):
    """A place with one person in it."""
    with fresh_place(server, template) as made:
        made.load(json_file(tmp_path_factory.mktemp("one") / "a.json", patient("p1")))
        yield made


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
    assert "100%, less than a minute left" in errors
    assert "linking: 1 rows" in errors
    text, _ = place.command(tmp_path).communicate(timeout=60)
    assert "Read 2: accepted 1" in text
    assert "To put it right:" in text


@pytest.mark.parametrize(
    ("source", "where", "code"), [("NOBODY9", TORBAY, "unknown-body"), (ICB, "E99999999", "unknown-place")]
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
