"""The only writes of `exchange`: loading a body's files.

Runs as the database role `loader`. Rows are stored batch by batch, each batch committing with its file's progress, so
that a killed load goes on where it stopped when the same command runs again; then every waiting row finds its person.
Loading the same files twice changes nothing: a row is known by its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.exchange.facts import Unit
from joinedup.exchange.models import Load, LoadFile
from joinedup.exchange.queries import report_of
from joinedup.exchange.refusal_codes import refuse
from joinedup.exchange.report import Report
from joinedup.exchange.shapes import detect, find_files, read_units
from joinedup.exchange.storing import store_batch, store_refusals
from joinedup.person.actions import adopt_sources
from joinedup.places.models import Body, Place

UNITS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a load is: the phase ('reading' or 'linking'), the file, and rows done in this phase."""

    phase: str
    file: str
    done: int


def load_files(
    *, by: Caller, at: datetime, request_key: str, paths: Sequence[Path], body: Body, place: Place,
    progress: Callable[[Progress], None] = lambda now: None,
) -> Report:  # fmt: skip
    """Load every file under the paths as sent by a body about a place, or go on with a load that was cut off."""
    files = find_files(paths)
    load = _open_load(by, at, files, body, place)
    done = 0
    for path, name in files:
        for count in _store_file(load, path, name, at):
            done += count
            progress(Progress("reading", name, done))
    adopted = adopt_sources(
        by=by.id, at=at, request_key=request_key, body_id=body.id, place_id=place.id,
        progress=lambda count: progress(Progress("linking", "", count)),
    )  # fmt: skip
    _close_load(load, at, adopted.people_made)
    return report_of(load.id)


def _open_load(by: Caller, at: datetime, files: Sequence[tuple[Path, str]], body: Body, place: Place) -> Load:
    """The unfinished load of exactly these files, or a new one."""
    mark = hashlib.sha256()
    for path, name in files:
        stat = path.stat()
        mark.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    load, _ = Load.objects.get_or_create(
        body=body, place=place, paths_digest=mark.hexdigest(), finished_at=None,
        defaults={"started_by_id": by.id, "started_at": at},
    )  # fmt: skip
    return load


def _store_file(load: Load, path: Path, name: str, at: datetime) -> Iterator[int]:
    """Store one file's rows from where it got to; yields how many rows each batch took."""
    file, _ = LoadFile.objects.get_or_create(load=load, name=name[:400])
    if file.finished:
        yield file.rows_done
        return
    file.shape = file.shape or detect(path) or ""
    if file.shape:
        units = iter(read_units(path, name, file.shape, london_date(at), skip_rows=file.rows_done))
        while batch := list(islice(units, UNITS_AT_ONCE)):
            _store_units(load, file, batch, at)
            yield len(batch)
    file.finished = True
    file.save(update_fields=["shape", "finished"])


def _store_units(load: Load, file: LoadFile, batch: Sequence[Unit], at: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        held = store_batch(cursor, batch, load_id=load.id, body_id=load.body_id, place_id=load.place_id, at=at)
        whole = sum(1 for unit in batch if any(each.whole for each in unit.refusals))
        unknown = sum(1 for unit in batch if not unit.known and not any(each.whole for each in unit.refusals))
        file.rows_done += len(batch)
        LoadFile.objects.filter(id=file.id).update(
            shape=file.shape, rows_done=F("rows_done") + len(batch), unknown_done=F("unknown_done") + unknown,
            known_done=F("known_done") + len(batch) - whole - unknown, held_before=F("held_before") + held,
        )  # fmt: skip


def _close_load(load: Load, at: datetime, people_made: int) -> None:
    """Count, say which rows are still about nobody we know, and write the load into the log."""
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_unknown_subjects(cursor, load)
        sums = load.files.aggregate(
            read=Sum("rows_done"), known=Sum("known_done"), unknown=Sum("unknown_done"), held=Sum("held_before")
        )
        waiting = load.refusals.filter(code="subject-unknown").count()
        Load.objects.filter(id=load.id).update(
            finished_at=at, read=sums["read"] or 0, accepted=(sums["known"] or 0) - waiting,
            kept_unknown=sums["unknown"] or 0, already_held=sums["held"] or 0,
            people_made=F("people_made") + people_made,
        )  # fmt: skip
        note("load.finished", thing_id=load.id, place_id=load.place_id, found=sums["read"] or 0)


def _refuse_unknown_subjects(cursor: Any, load: Load) -> None:
    """A row about somebody whom this body never sent is refused whole, kept, and attached when they come."""
    cursor.execute(
        "delete from exchange_refusal f using person_sourcerecord r where f.load_id = %s and f.record_id = r.id "
        "and r.state <> 'waiting'",
        [load.id],
    )
    cursor.execute(
        "select f.file, f.row from exchange_refusal f where f.load_id = %s and f.record_id is not null "
        "and f.why = '' union all select r.file, r.row from person_sourcerecord r where r.load_id = %s "
        "and r.state = 'waiting' order by 1, 2",
        [load.id, load.id],
    )
    waiting = cursor.fetchall()
    cursor.execute("delete from exchange_refusal where load_id = %s and record_id is not null and why = ''", [load.id])
    store_refusals(cursor, [refuse("subject-unknown", file, row, "") for file, row in waiting], load.id)

