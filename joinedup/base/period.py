"""From when to when?

A period is half-open: it holds on its first day and no longer on its end day, so that one period's end is the next
one's start and nothing is counted twice. No end means that it still runs. Dates are days in England. Left out: times of
day (use instants) and empty periods (they cannot be made).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from joinedup.base.errors import BadValue

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `starts_on` up to but not including `ends_on`; None = open.

    >>> stay = Period(date(2026, 4, 6), date(2026, 4, 16))
    >>> stay.contains(date(2026, 4, 6)), stay.contains(date(2026, 4, 16)), stay.days
    (True, False, 10)
    >>> [str(week) for week in stay.weeks()]
    ['2026-04-06 to 2026-04-13', '2026-04-13 to 2026-04-16']
    >>> str(stay.intersection(Period(date(2026, 4, 10))))
    '2026-04-10 to 2026-04-16'
    >>> stay.overlaps(Period(date(2026, 4, 16)))
    False
    >>> Period(date(2026, 4, 6), date(2026, 4, 6))
    Traceback (most recent call last):
    joinedup.base.errors.BadValue: This period ends before it has begun. ... [period-order]
    """

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if isinstance(self.starts_on, datetime) or isinstance(self.ends_on, datetime):
            raise BadValue(
                "period-of-instants",
                "A period is made of dates, not of times.",
                "Which day a time falls on depends on where one stands.",
                "Turn each time into its date in England first.",
            )
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise BadValue(
                "period-order",
                "This period ends before it has begun.",
                "The end is the first day on which it no longer holds, so it must be later than the start.",
                "Give a later end, or none while it still runs.",
            )

    @property
    def is_open(self) -> bool:
        """True while no end is known."""
        return self.ends_on is None

    @property
    def days(self) -> int:
        """How many days a closed period has. Raises BadValue for an open one: close it with `until` first."""
        return (self._end() - self.starts_on).days

    def contains(self, day: date) -> bool:
        """Does it hold on this day?"""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def overlaps(self, other: Period) -> bool:
        """Is there a day on which both hold?"""
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """The days on which both hold, or None."""
        starts_on = max(self.starts_on, other.starts_on)
        ends = [end for end in (self.ends_on, other.ends_on) if end is not None]
        ends_on = min(ends) if ends else None
        if ends_on is not None and ends_on <= starts_on:
            return None
        return Period(starts_on, ends_on)

    def until(self, day: date) -> Period | None:
        """The part before this day, or None when it has none."""
        if day <= self.starts_on:
            return None
        return Period(self.starts_on, day if self.ends_on is None else min(day, self.ends_on))

    def weeks(self) -> tuple[Period, ...]:
        """A closed period cut into weeks counted from its own first day; the last may be shorter."""
        end, start, parts = self._end(), self.starts_on, []
        while start < end:
            stop = end if end - start <= WEEK else start + WEEK
            parts.append(Period(start, stop))
            start = stop
        return tuple(parts)

    def __str__(self) -> str:
        return f"{self.starts_on.isoformat()} to {self.ends_on.isoformat() if self.ends_on else 'open'}"

    def _end(self) -> date:
        if self.ends_on is None:
            raise BadValue(
                "period-open",
                "An open period has no number of days or weeks.",
                "It still runs.",
                "Say up to which day to count.",
            )
        return self.ends_on
