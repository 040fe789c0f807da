"""Does everybody come of age, and of pension age, on the right day?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from joinedup.base import parameter_files
from joinedup.funding.rules.ages import age_group_born, completed_months

LAW = parameter_files.shipped()
TIMETABLE = [
    ("1953-03-06", "2016-03-06", "pension-age"),
    ("1953-10-10", "2018-07-06", "pension-age"),
    ("1953-12-06", "2019-03-06", "pension-age"),
    ("1954-09-30", "2020-09-06", "pension-age"),
    ("1954-10-06", "2020-10-06", "pension-age"),
    ("1960-04-05", "2026-04-05", "pension-age"),
    ("1960-04-06", "2026-05-06", "pension-age"),
    ("1960-07-31", "2026-11-30", "pension-age"),
    ("1961-03-05", "2028-02-05", "pension-age"),
    ("1961-03-06", "2028-03-06", None),
]


@pytest.mark.parametrize(("born", "reached", "parameter"), TIMETABLE)
def test_pension_age_is_reached_on_its_day(born: str, reached: str, parameter: str | None) -> None:
    day = date.fromisoformat(reached)
    group = age_group_born(date.fromisoformat(born), day, LAW)
    assert group.name == "pension_age"
    assert (group.parameter.name if group.parameter else None) == parameter
    if parameter:
        assert age_group_born(date.fromisoformat(born), day - timedelta(days=1), LAW).name == "25_to_pension_age"


@pytest.mark.parametrize(
    ("born", "on", "name"),
    [
        ("2007-05-05", "2025-05-04", "under_age"),
        ("2007-05-05", "2025-05-05", "18_to_24"),
        ("2000-05-05", "2025-05-04", "18_to_24"),
        ("2000-05-05", "2025-05-05", "25_to_pension_age"),
        ("1990-01-01", "2026-05-05", "25_to_pension_age"),
        ("1920-01-01", "2026-05-05", "pension_age"),
    ],
)
def test_age_groups(born: str, on: str, name: str) -> None:
    group = age_group_born(date.fromisoformat(born), date.fromisoformat(on), LAW)
    assert group.name == name
    assert group.parameter is None or group.parameter.verified


def test_the_timetable_has_no_gap() -> None:
    rows = LAW.history("pension-age")
    assert all(earlier.ends_on == later.starts_on for earlier, later in pairwise(rows))


def test_a_month_ends_on_the_last_day_when_its_day_does_not_exist() -> None:
    assert completed_months(date(2000, 1, 31), date(2001, 2, 28)) == 13
    assert completed_months(date(2000, 1, 31), date(2001, 2, 27)) == 12
    assert completed_months(date(2000, 2, 29), date(2018, 2, 28)) == 18 * 12
