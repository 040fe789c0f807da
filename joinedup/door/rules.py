"""Pure rules of the front door: how soon each urgency must see a next step, and which moves a request may make.

The times are this project's own choices, held in `parameters/door.yaml`; the clock starts at first contact and belongs
to the request, so that handing it on never sets it back. Left out: who may see whom, which the database decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joinedup.base.clock import london_date
from joinedup.base.parameters import Parameters

URGENCIES: Mapping[str, str] = {
    "now": "Now: somebody is in danger",
    "today": "Today",
    "soon": "Within days",
    "planned": "Planned",
}
MOVES: Mapping[str, tuple[str, ...]] = {"open": ("done", "closed"), "done": ("open",), "closed": ("open",)}
STATES: Mapping[str, str] = {"open": "Open", "done": "Done", "closed": "Closed, nothing more to do"}
KINDS: Mapping[str, str] = {
    "refer": "Refer: ask them to help, the owner stays",
    "transfer": "Transfer: hand it over, they own it once they accept",
}
ANSWERS: Mapping[str, str] = {"accepted": "Accepted", "declined": "Declined", "withdrawn": "Taken back"}
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a request has run since first contact, and by how much its next step is late (None: it is not)."""

    running: timedelta
    late_by: timedelta | None

    @property
    def running_words(self) -> str:
        """How long it has run, in words."""
        return in_words(self.running)

    @property
    def late_words(self) -> str:
        """By how much it is late, in words; '' when it is not."""
        return in_words(self.late_by) if self.late_by is not None else ""


def due_at(urgency: str, first_contact_at: datetime, parameters: Parameters) -> datetime:
    """When the first next step is due, counted from first contact."""
    hours = parameters.value_at("door-next-step-hours", london_date(first_contact_at), urgency).count()
    return first_contact_at + timedelta(hours=hours)


def clock_of(clock_started_at: datetime, next_step_due: datetime, now: datetime) -> Clock:
    """The request's clock as it stands.

    >>> from datetime import UTC
    >>> start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    >>> clock_of(start, start + timedelta(hours=2), start + timedelta(hours=3)).late_by
    datetime.timedelta(seconds=3600)
    """
    return Clock(now - clock_started_at, now - next_step_due if now > next_step_due else None)


def in_words(length: timedelta) -> str:
    """A length of time in its two largest units, rounded down; what lies in the future is no time at all.

    >>> in_words(timedelta(days=2, hours=3, minutes=5)), in_words(timedelta(minutes=1)), in_words(timedelta(seconds=9))
    ('2 days 3 hours', '1 minute', 'less than a minute')
    """
    days, rest = divmod(max(length, timedelta(0)), DAY)
    hours, rest = divmod(rest, HOUR)
    parts = [(days, "day"), (hours, "hour"), (rest // MINUTE, "minute")]
    first = next((place for place, (count, _) in enumerate(parts) if count), None)
    if first is None:
        return "less than a minute"
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts[first : first + 2] if count]
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a request said at one time: every value as words. The owner is a label."""

    state: str
    urgency: str
    owner: str
    next_step: str
    due: str
    first_service: str = ""


def what_changed(before: Standing, after: Standing) -> tuple[str, ...]:
    """What somebody changed, in sentences for the history; the state first.

    >>> one = Standing("open", "soon", "Zone team", "Ring back", "2 November 2026, 9:00am")
    >>> from dataclasses import replace
    >>> what_changed(one, replace(one, owner="Sam Okafor"))
    ('Owner: Zone team → Sam Okafor',)
    """
    told = []
    if before.state != after.state:
        told.append("Opened again" if after.state == "open" else STATES[after.state])
    if before.urgency != after.urgency:
        told.append(f"Urgency: {URGENCIES[before.urgency]} → {URGENCIES[after.urgency]}")
    if before.owner != after.owner:
        told.append(f"Owner: {before.owner} → {after.owner}")
    if before.next_step != after.next_step:
        told.append(f"Next step: {before.next_step} → {after.next_step}")
    if before.due != after.due:
        told.append(f"Due: {before.due} → {after.due}")
    if before.first_service != after.first_service:
        told.append(f"First help given on {after.first_service}")
    return tuple(told)
