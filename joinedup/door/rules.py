"""Pure rules of the front door: how soon each urgency must see a next step, and which moves a request may make.

The times are this project's own choices, held in `parameters/door.yaml`; the clock starts at first contact and belongs
to the request, so that handing it on never sets it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joinedup.base.parameters import Parameters

URGENCIES: Mapping[str, str] = {
    "now": "Now: somebody is in danger",
    "today": "Today",
    "soon": "Within days",
    "planned": "Planned",
}
MOVES: Mapping[str, tuple[str, ...]] = {"open": ("done", "closed"), "done": (), "closed": ("open",)}


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a request has run since first contact, and whether its next step is late."""

    running: timedelta
    late_by: timedelta | None


def due_at(urgency: str, first_contact_at: datetime, parameters: Parameters) -> datetime:
    """When the first next step is due, counted from first contact."""
    hours = parameters.value_at("door-next-step-hours", first_contact_at.date(), urgency).count()
    return first_contact_at + timedelta(hours=hours)


def clock_of(clock_started_at: datetime, next_step_due: datetime, now: datetime) -> Clock:
    """The request's clock as it stands.

    >>> from datetime import UTC
    >>> start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    >>> clock_of(start, start + timedelta(hours=2), start + timedelta(hours=3)).late_by
    datetime.timedelta(seconds=3600)
    """
    return Clock(now - clock_started_at, now - next_step_due if now > next_step_due else None)
