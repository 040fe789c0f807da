"""Does the clock stand where it is told to, and does the law's day begin at midnight in England?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from joinedup.base import clock
from joinedup.base.errors import OperatorMustAct, WeMustAct


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_day_is_the_day_in_england(instant: datetime, day: date) -> None:
    with clock.frozen(instant):
        assert clock.today() == day


def test_frozen_times_nest_and_end() -> None:
    first, second = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    with clock.frozen(first):
        with clock.frozen(second):
            assert clock.now() == second
        assert clock.now() == first
    assert clock.now() > second


@pytest.mark.parametrize("day", ["2026-11-23", "2026-07-01", "2026-03-29", "2026-10-25"])
def test_the_demo_stands_on_its_day_while_the_time_runs(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv(clock.TODAY_SETTING, day)
    assert clock.today() == date.fromisoformat(day)
    assert clock.now() <= clock.now()


def test_a_wrong_setting_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.TODAY_SETTING, "tomorrow")
    with pytest.raises(OperatorMustAct, match="JOINEDUP_TODAY"):
        clock.today()


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(WeMustAct):
        clock.london_date(datetime(2026, 1, 1))
