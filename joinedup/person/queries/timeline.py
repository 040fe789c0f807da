"""What happened to this person, newest first: one ordered read of one table, fifty entries at a time.

Order and mark follow the index `timeline_by_person` (day, then key), so that the hundredth page costs what the first
does. Within a page, entries of one day stand by their time where the sender gave one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q

from joinedup.person.models import TimelineEntry

AT_ONCE = 50
CONTACT_KINDS = ("contact", "attendance", "admission")
NOW_ORDER = (
    "admission", "service", "care_plan", "request", "assessment", "review", "goal", "allergy", "condition", "medicine",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry: what, when, told by which body on which day. `detail` is pairs of label and text.

    `sensitive` entries are folded on the page: their title and detail are one deliberate click away, so that nobody
    reads them over a shoulder. Whoever may open the record may unfold them.
    """

    entry_id: UUID
    kind: str
    title: str
    detail: tuple[tuple[str, str], ...]
    starts_on: date | None
    starts_at: datetime | None
    ends_on: date | None
    open_ended: bool
    sensitive: bool
    amount_pence: int | None
    body_id: UUID
    told_at: datetime


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries and the mark after which the older ones stand ('' when there are none)."""

    entries: tuple[EntryShown, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a whole timeline holds: entries by kind and by body, as counts."""

    kinds: Mapping[str, int]
    bodies: Mapping[UUID, int]

    @property
    def total(self) -> int:
        """How many entries there are."""
        return sum(self.kinds.values())


def contents_of(people: Collection[UUID]) -> Contents:
    """How many entries of each kind and from each body."""
    kinds: dict[str, int] = {}
    bodies: dict[UUID, int] = {}
    rows = TimelineEntry.objects.filter(person_id__in=people).values_list("kind", "body_id").annotate(n=Count("id"))
    for kind, body_id, count in rows.order_by("kind"):
        kinds[kind] = kinds.get(kind, 0) + count
        bodies[body_id] = bodies.get(body_id, 0) + count
    return Contents(kinds, bodies)


def timeline_page(
    people: Collection[UUID], *, kind: str = "", body_id: UUID | None = None, after: str = ""
) -> TimelinePage:
    """Fifty entries after the mark; a mark that is none gives the newest."""
    entries = TimelineEntry.objects.filter(person_id__in=people)
    if kind:
        entries = entries.filter(kind=kind)
    if body_id is not None:
        entries = entries.filter(body_id=body_id)
    mark = _mark(after)
    if mark is not None:
        day, key = mark
        undated = Q(starts_on__isnull=True, id__lt=key)
        earlier = Q(starts_on__lt=day) | Q(starts_on=day, id__lt=key) | Q(starts_on__isnull=True)
        entries = entries.filter(undated if day is None else earlier)
    rows = list(entries.order_by(F("starts_on").desc(nulls_last=True), "-id")[: AT_ONCE + 1])
    shown, last = rows[:AT_ONCE], rows[AT_ONCE - 1] if len(rows) > AT_ONCE else None
    older = f"{last.starts_on.isoformat() if last.starts_on else ''}_{last.id}" if last else ""
    shown.sort(key=_time_of_day, reverse=True)
    return TimelinePage(tuple(map(entry_shown, shown)), older)


def open_entries(people: Collection[UUID]) -> tuple[EntryShown, ...]:
    """What still goes on, as far as anybody told: services and stays first, medicines last."""
    rows = TimelineEntry.objects.filter(person_id__in=people, open_ended=True)
    order = {kind: place for place, kind in enumerate(NOW_ORDER)}
    shown = sorted(map(entry_shown, rows), key=lambda each: each.starts_on or date.min, reverse=True)
    return tuple(sorted(shown, key=lambda each: order.get(each.kind, len(order))))


def last_contact(people: Collection[UUID], today: date) -> EntryShown | None:
    """The newest contact, attendance or admission that has begun by today."""
    met = TimelineEntry.objects.filter(person_id__in=people, kind__in=CONTACT_KINDS, starts_on__lte=today)
    row = met.order_by(F("starts_on").desc(nulls_last=True), "-id").first()
    return entry_shown(row) if row else None


def entry_shown(row: TimelineEntry) -> EntryShown:
    """A row as the page shows it."""
    return EntryShown(
        entry_id=row.id, kind=row.kind, title=row.title, detail=_pairs(row.detail), starts_on=row.starts_on,
        starts_at=row.starts_at, ends_on=row.ends_on, open_ended=row.open_ended,
        sensitive=row.sensitivity == "sensitive", amount_pence=row.amount_pence, body_id=row.body_id,
        told_at=row.told_at,
    )  # fmt: skip


def _pairs(detail: object) -> tuple[tuple[str, str], ...]:
    rows: Iterable[object] = detail if isinstance(detail, list) else ()
    return tuple((str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2)


def _time_of_day(row: TimelineEntry) -> tuple[date, float, UUID]:
    return row.starts_on or date.min, row.starts_at.timestamp() if row.starts_at else 0.0, row.id


def _mark(text: str) -> tuple[date | None, UUID] | None:
    day, _, key = text.partition("_")
    try:
        return (date.fromisoformat(day) if day else None), UUID(key)
    except ValueError:
        return None
