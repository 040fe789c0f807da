"""What time is it, and which day is it for the law?

The only module that asks the machine for the time. Law and local policy go by the day in England, so a date is always
the Europe/London date; storage keeps UTC instants. A demo stands still on one day: `JOINEDUP_TODAY=2026-11-23` fixes
the date and lets the time of day run. Rules never import this: they get their date as an argument.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from joinedup.base.errors import OperatorMustAct, WeMustAct

LONDON = ZoneInfo("Europe/London")
TODAY_SETTING = "JOINEDUP_TODAY"

_frozen_instants: list[datetime] = []


def now() -> datetime:
    """The present instant, aware, in UTC. OperatorMustAct when JOINEDUP_TODAY is not an ISO date."""
    if _frozen_instants:
        return _frozen_instants[-1]
    instant = datetime.now(UTC)
    fixed = _fixed_today()
    if fixed is None:
        return instant
    time_of_day = instant.astimezone(LONDON).time()
    return datetime.combine(fixed, time_of_day, tzinfo=LONDON).astimezone(UTC)


def today() -> date:
    """The date in England now."""
    return london_date(now())


def london_date(instant: datetime) -> date:
    """The date that clocks in England show at an aware instant.

    >>> london_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    return _aware(instant).astimezone(LONDON).date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock at an aware instant, for tests; every thread of the process sees the same time.

    >>> with frozen(datetime(2026, 4, 6, 9, 0, tzinfo=UTC)):
    ...     today()
    datetime.date(2026, 4, 6)
    """
    instant = _aware(at).astimezone(UTC)
    _frozen_instants.append(instant)
    try:
        yield instant
    finally:
        _frozen_instants.pop()


def _fixed_today() -> date | None:
    text = os.environ.get(TODAY_SETTING, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorMustAct(
            "today-setting",
            f"{TODAY_SETTING} is not a date.",
            "It fixes the day that the demo stands on.",
            "Write it as year-month-day, such as 2026-11-23, or leave it out.",
        ) from None


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise WeMustAct(
            "naive-instant",
            "A time without a time zone was used as an instant.",
            "It could mean either of two moments.",
            "Give the time zone where the time is made.",
        )
    return instant
