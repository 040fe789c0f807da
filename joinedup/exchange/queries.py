"""The only reads of `exchange` for others: loads and their reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.roles import permissions_of
from joinedup.base.errors import NotFound
from joinedup.exchange.facts import Refusal as RefusalFact
from joinedup.exchange.kept_kinds import added_up, in_sentences
from joinedup.exchange.models import Correction, Load, LoadFile, Refusal, RefusedRow
from joinedup.exchange.progress import LOADING, in_words, lock_words, seconds_left
from joinedup.exchange.put_right import RowText, row_text
from joinedup.exchange.report import Report


def report_of(load_id: UUID) -> Report:
    """The report of one load. NotFound when there is no such load."""
    load = load_of(load_id)
    refused = tuple(
        RefusalFact(each.code, each.file, each.row, each.field, each.why, each.mend, each.whole)
        for each in load.refusals.order_by("file", "row", "code")
    )
    skipped = tuple(load.files.filter(shape="", finished=True).order_by("name").values_list("name", flat=True))
    return Report(
        load_id=load.id, read=load.read, accepted=load.accepted, kept_unknown=load.kept_unknown, refused=refused,
        skipped_files=skipped, already_held=load.already_held, people_made=load.people_made,
        kept_kinds=_kept_kinds(load_id),
    )  # fmt: skip


def _kept_kinds(load_id: UUID) -> dict[str, int]:
    held = LoadFile.objects.filter(load_id=load_id, unknown_done__gt=0)
    return added_up(held.values_list("unknown_kinds", flat=True))


def waiting_rows(body_id: UUID) -> int:
    """How many rows of a body wait for their person."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from person_sourcerecord where body_id = %s and state = 'waiting'", [body_id])
        return int(cursor.fetchone()[0])


def load_of(load_id: UUID) -> Load:
    """One load with its body and place. NotFound when there is none."""
    load = Load.objects.select_related("body", "place").filter(id=load_id).first()
    if load is None:
        raise _no_load()
    return load


def _no_load() -> NotFound:
    return NotFound(
        "load-not-found", "There is no such load, or it is of another place.", "", "Choose one from the list of loads."
    )


@dataclass(frozen=True, slots=True)
class RefusedRowShown:
    """A refused row as its page shows it: `text` is None when its bytes were not kept; `state` is what became of it."""

    row: RefusedRow
    mark: str
    text: RowText | None
    refusals: tuple[RefusedPlace, ...]
    state: RowState


@dataclass(frozen=True, slots=True)
class RowState:
    """What became of a refused row: not corrected yet, waiting to be loaded, put right, or refused again."""

    word: str = ""
    load_id: UUID | None = None
    sent_at: datetime | None = None


def refused_row(row_id: UUID) -> RefusedRow:
    """One refused row with its load. NotFound alike for no such row and one that the caller may not see."""
    row = RefusedRow.objects.select_related("load__body", "load__place").filter(id=row_id).first()
    if row is None:
        raise NotFound("row-not-found", "There is no such row, or it is of another place.", "", "Choose one of a load.")
    return row


def shape_of(row: RefusedRow) -> str:
    """The shape of the file in which a refused row stood, '' when it had none."""
    shapes = LoadFile.objects.filter(load_id=row.load_id, name=row.file).values_list("shape", flat=True)
    return shapes.first() or ""


def refused_row_seen_by(caller: Caller, row_id: UUID) -> RefusedRowShown:
    """One refused row whole, with why it was refused; looking is a line of the log."""
    caller.must("correct_rows")
    row = refused_row(row_id)
    note("row.seen", thing_id=row.id, place_id=row.load.place_id)
    shape = shape_of(row)
    refused = tuple(
        each for each in refused_places(caller, row.load_id, file=row.file) if each.row == row.row and each.whole
    )
    state = _states(row.load_id).get(row.id, RowState())
    return RefusedRowShown(row, file_marks(row.load_id)[row.file], row_text(bytes(row.raw), shape), refused, state)


def waiting_corrections() -> QuerySet[Correction]:
    """Corrections that no load has taken, the earliest first."""
    waiting = Correction.objects.filter(loaded_as__isnull=True).select_related("refused_row__load__body")
    return waiting.select_related("refused_row__load__place").order_by("sent_at", "id")


def _states(load_id: UUID) -> dict[UUID, RowState]:
    """What became of each corrected row of a load, by its latest correction."""
    found = {}
    sent = Correction.objects.filter(refused_row__load_id=load_id).select_related("loaded_as").order_by("sent_at", "id")
    for each in sent:
        taken = each.loaded_as
        word = "waits" if taken is None else "put right" if 0 < taken.read == taken.accepted else "refused again"
        found[each.refused_row_id] = RowState(word, each.loaded_as_id, each.sent_at)
    return found


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row that was refused whole, where it stood, and what became of it."""

    row_id: UUID
    mark: str
    row: int
    code: str
    can_be_shown: bool
    state: RowState


ROWS_SHOWN = 100


def rows_to_correct(caller: Caller, load_id: UUID) -> tuple[RowToCorrect, ...]:
    """The first ROWS_SHOWN refused rows of a load, for those who may correct them; none for anybody else."""
    if "correct_rows" not in caller.permissions:
        return ()
    marks, states = file_marks(load_id), _states(load_id)
    rows = RefusedRow.objects.filter(load_id=load_id).annotate(size=Length("raw")).order_by("file", "row").defer("raw")
    shown = list(rows[:ROWS_SHOWN])
    refused = Refusal.objects.filter(
        load_id=load_id, whole=True, file__in={each.file for each in shown}, row__in={each.row for each in shown}
    )
    codes = {(each.file, each.row): each.code for each in refused.order_by("-code")}
    return tuple(
        RowToCorrect(
            each.id,
            marks.get(each.file, "file"),
            each.row,
            codes.get((each.file, each.row), ""),
            each.size > 0,
            states.get(each.id, RowState()),
        )
        for each in shown
    )


def recent_loads(limit: int = 50) -> list[Load]:
    """The newest loads first, unfinished ones included."""
    return list(Load.objects.select_related("body", "place").order_by("-started_at")[:limit])


PLACES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """Where something was refused. `file` is the file's number and ending, not its name: senders put names of people
    into names of files (see `file_marks`)."""

    file: str
    row: int
    field: str
    code: str
    whole: bool
    why: str
    mend: str


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """All refusals of one code: how many, what to do, and the first few places."""

    code: str
    count: int
    whole: bool
    why: str
    mend: str
    first: tuple[RefusedPlace, ...]


@dataclass(frozen=True, slots=True)
class LoadShown:
    """One load as its page shows it: the counts, the refusals by code, most first, and the files of no known shape.

    `kept` says in sentences which kinds of rows were kept without a line of their own.
    `is_running` and `left` (about how long this phase will still take, in words) are of one that is not finished.
    """

    load: Load
    is_running: bool
    left: str
    read: int
    refused_whole: int
    refused_fields: int
    groups: tuple[RefusalGroup, ...]
    files: int
    skipped: tuple[str, ...]
    rows: tuple[RowToCorrect, ...]
    corrects: UUID | None
    kept: tuple[str, ...] = ()


def loads_seen_by(caller: Caller, *, limit: int = 50) -> list[Load]:
    """The newest loads of the places in which a role of the caller has the permission see_loads."""
    caller.must("see_loads")
    loads = Load.objects.select_related("body", "place").filter(place_id__in=_places_of(caller))
    return list(loads.order_by("-started_at", "-id")[:limit])


def load_seen_by(caller: Caller, load_id: UUID) -> LoadShown:
    """One load with its refusals by code. NotFound alike for no such load and for one of another place."""
    refused = refused_places(caller, load_id)
    load = load_of(load_id)
    marks = file_marks(load_id)
    groups = [_group(code, [each for each in refused if each.code == code])
              for code, _ in Counter(each.code for each in refused).most_common()]  # fmt: skip
    skipped = LoadFile.objects.filter(load_id=load_id, shape="", finished=True).values_list("name", flat=True)
    done = LoadFile.objects.filter(load_id=load_id).values_list("rows_done", flat=True)
    is_running = load.finished_at is None and _is_running(load)
    return LoadShown(
        load=load,
        is_running=is_running,
        left=in_words(seconds_left(load.share_done, load.seconds_taken)) if is_running else "",
        read=load.read if load.finished_at else sum(done),
        refused_whole=sum(1 for each in refused if each.whole),
        refused_fields=sum(1 for each in refused if not each.whole),
        groups=tuple(groups),
        files=len(marks),
        skipped=tuple(sorted(marks[name] for name in skipped)),
        rows=rows_to_correct(caller, load_id),
        corrects=Correction.objects.filter(loaded_as_id=load_id).values_list("refused_row_id", flat=True).first(),
        kept=tuple(in_sentences(_kept_kinds(load_id))),
    )


def _is_running(load: Load) -> bool:
    """Does some process hold the lock of this load at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_locks where locktype = 'advisory' and classid = %s and granted "
            "and objid = (hashtext(%s)::bigint & 4294967295)::oid "
            "and database = (select oid from pg_database where datname = current_database()))",
            [LOADING, lock_words(load.body_id, load.place_id, load.paths_digest)],
        )
        return bool(cursor.fetchone()[0])


def refused_places(caller: Caller, load_id: UUID, *, file: str = "") -> tuple[RefusedPlace, ...]:
    """Every refusal of a load or of one of its files, in the order of files and rows. NotFound as `load_seen_by`."""
    caller.must("see_loads")
    load = load_of(load_id)
    if load.place_id not in _places_of(caller):
        raise _no_load()
    marks = file_marks(load_id)
    return tuple(
        RefusedPlace(marks.get(each.file, "file"), each.row, each.field, each.code, each.whole, each.why, each.mend)
        for each in load.refusals.filter(**({"file": file} if file else {})).order_by("file", "row", "code")
    )


def file_marks(load_id: UUID) -> dict[str, str]:
    """File name -> 'file 7 (.json)', numbered in the order of their names.

    Pages show the mark and never the name: who sees loads need not see people, and some senders name files after them.
    The report that the loading command prints goes to the sender and holds the names.
    """
    names = sorted(LoadFile.objects.filter(load_id=load_id).values_list("name", flat=True))
    return {name: f"file {number}{_ending(name)}" for number, name in enumerate(names, 1)}


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f" (.{ending.lower()})" if stem and dot and ending.isalnum() and len(ending) <= len("ndjson") else ""


def _group(code: str, refused: list[RefusedPlace]) -> RefusalGroup:
    first = refused[0]
    return RefusalGroup(code, len(refused), first.whole, first.why, first.mend, tuple(refused[:PLACES_SHOWN]))


def _places_of(caller: Caller) -> set[UUID]:
    return {held.place_id for held in caller.holdings if "see_loads" in permissions_of([held.role])}
