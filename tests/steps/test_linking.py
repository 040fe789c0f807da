"""Are rows of one person joined, and rows of two people never? Only a verified NHS number with the birth date joins."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from tests.steps.loading import (
    COUNCIL,
    ICB,
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
)


@pytest.fixture
def place(database, server, template):
    """An empty place."""
    with fresh_place(server, template) as made:
        yield made


@pytest.fixture
def send(place, tmp_path):
    """Load resources as one file of a body."""
    sent = []

    def load(*resources: dict, source: str = ICB):
        sent.append(source)
        return place.load(lines_file(tmp_path / f"{len(sent)}.ndjson", *resources), source=source, place=TORBAY)

    return load


def questions(place) -> list[tuple]:
    """Kind of each open question, with the sender's identifier of both sides."""
    return place.rows(
        "select w.kind, a.subject, b.subject from person_workitem w "
        "join person_sourceidentity a on a.person_id = w.person_id "
        "join person_sourceidentity b on b.person_id = w.other_person_id order by 1, 2, 3"
    )


def rules(place) -> dict[str, str]:
    """By which rule each sender's identifier was linked."""
    return dict(place.rows("select subject, rule from person_sourceidentity"))


def test_same_number_and_birth_date_are_one_person(place, send):
    send(patient("g1", nhs=number(1)), condition("c1", "g1", "Asthma"))
    report = send(patient("h1", nhs=number(1), given="Maggie"), condition("c2", "h1", "Fall"), source=TRUST)
    assert report.people_made == 0
    assert place.count("person_person") == 1
    assert place.person("g1") == place.person("h1", TRUST)
    assert {title for title, _ in place.timeline("g1")} == {"Asthma", "Fall"}
    assert rules(place) == {"g1": "new_with_verified_number", "h1": "nhs_number_and_birth_date"}
    assert questions(place) == []


def test_one_side_verified_is_enough(place, send, tmp_path):
    send(patient("g1", nhs=number(1)))
    council = cld_file(tmp_path / "a.csv", cld_row("L1", NHS_Number=number(1)))
    assert place.load(council, source=COUNCIL).people_made == 0
    send(patient("t2", nhs=number(2), verified=False), source=TRUST)
    send(patient("g2", nhs=number(2)))
    assert place.person("t2", TRUST)[:2] == place.person("g2")[:2]
    assert place.person("g2")[1] == number(2)  # the one who was known without it now holds it
    assert place.count("person_person") == 2


def test_same_number_with_another_birth_date_makes_a_second_person_and_a_work_item(place, send):
    send(patient("g1", nhs=number(1)))
    report = send(patient("h1", nhs=number(1), born="1963-07-09", given="Ian"), source=TRUST)
    assert report.people_made == 1
    assert place.person("g1")[1] == number(1)
    assert place.person("h1", TRUST)[1] == ""
    assert questions(place) == [("nhs_number_other_birth_date", "h1", "g1")]
    [(verified,)] = place.rows(
        "select i.verified from person_personidentifier i join person_sourceidentity s on s.person_id = i.person_id "
        "where s.subject = 'h1'"
    )
    assert verified  # what the sender said of the number stays, and finds the person
    send(patient("x1", nhs=number(1), born="1963-07-09"), source=COUNCIL)
    assert place.person("x1", COUNCIL)[0] == place.person("h1", TRUST)[0]
    send(patient("h1", nhs=number(1), born="1963-07-09", given="Iain"), source=TRUST)
    assert len(questions(place)) == 2  # asked once: the same question, seen from either identifier
    assert place.count("person_workitem") == 1


@pytest.mark.parametrize("proof_first", [True, False])
def test_an_unproven_number_that_a_proven_one_contradicts_is_asked_about_in_any_order(place, send, proof_first):
    proven = (patient("g1", nhs=number(1)), ICB)
    unproven = (patient("l1", nhs=number(1), verified=False, born="1963-07-09"), COUNCIL)
    for resource, source in (proven, unproven) if proof_first else (unproven, proven):
        send(resource, source=source)
    assert place.person("g1")[1] == number(1)
    assert questions(place) == [("nhs_number_other_birth_date", "l1", "g1")]


def test_a_sender_who_knows_people_by_number_alone_may_mean_two(place, send):
    one, two = number(1), number(2)
    send(patient(one, nhs=one), patient(one, nhs=one, born="1963-07-09", given="Ian"), patient(two, nhs=two))
    send(patient(one, nhs=one, born="1963-07-09", given="Iain"), condition("c1", one, "Fall"), condition("c2", two))
    assert place.count("person_person") == 3
    assert place.count("person_workitem") == 1
    assert place.person(f"{one}/1963-07-09")[1:4] == ("", "Smith", "Iain")
    assert place.person(one) == place.person(f"{one}/1941-03-02")
    assert [title for title, _ in place.timeline(one)] == ["Fall"]
    assert len(place.timeline(two)) == 1


def test_a_number_without_a_birth_date_joins_nobody(place, send):
    send(patient("g1", nhs=number(1)))
    send(patient("h1", nhs=number(1), born=""), source=TRUST)
    send(patient("g2", nhs=number(2), born=""))
    send(patient("h2", nhs=number(2), born=""), source=TRUST)
    assert place.count("person_person") == 4
    assert len(questions(place)) == 2


def test_two_people_never_hold_the_same_verified_number(place, send):
    send(patient("g1", nhs=number(1)), patient("g2", nhs=number(2)))
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        place.rows("update person_person set nhs_number = %s", [number(1)])
    assert refused.value.diag.constraint_name == "verified_nhs_number_held_once"


def test_unverified_numbers_on_both_sides_do_not_link(place, send):
    send(patient("g1", nhs=number(1), verified=False))
    send(patient("h1", nhs=number(1), verified=False), source=TRUST)
    assert place.count("person_person") == 2
    assert {row[0] for row in place.rows("select nhs_number from person_person")} == {""}
    assert questions(place) == []
    send(patient("l1", nhs=number(1)), source=COUNCIL)
    assert place.person("l1", COUNCIL)[0] == place.person("g1")[0]  # the one who was known first


@pytest.mark.parametrize("filler", ["0000000000", "1111111111", "999 999 9999"])
def test_fillers_never_count_as_a_number(place, send, filler):
    send(patient("g1", nhs=filler), patient("g2", nhs=filler))
    send(patient("h1", nhs=filler), source=TRUST)
    assert place.count("person_person") == 3
    assert place.rows("select count(*) from person_personidentifier where system = 'nhs-number'") == [(0,)]


def test_people_without_a_number_are_kept_apart(place, send):
    send(patient("g1"), patient("g2"))
    send(patient("g1"), source=TRUST)
    assert place.count("person_person") == 3


def test_twins_stay_two(place, send):
    send(patient("g1", nhs=number(1), given="Ann"), patient("g2", nhs=number(2), given="Amy"))
    send(patient("h1", nhs=number(1)), patient("h2", nhs=number(2)), source=TRUST)
    assert place.person("h1", TRUST)[0] == place.person("g1")[0] != place.person("g2")[0]
    assert place.count("person_person") == 2


@pytest.mark.parametrize("newer_first", [True, False])
def test_a_superseded_number_finds_the_same_person(place, send, newer_first):
    older = patient("g1", nhs=number(1))
    newer = patient("h1", nhs=number(2), old_nhs=number(1), told="2026-08-01T09:00:00Z")
    pairs = [(newer, TRUST), (older, ICB)] if newer_first else [(older, ICB), (newer, TRUST)]
    for resource, source in pairs:
        send(resource, source=source)
    assert place.count("person_person") == 1
    numbers = set(place.rows("select value from person_personidentifier where system = 'nhs-number'"))
    assert numbers == {(number(1),), (number(2),)}


def test_a_superseded_number_of_somebody_else_joins_nobody(place, send):
    send(patient("g1", nhs=number(1), born="1950-01-01"))
    send(patient("h1", nhs=number(2), old_nhs=number(1)), source=TRUST)
    assert place.count("person_person") == 2
    assert {row[0] for row in place.rows("select nhs_number from person_person")} == {number(1), number(2)}


def test_a_number_verified_later_is_held_from_then_on(place, send):
    send(patient("g1", nhs=number(1), verified=False, told="2026-01-01T09:00:00Z"))
    assert place.person("g1")[1] == ""
    send(patient("g1", nhs=number(1), told="2026-02-01T09:00:00Z"))
    assert place.person("g1")[1] == number(1)
    assert place.count("person_person") == 1


def test_a_number_told_later_that_another_record_holds_is_a_question_and_no_failure(place, send):
    send(patient("h1"), source=TRUST)
    send(patient("g1", nhs=number(1)))
    send(patient("h1", nhs=number(1), told="2026-02-01T09:00:00Z"), source=TRUST)
    assert place.person("g1")[1] == number(1)
    assert place.person("h1", TRUST)[1] == ""
    assert questions(place) == [("nhs_number_in_two_records", "h1", "g1")]


def test_a_number_given_up_goes_to_whom_it_was_told_next(place, send):
    send(patient("g1", nhs=number(1), told="2026-01-01T09:00:00Z"))
    send(patient("h1", nhs=number(1), born="1963-07-09", given="Ian"), source=TRUST)
    assert place.person("h1", TRUST)[1] == ""
    send(patient("g1", nhs=number(3), told="2026-03-01T09:00:00Z"))
    assert (place.person("g1")[1], place.person("h1", TRUST)[1]) == (number(3), number(1))


def test_two_numbers_that_were_swapped_are_put_right_in_one_file(place, send):
    told = "2026-01-01T09:00:00Z"
    send(patient("g1", nhs=number(2), told=told), patient("g2", nhs=number(1), told=told, born="1950-01-01"))
    told = "2026-02-01T09:00:00Z"
    send(patient("g1", nhs=number(1), told=told), patient("g2", nhs=number(2), told=told, born="1950-01-01"))
    assert (place.person("g1")[1], place.person("g2")[1]) == (number(1), number(2))


def test_a_birth_date_corrected_by_its_sender_corrects_the_person(place, send):
    send(patient("g1", nhs=number(1), born="1941-03-02", told="2026-01-01T09:00:00Z"))
    send(patient("h1", nhs=number(1), born="1941-02-03"), source=TRUST)
    send(patient("g1", nhs=number(1), born="1941-02-03", told="2026-02-01T09:00:00Z"))
    assert place.person("g1")[4] == date(1941, 2, 3)
    assert place.count("person_person") == 2  # joining two records afterwards is for somebody to decide
    send(patient("l1", nhs=number(1), born="1941-02-03"), source=COUNCIL)
    assert place.person("l1", COUNCIL)[0] == place.person("g1")[0]


def test_what_is_known_of_somebody_is_taken_from_all_rows_of_a_file(place, send):
    send(patient("g1", nhs=number(1)))
    first = patient("h1", nhs=number(1), told="2026-01-01T09:00:00Z")
    second = patient("h1", told="2026-02-01T09:00:00Z")  # a later version left the number out
    send(first, second, source=TRUST)
    assert place.person("h1", TRUST)[0] == place.person("g1")[0]


def test_somebody_of_whom_nothing_is_said_is_kept(place, tmp_path):
    report = place.load(json_file(tmp_path / "a.json", {"resourceType": "Patient", "id": "x"}))
    assert (report.accepted, report.people_made) == (1, 1)
    assert place.person("x")[1:5] == ("", "", "", None)
    assert place.count("person_personname") == 0


def test_a_patient_without_an_id_stands_for_itself(place, tmp_path):
    nameless = {"resourceType": "Patient", "name": [{"family": "Smith"}]}
    report = place.load(lines_file(tmp_path / "a.ndjson", nameless, nameless, {**nameless, "gender": "female"}))
    assert (report.accepted, report.people_made) == (3, 2)
