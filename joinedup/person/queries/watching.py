"""What should a privacy officer look into? Questions of people, broken glass and seals, unusual looks, hidden matches.

Keys, names of staff and words about looking only: nothing of a record is read, and none is opened by this. Each list is
limited by row security, or by the definer function, to the places in which the caller is privacy officer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import BreakGlass, DeskReview, LookQuestion
from joinedup.access.queries import Look, lines_at, people_at_work
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.base.parameter_files import shipped
from joinedup.person.models import WorkItem

KIND_WORDS: Mapping[str, str] = MappingProxyType({
    "own_name": "Looked at somebody of their own family name",
    "own_street": "Looked at somebody of their own postcode",
    "no_relationship": "Looked without any right to see that stands on record",
    "sight_ended": "Looked, and has no right to see any more",
    "no_agreement": "Looked where some bodies have no sharing agreement",
    "volume": "Opened unusually many records in a day",
    "refused": "Was refused unusually many records in a day",
    "hidden_match": "Somebody new may be a person whose record is hidden",
    "broken_seal": "Broke a seal",
})  # fmt: skip
REVIEWED_AT_ONCE = 20
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something unusual: what, which key names it, when, who, about which record, how many, and in which place.

    `words` are the reason that somebody gave, where one had to be given; `own` says that the reader did it. A broken
    seal is reviewed by `due_on`, and `late` after it.
    """

    kind: str
    item: str
    place_id: UUID
    at: datetime
    who: str
    body: str
    person_id: UUID | None
    number: int | None = None
    words: str = ""
    own: bool = False
    due_on: date | None = None
    late: bool = False

    @property
    def says(self) -> str:
        """The kind in words, with its number."""
        return KIND_WORDS[self.kind] + (f": {self.number}" if self.number else "")


@dataclass(frozen=True, slots=True)
class Glass:
    """Somebody asked to break the glass, whether they did, why, and by when it is reviewed."""

    ask_id: UUID
    version: int
    asked_at: datetime
    opened: bool
    who: str
    body: str
    person_id: UUID
    reason: str
    words: str
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A person's question about a look: the look, their words, and by when they are owed an answer."""

    question_id: UUID
    version: int
    asked_at: datetime
    due_on: date
    late: bool
    words: str
    person_id: UUID
    look: Look | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was found of something: its key, the outcome and the words, and by whom."""

    item: str
    at: datetime
    outcome: str
    words: str
    who: str

    @property
    def says(self) -> str:
        """The kind of what was reviewed, in words."""
        return KIND_WORDS.get(self.item.partition(":")[0], "Broke the glass")


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    """Everything that waits for a privacy officer, most pressing first, and what was found lately."""

    questions: tuple[Question, ...]
    glasses: tuple[Glass, ...]
    seals: tuple[Unusual, ...]
    unusual: tuple[Unusual, ...]
    hidden: tuple[Unusual, ...]
    reviewed: tuple[Reviewed, ...]

    @property
    def waiting(self) -> int:
        """How many things wait."""
        lists = (self.questions, self.glasses, self.seals, self.unusual, self.hidden)
        return sum(len(each) for each in lists)

    @property
    def late(self) -> int:
        """How many of them should have been done by now."""
        return sum(each.late for lists in (self.questions, self.glasses, self.seals) for each in lists)


def privacy_desk(caller: Caller, at: datetime, *, act: str = "privacy.read") -> PrivacyDesk:
    """What waits for the caller, in a fixed number of reads; a line of the log. NotAllowed without review_looks."""
    caller.must("review_looks")
    today = london_date(at)
    unusual, hidden = _unusual(today), _hidden()
    done = set(DeskReview.objects.values_list("item", flat=True))
    desk = PrivacyDesk(
        questions=_questions(today),
        glasses=_glasses(today),
        seals=tuple(each for each in _seals(caller, today) if each.item not in done),
        unusual=tuple(each for each in unusual if each.item not in done),
        hidden=tuple(each for each in hidden if each.item not in done),
        reviewed=_reviewed(),
    )
    note(act, place_id=officer_place(caller), found=desk.waiting)
    return desk


def officer_place(caller: Caller) -> UUID:
    """The first place in which the caller is privacy officer. NotAllowed when there is none."""
    caller.must("review_looks")
    return next(held.place_id for held in caller.holdings if held.role == "privacy_officer")


def glass_to_review(caller: Caller, ask_id: UUID, at: datetime) -> Glass:
    """One asking that waits for review. NotFound when there is none, or not in the caller's places."""
    caller.must("review_looks")
    return _one(each for each in _glasses(london_date(at)) if each.ask_id == ask_id)


def question_to_answer(caller: Caller, question_id: UUID, at: datetime) -> Question:
    """One question that waits for an answer. NotFound when there is none, or not in the caller's places."""
    caller.must("review_looks")
    return _one(each for each in _questions(london_date(at)) if each.question_id == question_id)


def unusual_item(caller: Caller, item: str, at: datetime) -> Unusual:
    """One unusual thing that waits for review, by its key. NotFound when there is none in the caller's places."""
    found: Iterable[Unusual]
    caller.must("review_looks")
    if DeskReview.objects.filter(item=item).exists():
        raise _nothing()
    if item.startswith("broken_seal:"):
        found = _seals(caller, london_date(at))
    else:
        found = _hidden() if item.startswith("hidden_match:") else _unusual(london_date(at))
    return _one(each for each in found if each.item == item)


def _one(found: Iterable[Thing]) -> Thing:
    one = next(iter(found), None)
    if one is None:
        raise _nothing()
    return one


def _nothing() -> NotFound:
    return NotFound("nothing-to-review", "There is nothing to review here, or not for you.", "", "Open the desk again.")


def _unusual(today: date) -> tuple[Unusual, ...]:
    limits = shipped()
    days, opened, refused = (
        int(limits.value_at(name, today).count())
        for name in ("unusual-looks-days", "looks-a-day-unusual", "refused-looks-a-day-unusual")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, item, place, at, actor, person, number from access.unusual_looks("
            "now() - make_interval(days => %s), now() + interval '1 minute', %s, %s)",
            [days, opened, refused],
        )
        rows = cursor.fetchall()
    staff = people_at_work(row[4] for row in rows)
    return tuple(
        Unusual(kind, item, place_id, at, *staff.get(actor, ("Somebody we no longer know", "")), person, number)
        for kind, item, place_id, at, actor, person, number in rows
    )


def _hidden() -> tuple[Unusual, ...]:
    items = WorkItem.objects.filter(kind="hidden_match", done_at__isnull=True).order_by("made_at", "id")
    return tuple(
        Unusual("hidden_match", f"hidden_match:{each.id}", each.place_id, each.made_at, "", "", each.person_id)
        for each in items
    )


def _seals(caller: Caller, today: date) -> tuple[Unusual, ...]:
    """Broken seals, oldest first; not which line it was, nor why it had been sealed."""
    days = timedelta(days=int(shipped().value_at("seal-review-days", today).count()))
    with connection.cursor() as cursor:
        cursor.execute("select item, place, at, actor, person, why from access.broken_seals()")
        rows = cursor.fetchall()
    staff = people_at_work(row[3] for row in rows)
    return tuple(
        Unusual("broken_seal", item, place_id, at, *staff.get(actor, ("Somebody we no longer know", "")), person,
                words=why, own=actor == caller.id, due_on=london_date(at) + days, late=london_date(at) + days < today)
        for item, place_id, at, actor, person, why in rows
    )  # fmt: skip


def _glasses(today: date) -> tuple[Glass, ...]:
    rows = list(BreakGlass.objects.filter(review="").order_by("asked_at"))
    staff = people_at_work(row.subject_id for row in rows)
    days = timedelta(days=int(shipped().value_at("glass-review-days", today).count()))
    return tuple(
        Glass(
            row.id, row.version, row.asked_at, row.opened_at is not None, *staff.get(row.subject_id, ("", "")),
            row.person_id, row.get_reason_display(), row.words, london_date(row.asked_at) + days,
            london_date(row.asked_at) + days < today,
        )
        for row in rows
    )  # fmt: skip


def _questions(today: date) -> tuple[Question, ...]:
    rows = list(LookQuestion.objects.filter(outcome="").order_by("due_on", "asked_at"))
    lines = lines_at((row.line_at, row.line_id) for row in rows)
    return tuple(
        Question(
            row.id, row.version, row.asked_at, row.due_on, row.due_on < today, row.words, row.person_id,
            lines.get(row.line_id),
        )
        for row in rows
    )  # fmt: skip


def _reviewed() -> tuple[Reviewed, ...]:
    found = list(DeskReview.objects.order_by("-at", "-id")[:REVIEWED_AT_ONCE])
    glass = list(BreakGlass.objects.exclude(review="").order_by("-reviewed_at")[:REVIEWED_AT_ONCE])
    staff = people_at_work(
        {each.by_id for each in found} | {each.reviewed_by_id for each in glass if each.reviewed_by_id}
    )
    lines = [
        Reviewed(each.item, each.at, each.get_outcome_display(), each.words, staff.get(each.by_id, ("", ""))[0])
        for each in found
    ] + [
        Reviewed(f"glass:{each.id}", each.reviewed_at, each.get_review_display(), each.review_words,
                 staff.get(each.reviewed_by_id, ("", ""))[0])
        for each in glass if each.reviewed_at and each.reviewed_by_id
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda each: each.at, reverse=True)[:REVIEWED_AT_ONCE])
