"""Does the log hold no content, and who reads it? The person concerned, and the privacy officer of their place."""

from __future__ import annotations

import pytest

from tests import factories as make


def test_a_line_written_without_a_live_token_names_nobody(database):
    from joinedup.access.logbook import note_at_once

    line = note_at_once("page.refused", token="0" * 64, outcome="refused", reason="sign-in-needed")
    assert make.run("select actor_id from access_logentry where id = %s", [line]) == [(None,)]


def test_a_month_of_the_log_is_never_emptied(database):
    from django.db import ProgrammingError

    part = make.run("select tableoid::regclass::text from access_logentry where id = %s", [make.log_row()])[0][0]
    assert part != "access_logentry_rest"
    with pytest.raises(ProgrammingError, match="append-only"):
        make.run(f"truncate {part}")


@pytest.mark.parametrize("words", [
    {"reason": "Mary Smith"}, {"reason": "O'Brien"}, {"reason": "1938-05-01 Smith"}, {"act": "Opened Mary"},
])  # fmt: skip
def test_a_name_planted_in_the_log_is_refused(database, words):
    from django.db import IntegrityError, transaction

    from joinedup.access.logbook import note

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        note(**({"act": "record.opened"} | words))
    assert refused.value.__cause__.diag.constraint_name == "log_holds_codes_only"


# Who reads it


def test_the_person_concerned_reads_their_lines_and_nobody_elses(database):
    from joinedup.access.queries import log_lines, looks_at
    from joinedup.access.sessions import acting_as

    me, person, other = make.user("person"), make.person(), make.person()
    nurse = make.user("practitioner")
    make.grant(me.id, person.id, "own_record")
    make.grant(nurse.id, person.id)
    for each in (person, other):
        make.log_row(actor_id=nurse.id, person_id=each.id, place_id=each.place_id)
    with acting_as(me.username) as caller:
        assert caller.person_id == person.id
        assert [look.who for look in looks_at(person.id)] == ["Invented user"]
        assert looks_at(other.id) == []
        assert {look.person_id for look in log_lines()} == {person.id}
    with acting_as(nurse.username):
        assert looks_at(person.id) == log_lines() == []


def test_a_privacy_officer_reads_the_lines_of_their_place_only(database):
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.access.logbook import note
    from joinedup.access.queries import log_lines
    from joinedup.access.sessions import acting_as

    here, there = make.place(), make.place()
    officer, nurse = make.user("privacy_officer", here), make.user("practitioner", here)
    mine, elsewhere = make.person(here), make.person(there)
    with transaction.atomic():
        enter(nurse.token)
        for person in (mine, elsewhere):
            note("record.opened", person_id=person.id)  # names no place: the line belongs to the person's
    with acting_as(officer.username):
        assert [look.person_id for look in log_lines()] == [mine.id]
