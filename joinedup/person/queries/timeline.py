"""What happened to this person, newest first: one ordered read of one table, fifty entries at a time.

Order and mark follow the index `timeline_by_person` (day, then key), so that the hundredth page costs what the first
does. Within a page, entries of one day stand by their time where the sender gave one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.person.models import TimelineEntry

AT_ONCE = 50
CONTACT_KINDS = ("contact", "attendance", "admission")
COMING_KINDS = ("visit", "appointment")
LIVED_KINDS = ("admission", "attendance", "observation", "medicine", "vaccination", "assessment", "service")
"""What happens to the living alone. No contact: to certify a death is one, and so is a call to the family after it."""
DOCUMENT_KIND, ALERT_KIND, CONTACT_PERSON_KIND = "document", "flag", "contact_person"
ALERT_LABEL = "Alert"
MOST_OPEN, MOST_COMING, MOST_DOCUMENTS, MOST_CONTACTS, MOST_UNLIVED = 300, 40, 10, 40, 3
CALLED_OFF = "cancelled"
NOW_ORDER = (
    "admission", "service", "care_plan", "request", "assessment", "review", "goal", "allergy", "condition", "medicine",
)  # fmt: skip
PARTS = ("page", "open", "coming", "paper", "close", "met", "unlived")
BESIDE = """
    (select 'open' as part, t.* from person_timelineentry t where t.person_id = any (%(people)s) and t.open_ended
        order by t.starts_on desc nulls last, t.id desc limit %(most_open)s)
    union all (select 'coming', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = any (%(coming)s) and t.starts_on >= %(today)s order by t.starts_on, t.id limit %(most_coming)s)
    union all (select 'paper', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = %(paper)s order by t.starts_on desc nulls last, t.id desc limit %(most_papers)s)
    union all (select 'close', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = %(close)s and (t.ends_on is null or t.ends_on >= %(today)s)
        order by t.told_at desc, t.id limit %(most_close)s)
    union all (select 'met', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = any (%(met)s) and t.starts_on <= %(today)s
        order by t.starts_on desc nulls last, t.id desc limit 1)
    union all (select 'unlived', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = any (%(lived)s) and t.record_id is not null and t.starts_on > %(died)s::date
        order by t.starts_on desc, t.id desc limit %(most_unlived)s)
    union all (select 'unlived', t.* from person_timelineentry t where t.person_id = any (%(people)s)
        and t.kind = any (%(lived)s) and t.record_id is not null and t.starts_on < %(born)s::date
        order by t.starts_on desc, t.id desc limit %(most_unlived)s)
"""
PAGE = """
    (select 'page' as part, t.* from person_timelineentry t where {limits}
        order by t.starts_on desc nulls last, t.id desc limit %(most_page)s)
"""
HOLDS_WORD = (
    "(strpos(upper(t.title), upper(%({word})s::text)) > 0"
    " or strpos(upper(t.detail::text), upper(%({word})s::text)) > 0)"
)
OLDER_UNDATED = "(t.starts_on is null and t.id < %(mark)s)"
OLDER = "(t.starts_on < %(mark_day)s or (t.starts_on = %(mark_day)s and t.id < %(mark)s) or t.starts_on is null)"
BESIDE_WORDS: dict[str, Any] = {
    "coming": list(COMING_KINDS), "paper": DOCUMENT_KIND, "close": CONTACT_PERSON_KIND, "met": list(CONTACT_KINDS),
    "lived": list(LIVED_KINDS), "most_unlived": MOST_UNLIVED, "most_page": AT_ONCE + 1,
    "most_open": MOST_OPEN, "most_coming": MOST_COMING, "most_papers": MOST_DOCUMENTS, "most_close": MOST_CONTACTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry: what, when, told by which body on which day. `detail` is pairs of label and text.

    `sensitive` entries are folded on the page: their title and detail are one deliberate click away, so that nobody
    reads them over a shoulder. Whoever may open the record may unfold them. `ours` says that one of our own steps
    wrote it, under the key `source_key`.
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
    source_key: str = ""
    ours: bool = False
    sealed: bool = False

    @property
    def alert(self) -> str:
        """Which sort of alert this is (Safeguarding, Reasonable adjustment, Legal …), '' for anything else."""
        return next((text for label, text in self.detail if label == ALERT_LABEL), "")

    @property
    def other_detail(self) -> tuple[tuple[str, str], ...]:
        """The details without the sort of alert, which stands above them."""
        return tuple(pair for pair in self.detail if pair[0] != ALERT_LABEL)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the timeline: what goes on, what is to come, the newest papers, the last meeting, whom bodies
    name as contacts and have not ended, and the newest few lines of days before the birth or after the death."""

    open: tuple[EntryShown, ...]
    coming: tuple[EntryShown, ...]
    documents: tuple[EntryShown, ...]
    last_contact: EntryShown | None
    contact_people: tuple[EntryShown, ...]
    unlived: tuple[EntryShown, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """Days of birth and death as they hold, None where not known: what was told of another day cannot be so."""

    born: date | None
    died: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a timeline are asked for: of a kind, told by a body, between two days, holding some words."""

    kind: str = ""
    body_id: UUID | None = None
    starts: date | None = None
    ends: date | None = None
    words: str = ""
    hidden: tuple[str, ...] = ()


ALL_OF_IT = Wanted()


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


def contents_of(people: Collection[UUID], hidden: tuple[str, ...] = ()) -> Contents:
    """How many entries of each kind and from each body; kinds in `hidden` are left out."""
    kinds: dict[str, int] = {}
    bodies: dict[UUID, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("select kind, body, lines from access.timeline_contents(%s)", [list(people)])
        rows = cursor.fetchall()
    for kind, body_id, count in rows:
        if kind not in hidden:
            kinds[kind] = kinds.get(kind, 0) + count
            bodies[body_id] = bodies.get(body_id, 0) + count
    return Contents(kinds, bodies)


def open_entries(people: Collection[UUID]) -> tuple[EntryShown, ...]:
    """What still goes on, as far as anybody told: services and stays first, medicines last."""
    rows = TimelineEntry.objects.filter(person_id__in=people, open_ended=True)
    return _in_order(map(entry_shown, rows))


def timeline_and_beside(
    people: Collection[UUID], life: Life, today: date, wanted: Wanted = ALL_OF_IT, *, after: str = ""
) -> tuple[TimelinePage, Beside]:
    """Fifty entries after the mark (a mark that is none gives the newest), and what stands beside them, in one read.

    Beside are what goes on, what is to come, the newest papers, the last meeting and contacts, each of limited size.
    Of lines about one visit the newest told stands for it, and one that was called off is not to come.
    """
    limits, values = _limits(people, wanted, after)
    statement = f"{PAGE.format(limits=' and '.join(limits))} union all {BESIDE}"
    values |= {"people": list(people), "today": today, "born": life.born, "died": life.died} | BESIDE_WORDS
    found: dict[str, list[TimelineEntry]] = {name: [] for name in PARTS}
    for row in TimelineEntry.objects.raw(statement, values):
        found[vars(row)["part"]].append(row)
    shown = {part: tuple(map(entry_shown, rows)) for part, rows in found.items() if part != "page"}
    beside = Beside(
        _in_order(shown["open"]), _still_on(shown["coming"]), tuple(_newest_first(shown["paper"])),
        shown["met"][0] if shown["met"] else None,
        tuple(sorted(shown["close"], key=lambda each: (each.title, each.entry_id))),
        tuple(_newest_first(shown["unlived"])),
    )  # fmt: skip
    return _page(found["page"]), beside


def _limits(people: Collection[UUID], wanted: Wanted, after: str) -> tuple[list[str], dict[str, Any]]:
    """Conditions in SQL and their values. Keys stand one by one: then the index gives one person's lines in order."""
    values: dict[str, Any] = {f"person_{number}": key for number, key in enumerate(people)}
    limits = [f"t.person_id in ({', '.join(f'%({name})s' for name in values)})"]
    for name, value, condition in (
        ("hidden", list(wanted.hidden), "t.kind <> all (%(hidden)s)"),
        ("kind", wanted.kind, "t.kind = %(kind)s"),
        ("body", wanted.body_id, "t.body_id = %(body)s"),
        ("starts", wanted.starts, "(t.starts_on >= %(starts)s or t.ends_on >= %(starts)s)"),
        ("ends", wanted.ends, "t.starts_on <= %(ends)s"),
    ):
        if value:
            values[name] = value
            limits.append(condition)
    for number, word in enumerate(wanted.words.split()):
        values[f"word_{number}"] = word
        limits.append(HOLDS_WORD.format(word=f"word_{number}"))
    mark = _mark(after)
    if mark is not None:
        day, values["mark"] = mark
        if day is not None:
            values["mark_day"] = day
        limits.append(OLDER_UNDATED if day is None else OLDER)
    return limits, values


def _page(rows: list[TimelineEntry]) -> TimelinePage:
    rows.sort(key=lambda row: (row.starts_on or date.min, row.id), reverse=True)
    shown, last = rows[:AT_ONCE], rows[AT_ONCE - 1] if len(rows) > AT_ONCE else None
    older = f"{last.starts_on.isoformat() if last.starts_on else ''}_{last.id}" if last else ""
    shown.sort(key=_time_of_day, reverse=True)
    return TimelinePage(tuple(map(entry_shown, shown)), older)


def _still_on(lines: Iterable[EntryShown]) -> tuple[EntryShown, ...]:
    newest: dict[str, EntryShown] = {}
    for line in sorted(lines, key=lambda each: each.told_at):
        thing = "/".join(line.source_key.split("/")[:2]) if line.ours else line.source_key
        newest[f"{line.body_id}{thing}"] = line
    on = [line for line in newest.values() if f"/{CALLED_OFF}" not in line.source_key]
    return tuple(sorted(on, key=lambda each: (each.starts_on or date.max, each.title)))


def _newest_first(entries: Iterable[EntryShown]) -> list[EntryShown]:
    return sorted(entries, key=lambda each: each.starts_on or date.min, reverse=True)


def _in_order(entries: Iterable[EntryShown]) -> tuple[EntryShown, ...]:
    order = {kind: place for place, kind in enumerate(NOW_ORDER)}
    return tuple(sorted(_newest_first(entries), key=lambda each: order.get(each.kind, len(order))))


def entry_shown(row: TimelineEntry) -> EntryShown:
    """A row as the page shows it."""
    return EntryShown(
        entry_id=row.id, kind=row.kind, title=row.title, detail=_pairs(row.detail), starts_on=row.starts_on,
        starts_at=row.starts_at, ends_on=row.ends_on, open_ended=row.open_ended,
        sensitive=row.sensitivity == "sensitive", amount_pence=row.amount_pence, body_id=row.body_id,
        told_at=row.told_at, source_key=row.source_key, ours=row.record_id is None,
        sealed=row.sealed,
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
