"""The reads of appeals and of first estimates: a person's own, those that wait for an answer, and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.funding.appeal_rules import KINDS, OPEN, OUTCOMES, RAISED_FOR, AppealCounts, counted
from joinedup.funding.estimate_difference import WHERE
from joinedup.funding.models import Appeal, EstimateDifference, FirstEstimate
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import names_of, person_row


@dataclass(frozen=True, slots=True)
class AppealShown:
    """One appeal with its answer, if it has one; `may_answer` says that the caller neither decided nor raised it."""

    appeal_id: UUID
    person_id: UUID
    name: str
    charge_id: UUID
    kind: str
    raised_for: str
    words: str
    owner: str
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
    return _shown(caller, rows, london_date(at))


def appeal_of(caller: Caller, appeal_id: UUID, at: datetime) -> AppealShown:
    """One appeal; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_money")
    found = _appeals().filter(id=appeal_id).first()
    if found is None:
        raise NotFound("appeal-not-found", "There is no such appeal, or you may not see it.")
    agreed_look(person_row(found.person_id))
    note("appeal.opened", person_id=found.person_id, thing_id=found.id, place_id=found.place_id)
    return _shown(caller, [found], london_date(at))[0]


def appeal_list(caller: Caller, at: datetime) -> AppealList:
    """Appeals about everybody whom the caller may see; a line of the log."""
    caller.must("see_appeals")
    today = london_date(at)
    rows = _shown(caller, _appeals().order_by("due_on", "id"), today)
    note("appeals.listed", found=len(rows))
    ordered = sorted(rows, key=lambda each: (each.outcome != OPEN, each.due_on))
    return AppealList(tuple(ordered), counted([(each.outcome, each.due_on, each.days_taken) for each in rows], today))


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
    return Appeal.objects.select_related("owner", "charge", "outcome", "outcome__decided_by")


def _shown(caller: Caller, rows: Iterable[Appeal], today: date) -> tuple[AppealShown, ...]:
    held: Sequence[Appeal] = list(rows)
    names = names_of(each.person_id for each in held)
    return tuple(_one(caller, each, names.get(each.person_id, ""), today) for each in held)


def _one(caller: Caller, row: Appeal, name: str, today: date) -> AppealShown:
    answer = getattr(row, "outcome", None)
    outcome = answer.outcome if answer else OPEN
    own = caller.id in (row.charge.decided_by_id, row.raised_by_id)
    return AppealShown(
        row.id, row.person_id, name, row.charge_id, KINDS[row.kind], RAISED_FOR[row.raised_for], row.words,
        row.owner.label, row.due_on, london_date(row.raised_at), outcome, OUTCOMES.get(outcome, "Not answered yet"),
        answer.reason if answer else "", answer.days_taken if answer else None,
        answer.decided_by.label if answer else "", answer is None and row.due_on < today,
        answer is None and not own and "answer_appeal" in caller.permissions,
    )  # fmt: skip


def _estimate(row: FirstEstimate) -> EstimateShown:
    difference = getattr(row, "difference", None)
    return EstimateShown(
        row.words, row.as_at, difference.lies if difference else "", WHERE[difference.lies] if difference else "",
        difference.difference_pence if difference else 0,
    )  # fmt: skip
