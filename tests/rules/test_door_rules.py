"""Do the rules of the front door hold: when is the next step due, is it late, which moves are there, what changed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from joinedup.base.parameter_files import shipped
from joinedup.door.rules import MOVES, STATES, URGENCIES, Standing, clock_of, due_at, in_words, what_changed

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
STANDING = Standing("open", "soon", "Zone team", "Ring back", "3 November 2026, 9:00am")


def test_the_more_urgent_is_due_sooner_and_never_before_first_contact():
    due = [due_at(urgency, START, shipped()) for urgency in URGENCIES]
    assert due == sorted(due)
    assert len(set(due)) == len(due)
    assert due[0] > START


def test_the_clock_runs_from_first_contact_and_is_late_after_the_due_time_only():
    due = START + timedelta(hours=2)
    assert clock_of(START, due, due).late_by is None
    clock = clock_of(START, due, due + timedelta(minutes=90))
    assert (clock.running_words, clock.late_words) == ("3 hours 30 minutes", "1 hour 30 minutes")
    assert clock_of(START, due, START).late_words == ""


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"), (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1), "1 hour"), (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(days=40, hours=23), "40 days 23 hours"), (timedelta(minutes=-5), "less than a minute"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_said_in_two_units(length, words):
    assert in_words(length) == words


def test_every_state_has_a_name_and_a_way_out_so_that_nothing_is_final():
    assert set(MOVES) == set(STATES)
    for state, moves in MOVES.items():
        assert moves
        assert state not in moves
        assert set(moves) <= set(MOVES)
        assert all(state in MOVES[other] for other in moves)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ()),
        ({"state": "done"}, ("Done",)),
        ({"urgency": "now"}, ("Urgency: Within days → Now: somebody is in danger",)),
        ({"next_step": "Visit", "due": "4 November 2026, 9:00am"},
         ("Next step: Ring back → Visit", "Due: 3 November 2026, 9:00am → 4 November 2026, 9:00am")),
        ({"first_service": "2 November 2026"}, ("First help given on 2 November 2026",)),
    ],
)  # fmt: skip
def test_a_change_is_told_in_sentences(change, said):
    assert what_changed(STANDING, replace(STANDING, **change)) == said


def test_opening_again_is_told_as_such():
    assert what_changed(replace(STANDING, state="closed"), STANDING) == ("Opened again",)
