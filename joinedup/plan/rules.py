"""Is a wanted visit a duplicate, and for how long has a plan been without a case manager?

Pure. A duplicate is a visit for the same purpose that stands within the purpose's window, whoever makes it, or any
visit at the same time; the windows are our own policy, dated in parameters/visits.yaml. A gap begins when the plan was
agreed or its last case manager went, and is open while nobody is present now. Left out: travel and routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from joinedup.base.parameters import Parameters

PURPOSES: dict[str, str] = {
    "occupational_therapy": "Occupational therapy assessment",
    "physiotherapy": "Physiotherapy",
    "nursing": "Nursing",
    "wound_care": "Wound care",
    "medicines_review": "Medicines review",
    "social_work": "Social work visit",
    "assessment": "Joint assessment",
    "plan_review": "Review of the plan",
    "personal_care": "Personal care",
    "equipment": "Equipment fitted or checked",
    "welfare_check": "Welfare check",
}
WINDOW, ANYWAY = "visit-window-hours", "visit-book-anyway"


@dataclass(frozen=True, slots=True)
class VisitTime:
    """A visit as the rule sees it: key, purpose, from and to (aware instants), whether it is still to come."""

    key: UUID
    purpose: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for a purpose on a day: its window, and whether a duplicate may be booked anyway with a reason."""

    window: timedelta
    anyway: bool
    source: str


@dataclass(frozen=True, slots=True)
class Clash:
    """The visit that the wanted one meets, and why: same_time or same_purpose; `apart` is the time between them."""

    met: VisitTime
    why: str
    apart: timedelta


@dataclass(frozen=True, slots=True)
class Tenure:
    """A case manager from one instant to another; `ends_at` None: still named."""

    starts_at: datetime
    ends_at: datetime | None


def policy_for(purpose: str, parameters: Parameters, on: date) -> Policy:
    """The window and the leave to book anyway of a purpose on a day. OperatorMustAct when the files know none."""
    group = purpose.replace("_", "-")
    window = parameters.value_at(WINDOW, on, group)
    anyway = parameters.value_at(ANYWAY, on, group)
    return Policy(timedelta(hours=window.count()), anyway.text() == "yes", window.source)


def apart(one: VisitTime, other: VisitTime) -> timedelta:
    """The time between two visits; none when they touch or overlap."""
    return max(one.starts_at - other.ends_at, other.starts_at - one.ends_at, timedelta())


def overlap(one: VisitTime, other: VisitTime) -> bool:
    """Whether two visits share a moment; one that ends as the other begins does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clash(wanted: VisitTime, standing: Iterable[VisitTime], window: timedelta) -> Clash | None:
    """The standing visit that stops the wanted one: one at the same time first, else the nearest of its purpose.

    Two visits of one purpose are duplicates when less than the window lies between the end of one and the start of the
    other. None when nothing stops it.
    """
    found = [
        Clash(each, "same_time" if overlap(wanted, each) else "same_purpose", apart(wanted, each))
        for each in standing
        if overlap(wanted, each) or (each.purpose == wanted.purpose and apart(wanted, each) < window)
    ]
    return min(found, key=lambda each: (each.why != "same_time", each.apart, each.met.starts_at), default=None)


def gap_since(agreed_at: datetime, tenures: Sequence[Tenure], now: datetime) -> datetime | None:
    """Since when an agreed plan has had no case manager; None while it has one.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2026, 11, number, tzinfo=UTC)
    >>> gap_since(day(2), [Tenure(day(2), day(4))], day(5)).day
    4
    """
    if any(each.starts_at <= now and (each.ends_at is None or now < each.ends_at) for each in tenures):
        return None
    ended = [each.ends_at for each in tenures if each.ends_at is not None and each.ends_at <= now]
    return max([agreed_at, *ended])


def age_words(length: timedelta) -> str:
    """How long, as people say it.

    >>> age_words(timedelta(minutes=1)), age_words(timedelta(hours=30)), age_words(timedelta(days=3))
    ('1 minute', '1 day', '3 days')
    """
    minutes = max(0, length // timedelta(minutes=1))
    for count, unit in ((length.days, "day"), (length // timedelta(hours=1), "hour"), (minutes, "minute")):
        if count > 0:
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
