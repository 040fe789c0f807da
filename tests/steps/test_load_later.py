"""Do people who come later, corrections and moves end in the same record as if all had come at once?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.steps.loading import (
    AT,
    BRADFORD,
    ICB,
    OTHER_ICB,
    TORBAY,
    TRUST,
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


def test_contacts_of_a_patient_come_change_and_go_with_the_patient(place, tmp_path):
    def send(name: str, told: str, *contacts: str) -> list[str]:
        sent = [{"name": {"family": each}} for each in contacts]
        place.load(
            lines_file(tmp_path / f"{name}.ndjson", patient("p1", told=told, **({"contact": sent} if sent else {})))
        )
        return sorted(title for title, _ in place.timeline("p1"))

    assert send("a", "2026-03-01T09:00:00Z") == []
    assert send("b", "2026-04-01T09:00:00Z", "Joy") == ["Joy"]
    assert send("c", "2026-06-01T09:00:00Z", "Joy", "Bill") == ["Bill", "Joy"]
    assert send("d", "2026-05-01T09:00:00Z") == ["Bill", "Joy"]  # late news of before
    assert send("e", "2026-07-01T09:00:00Z") == []
    assert send("f", "2026-06-15T09:00:00Z", "Joy") == []
    assert place.rows("select kind from person_timelineentry") == []


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
