"""The reads of appeals and of first estimates: a person's own, those that wait for an answer, and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from joinedup.access.callers import Caller
from joinedup.access.in_post import in_post_in, places_in_post
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.funding.appeal_rules import KINDS, OPEN, OUTCOMES, RAISED_FOR, AppealCounts, counted
from joinedup.funding.estimate_difference import WHERE
from joinedup.funding.models import Appeal, AppealHandover, EstimateDifference, FirstEstimate
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import names_of, person_row


@dataclass(frozen=True, slots=True)
class HandedOver:
    """That something went from one owner to another: when, by whom and why."""

    on: date
    from_owner: str
    to_owner: str
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class AppealShown:
    """One appeal with its answer, if it has one; `may_answer` says that the caller neither decided nor raised it.

    `owner` is who answers it now; `ownerless` that it waits and they hold no office any more; `handed` its history.
    """

    appeal_id: UUID
    person_id: UUID
    name: str
    charge_id: UUID
    place_id: UUID
    kind: str
    raised_for: str
    words: str
    owner_id: UUID
    owner: str
    ownerless: bool
    handed: tuple[HandedOver, ...]
    due_on: date
    raised_on: date
    outcome: str
    outcome_words: str
    reason: str
    days_taken: int | None
    answered_by: str
    late: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class AppealList:
    """Every appeal that the caller may see, open ones first by their day, with the counts."""

    appeals: tuple[AppealShown, ...]
    counts: AppealCounts


@dataclass(frozen=True, slots=True)
class EstimateShown:
    """What a family was told on a call, and where the first charge came to lie ('' while none is decided)."""

    words: str
    as_at: date
    lies: str
    lies_words: str
    difference_pence: int


@dataclass(frozen=True, slots=True)
class EstimateCounts:
    """How first charges lie against first estimates: how many each way, and the mean distance in pence of those off."""

    by_place: tuple[tuple[str, str, int, int], ...]
    waiting: int


def appeals_of(caller: Caller, person_ids: Iterable[UUID], at: datetime) -> tuple[AppealShown, ...]:
    """Appeals about one person, newest first."""
    caller.must("see_money")
    rows = _appeals().filter(person_id__in=tuple(person_ids)).order_by("-raised_at", "-id")
    return _shown(caller, rows, at)


def appeal_of(caller: Caller, appeal_id: UUID, at: datetime) -> AppealShown:
    """One appeal; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_money")
    found = _appeals().filter(id=appeal_id).first()
    if found is None:
        raise NotFound("appeal-not-found", "There is no such appeal, or you may not see it.")
    agreed_look(person_row(found.person_id))
    note("appeal.opened", person_id=found.person_id, thing_id=found.id, place_id=found.place_id)
    return _shown(caller, [found], at)[0]


def appeal_list(caller: Caller, at: datetime) -> AppealList:
    """Appeals about everybody whom the caller may see; a line of the log."""
    caller.must("see_appeals")
    today = london_date(at)
    rows = _shown(caller, _appeals().order_by("due_on", "id"), at)
    note("appeals.listed", found=len(rows))
    ordered = sorted(rows, key=lambda each: (each.outcome != OPEN, each.due_on))
    return AppealList(tuple(ordered), counted([(each.outcome, each.due_on, each.days_taken) for each in rows], today))


def ownerless_appeals(caller: Caller, at: datetime) -> tuple[AppealShown, ...]:
    """Appeals that wait and whose owner holds no office any more, the nearest day first."""
    caller.must("see_appeals")
    rows = _shown(caller, _appeals().filter(outcome=None).order_by("due_on", "id"), at)
    return tuple(each for each in rows if each.ownerless)


def late_appeals(caller: Caller, at: datetime) -> tuple[AppealShown, ...]:
    """Appeals that wait past their day, the longest first."""
    caller.must("see_appeals")
    late = _appeals().filter(outcome=None, due_on__lt=london_date(at))
    return _shown(caller, late.order_by("due_on", "id"), at)


def owner_of(appeal_id: UUID) -> UUID | None:
    """Who answers an appeal now: whoever it was handed to last, or its first owner."""
    with connection.cursor() as cursor:
        cursor.execute("select access.appeal_owner(%s)", [appeal_id])
        found: UUID | None = cursor.fetchone()[0]
    return found


def who_may_answer(appeal: AppealShown, at: datetime) -> tuple[tuple[UUID, str], ...]:
    """To whom an appeal may be handed: in post in its place, neither its decider nor its raiser, nor its owner."""
    row = Appeal.objects.select_related("charge").get(id=appeal.appeal_id)
    never = {row.charge.decided_by_id, row.raised_by_id, appeal.owner_id}
    return tuple(pair for pair in in_post_in(appeal.place_id, at).items() if pair[0] not in never)


def estimates_of(caller: Caller, person_ids: Iterable[UUID]) -> tuple[EstimateShown, ...]:
    """What was told to one person's family on calls, newest first."""
    caller.must("see_money")
    rows = FirstEstimate.objects.select_related("difference").filter(person_id__in=tuple(person_ids))
    return tuple(_estimate(each) for each in rows.order_by("-recorded_at", "-id"))


def estimate_counts(caller: Caller) -> EstimateCounts:
    """How far first charges lie from first estimates, of everybody whom the caller may see; names nobody."""
    caller.must("see_appeals")
    rows = list(EstimateDifference.objects.values_list("lies", "difference_pence"))
    note("estimates.counted", found=len(rows))
    number, off = Counter(lies for lies, _ in rows), Counter[str]()
    for lies, pence in rows:
        off[lies] += abs(pence)
    lines = tuple(
        (lies, words, number[lies], off[lies] // number[lies] if number[lies] else 0) for lies, words in WHERE.items()
    )
    return EstimateCounts(lines, FirstEstimate.objects.filter(difference=None).count())


def _appeals() -> Any:
    handed = AppealHandover.objects.select_related("from_owner", "to_owner", "handed_by").order_by("handed_at", "id")
    return Appeal.objects.select_related("owner", "charge", "outcome", "outcome__decided_by").prefetch_related(
        Prefetch("handovers", queryset=handed, to_attr="handed")
    )


def _shown(caller: Caller, rows: Iterable[Appeal], at: datetime) -> tuple[AppealShown, ...]:
    held: Sequence[Appeal] = list(rows)
    names = names_of(each.person_id for each in held)
    in_post = places_in_post({_owner(each).id for each in held}, at)
    return tuple(
        _one(caller, each, names.get(each.person_id, ""), each.place_id in in_post.get(_owner(each).id, ()), at)
        for each in held
    )


def _owner(row: Any) -> Subject:
    owner: Subject = row.handed[-1].to_owner if row.handed else row.owner
    return owner


def _one(caller: Caller, row: Any, name: str, in_post: bool, at: datetime) -> AppealShown:
    today = london_date(at)
    answer = getattr(row, "outcome", None)
    outcome = answer.outcome if answer else OPEN
    own = caller.id in (row.charge.decided_by_id, row.raised_by_id)
    return AppealShown(
        row.id, row.person_id, name, row.charge_id, row.place_id, KINDS[row.kind], RAISED_FOR[row.raised_for],
        row.words, _owner(row).id, _owner(row).label, answer is None and not in_post,
        tuple(_handed(each) for each in row.handed), row.due_on, london_date(row.raised_at), outcome,
        OUTCOMES.get(outcome, "Not answered yet"),
        answer.reason if answer else "", answer.days_taken if answer else None,
        answer.decided_by.label if answer else "", answer is None and row.due_on < today,
        answer is None and not own and "answer_appeal" in caller.permissions,
    )  # fmt: skip


def _handed(row: AppealHandover) -> HandedOver:
    return HandedOver(
        london_date(row.handed_at), row.from_owner.label, row.to_owner.label, row.handed_by.label, row.because
    )


def _estimate(row: FirstEstimate) -> EstimateShown:
    difference = getattr(row, "difference", None)
    return EstimateShown(
        row.words, row.as_at, difference.lies if difference else "", WHERE[difference.lies] if difference else "",
        difference.difference_pence if difference else 0,
    )  # fmt: skip
