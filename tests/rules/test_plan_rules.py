"""When is a wanted visit a duplicate, and since when has a plan had nobody? Worked cases at the edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from joinedup.base.errors import OperatorMustAct
from joinedup.base.parameter_files import shipped
from joinedup.plan.rules import (
    PURPOSES,
    Tenure,
    VisitTime,
    age_words,
    clash,
    gap_since,
    policy_for,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


def visit(starts_at: datetime, purpose: str = "nursing", number: int = 1) -> VisitTime:
    return VisitTime(UUID(int=number), purpose, starts_at, starts_at + HOUR)


@pytest.mark.parametrize(
    ("starts_at", "purpose", "why"),
    [
        (NOON, "nursing", "same_time"),
        (NOON, "wound_care", "same_time"),
        (NOON + HOUR / 2, "nursing", "same_time"),
        (NOON + HOUR, "nursing", "same_purpose"),
        (NOON + HOUR, "wound_care", ""),
        (NOON + 5 * HOUR - timedelta(seconds=1), "nursing", "same_purpose"),
        (NOON + 5 * HOUR, "nursing", ""),
        (NOON - 5 * HOUR + timedelta(seconds=1), "nursing", "same_purpose"),
        (NOON - 5 * HOUR, "nursing", ""),
    ],
)
def test_a_duplicate_lies_less_than_its_window_away_on_either_side(starts_at, purpose, why):
    found = clash(visit(starts_at, purpose, 2), [visit(NOON)], 4 * HOUR)
    assert (found.why if found else "") == why


def test_the_same_time_comes_first_and_then_the_nearest():
    wanted = visit(NOON, "nursing", 9)
    near, far = visit(NOON + 2 * HOUR, number=1), visit(NOON - 3 * HOUR, number=2)
    same = visit(NOON, "wound_care", 3)
    assert clash(wanted, [far, near], 4 * HOUR).met == near
    assert clash(wanted, [far, near, same], 4 * HOUR).met == same
    assert clash(wanted, [], 4 * HOUR) is None


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_has_a_window_and_says_whether_twice_is_allowed(purpose):
    policy = policy_for(purpose, shipped(), date(2026, 11, 2))
    assert policy.window >= HOUR
    assert policy.source


def test_a_purpose_without_a_window_is_not_guessed():
    with pytest.raises(OperatorMustAct):
        policy_for("astrology", shipped(), date(2026, 11, 2))


def test_a_gap_begins_with_the_agreement_or_with_the_last_who_went():
    held = Tenure(NOON, NOON + DAY)
    assert gap_since(NOON, [], NOON + HOUR) == NOON
    assert gap_since(NOON, [held], NOON + HOUR) is None
    assert gap_since(NOON, [held], NOON + DAY) == NOON + DAY
    assert gap_since(NOON, [held, Tenure(NOON + DAY, None)], NOON + 2 * DAY) is None
    assert gap_since(NOON, [Tenure(NOON + 3 * DAY, None)], NOON + DAY) == NOON


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1, hours=23), "1 day"),
        (timedelta(days=1200), "1,200 days"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(length, words):
    assert age_words(length) == words
