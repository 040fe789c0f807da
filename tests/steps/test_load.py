"""Is everything that a body sends accepted, kept or refused with a code, once, even when the load is cut off?"""

from __future__ import annotations

import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from tests.steps.loading import (
    AT,
    COUNCIL,
    ICB,
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
    assert report.kept_kinds == {"Telescope": 1}
    assert "Kept. Not understood: Telescope 1." in report.to_text()
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


def test_what_is_kept_is_counted_by_kind_over_batches_and_files(place, tmp_path):
    from joinedup.exchange.actions import UNITS_AT_ONCE

    many = [{"resourceType": "Telescope", "id": f"t{number}"} for number in range(UNITS_AT_ONCE + 1)]
    lines_file(tmp_path / "a.ndjson", *many)
    lines_file(tmp_path / "b.ndjson", {"resourceType": "Organization", "id": "o1", "name": "Trust"},
               {"resourceType": "Edith Smith", "id": "x1"}, {"resourceType": "Telescope", "id": "t"})  # fmt: skip
    report = place.load(tmp_path)
    assert report.kept_kinds == {"Telescope": UNITS_AT_ONCE + 2, "Organization": 1, "others": 1}
    assert sum(report.kept_kinds.values()) == report.kept_unknown


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


def test_somebody_new_leaves_no_history(place, generated):
    place.load(generated / TORBAY / ICB, source=ICB)
    [(changed,)] = place.rows("select count(*) from access_rowhistory where operation = 'update'")
    assert changed < 5  # late rows of this folder correct a few people; the others were written once


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
