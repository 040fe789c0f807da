"""What was destroyed because its time was over, what was held, what comes next, and is the proof whole?

For privacy officers: counts of their own places, keys of held records, and nothing of any record. The months ahead are
as the last run counted them, so that the page never counts everybody itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import LegalHold, RetentionAhead, RetentionHeld, RetentionLine, RetentionRun
from joinedup.access.queries import labels_of
from joinedup.base.clock import london_date
from joinedup.base.parameter_files import shipped
from joinedup.person.queries.watching import officer_place
from joinedup.person.retention_schedule import CLASSES, Scheduled, schedule

RUNS_AT_ONCE = 24
Found = tuple[int, int, int, int]
NOTHING: Found = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A legal hold: on which record, since when, placed by whom and why."""

    hold_id: UUID
    person_id: UUID
    placed_at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class ClassOfRun:
    """What one run found of one class: due and held (people, or lines of the history), destroyed, source rows."""

    code: str
    title: str
    counts: str
    due: int
    held: int
    destroyed: int
    contents: int
    counted_only: bool


@dataclass(frozen=True, slots=True)
class RunShown:
    """One run: its number, day, whose doing, each class, the holds that stopped it, and its digest."""

    run_id: UUID
    number: int
    as_at: date
    closed_at: datetime
    asked_by: str
    classes: tuple[ClassOfRun, ...]
    holds: tuple[HoldShown, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many people's time is over in a month, by the title of their class."""

    month: date
    title: str
    people: int

    @property
    def says(self) -> str:
        """The month as people read it."""
        return self.month.strftime("%B %Y")


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of checking the proof: how many runs were walked, and each fault with the number of its run (0: no
    such run any more)."""

    runs: int
    faults: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RetentionShown:
    """The page: the schedule of today, the runs, the months ahead, the holds that stand, and the check if asked for."""

    schedule: tuple[Scheduled, ...]
    runs: tuple[RunShown, ...]
    ahead: tuple[Ahead, ...]
    holds: tuple[HoldShown, ...]
    checked: Checked | None


def retention(caller: Caller, at: datetime, *, check: bool = False, act: str = "retention.read") -> RetentionShown:
    """Runs of retention for the places of a privacy officer, newest first; a line of the log.

    NotAllowed without review_looks. `check` walks the chain of every run, of all places: it names runs and no record.
    """
    caller.must("review_looks")
    runs = list(RetentionRun.objects.order_by("-number")[:RUNS_AT_ONCE])
    checked = _checked() if check else None
    note(act, place_id=officer_place(caller), found=len(checked.faults) if checked else len(runs))
    return RetentionShown(
        schedule=schedule(shipped(), london_date(at)), runs=_runs(runs), ahead=_ahead(runs[0].id) if runs else (),
        holds=_holds(LegalHold.objects.filter(lifted_at__isnull=True).order_by("placed_at", "id")), checked=checked,
    )  # fmt: skip


def hold_standing(person_id: UUID) -> HoldShown | None:
    """The legal hold that stands on a record, for whoever may know of it."""
    found = _holds(LegalHold.objects.filter(person_id=person_id, lifted_at__isnull=True))
    return found[0] if found else None


def _runs(runs: list[RetentionRun]) -> tuple[RunShown, ...]:
    keys = [run.id for run in runs]
    lines = RetentionLine.objects.filter(run_id__in=keys).values("run_id", "class_code").annotate(
        due=Sum("due"), held=Sum("held"), destroyed=Sum("destroyed"), contents=Sum("contents"))  # fmt: skip
    by_run: dict[UUID, dict[str, Found]] = defaultdict(dict)
    for line in lines:
        by_run[line["run_id"]][line["class_code"]] = (line["due"], line["held"], line["destroyed"], line["contents"])
    stopped = list(RetentionHeld.objects.filter(run_id__in=keys).select_related("hold"))
    holds: dict[UUID, list[LegalHold]] = defaultdict(list)
    for each in stopped:
        holds[each.run_id].append(each.hold)
    return tuple(
        RunShown(
            run.id, run.number, run.as_at, run.closed_at, run.get_asked_by_display(),
            tuple(_class(run, code, by_run[run.id].get(code, NOTHING)) for code in CLASSES if _read(run, code)),
            _holds(holds[run.id]), bytes(run.digest).hex(),
        )
        for run in runs
    )  # fmt: skip


def _read(run: RetentionRun, code: str) -> bool:
    """Whether the run knew this class: one that came later is not shown as nothing found."""
    return not run.schedule or code in {each["code"] for each in run.schedule}


def _class(run: RetentionRun, code: str, found: Found) -> ClassOfRun:
    kind = CLASSES[code]
    counted_only = run.asked_by != "before" and code not in run.destroys
    return ClassOfRun(code, kind.title, kind.counts, *found, counted_only)


def _ahead(run_id: UUID) -> tuple[Ahead, ...]:
    rows = RetentionAhead.objects.filter(run_id=run_id).values("month", "class_code").annotate(people=Sum("people"))
    found = [Ahead(row["month"], CLASSES[row["class_code"]].title, row["people"]) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.month, each.title)))


def _holds(rows: Iterable[LegalHold]) -> tuple[HoldShown, ...]:
    held = list(rows)
    labels = labels_of({row.placed_by_id for row in held})
    return tuple(
        HoldShown(row.id, row.person_id, row.placed_at, labels.get(row.placed_by_id, ""), row.words) for row in held
    )


def _checked() -> Checked:
    numbers = dict(RetentionRun.objects.values_list("id", "number"))
    with connection.cursor() as cursor:
        cursor.execute("select run, fault from access.verify_retention()")
        rows = cursor.fetchall()
    return Checked(len(numbers), tuple(sorted((numbers.get(run, 0), fault) for run, fault in rows)))
