"""The only writes of `exchange`: loading a body's files, and sending a refused row again as put right.

Loading runs as the database role `loader`. Rows are stored batch by batch, each batch committing with its files'
progress, so that a killed load goes on where it stopped when the same files are loaded again for the same body and
place; then every waiting row finds its person. Files are the same when their names and bytes are; a changed file begins
a new load. Loading the same files twice changes nothing: a row is known by its digest.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum
from procrastinate.contrib.django import app

from joinedup.access.actions import once
from joinedup.access.callers import Caller, acting_as_service
from joinedup.access.logbook import note
from joinedup.base import clock
from joinedup.base.acts import derived_request_key
from joinedup.base.clock import london_date
from joinedup.base.errors import BadValue, NotNow, PersonMustAct
from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.document_units import exact_units
from joinedup.exchange.jobs import LOAD_CORRECTIONS
from joinedup.exchange.kept_kinds import add_kinds
from joinedup.exchange.listing import list_providers, placed
from joinedup.exchange.models import Correction, Load, LoadFile, RefusedRow
from joinedup.exchange.progress import LOADING, Meter, Progress, lock_words
from joinedup.exchange.put_right import TEXT_LIMIT_CHARACTERS, corrected_file, row_text, units_of
from joinedup.exchange.queries import refused_row, report_of, shape_of, waiting_corrections, waiting_rows
from joinedup.exchange.refusal_codes import refuse
from joinedup.exchange.report import Report
from joinedup.exchange.shapes import detect, find_files, read_units
from joinedup.exchange.storing import FILE_LIMIT, fitted, is_refused, store_batch
from joinedup.person.actions import adopt_sources, link_waiting
from joinedup.places.models import Body, Place
from joinedup.places.queries import find_body, find_place

UNITS_AT_ONCE = 2_000
BYTES_AT_ONCE = 32 * 1024 * 1024
LOCK_TRIES, SECONDS_BETWEEN_TRIES = 100, 0.2


@dataclass(slots=True)
class _Batch:
    """Units to be stored in one transaction, in the order of their files, and the files that end in it."""

    units: list[Unit] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)  # name -> shape, '' for no known one
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.units) >= UNITS_AT_ONCE or len(self.ended) >= UNITS_AT_ONCE or self.size >= BYTES_AT_ONCE


def load_files(
    *, by: Caller, at: datetime, request_key: str, paths: Sequence[Path], body: Body, place: Place,
    progress: Callable[[Progress], None] = lambda now: None,
) -> Report:  # fmt: skip
    """Load every file under the paths as sent by a body about a place, or go on with a load that was cut off.

    PersonMustAct (path-missing) for a path that is not there; NotNow (load-running) while another process loads the
    same files.
    """
    files = _named_files(paths)
    digest = _digest_of(files)
    with _alone(lock_words(body.id, place.id, digest)):
        load = _open_load(by, at, digest, [name for _, name in files], body, place)
        committed = _committed(load)
        sizes = {name: _size_of(path) for path, name in files}
        before = sum(size for name, size in sizes.items() if committed[name][1])
        meter, done = Meter("reading", sum(sizes.values()), before), 0
        for batch in _ahead(_batches(committed, files, london_date(at))):
            _measure(meter, batch, sizes)
            done += len(batch.units)
            now = meter.told(next(reversed(batch.ended), "") or batch.units[-1].file, done)
            _store(load, batch, now, by, at, request_key)
            progress(now)
        _link(load, by, at, request_key, progress)
        _close_load(load, at)
    return report_of(load.id)


def _measure(meter: Meter, batch: _Batch, sizes: Mapping[str, int]) -> None:
    """Bytes done with this batch: files that end in it whole, of the last one about what its units hold."""
    for name in batch.ended:
        meter.ends(sizes[name])
    if batch.units and (name := batch.units[-1].file) not in batch.ended:
        meter.goes_on(sum(len(unit.raw) for unit in batch.units if unit.file == name), sizes[name])


def _link(load: Load, by: Caller, at: datetime, request_key: str, progress: Callable[[Progress], None]) -> None:
    """Let every waiting row find its person, saying how far this is."""
    meter = Meter("linking", waiting_rows(load.body_id))

    def tell(count: int) -> None:
        meter.finished = count
        now = meter.told("", count)
        with acting_as_service():
            _keep_progress(load, now)
        progress(now)

    adopt_sources(
        by=by.id, at=at, request_key=request_key, body_id=load.body_id,
        within=lambda made: _count_people(load, made), progress=tell,
    )  # fmt: skip
    link_waiting(by=by, at=at, request_key=request_key)


def _keep_progress(load: Load, now: Progress) -> None:
    Load.objects.filter(id=load.id).update(phase=now.phase, share_done=now.share, seconds_taken=now.seconds)


def send_correction(*, by: Caller, at: datetime, request_key: str, refused_row_id: UUID, text: str) -> UUID:
    """Send a refused row again as put right; it is loaded by a job. Returns the correction's key.

    NotAllowed without the permission correct_rows; NotFound alike for no such row and one of another place; NotNow
    (correction-waits) while an earlier correction of the row waits to be loaded; BadValue for a text that is empty or
    too long, or holds other than the one row (correction-other).
    """
    by.must("correct_rows")
    row = refused_row(refused_row_id)
    _must_be_one_row(row, text, london_date(at))

    def act() -> str:
        if Correction.objects.filter(refused_row=row, loaded_as__isnull=True).exists():
            raise NotNow(
                "correction-waits", "A correction of this row is waiting to be loaded.", "Only one may wait.",
                "Look at the report again in a minute; if it was refused too, correct it once more.",
            )  # fmt: skip
        made = Correction.objects.create(refused_row=row, text=text, sent_by_id=by.id, sent_at=at)
        app.configure_task(name=LOAD_CORRECTIONS, queue="people").defer()
        note("row.corrected", thing_id=row.id, place_id=row.load.place_id)
        return str(made.id)

    arguments = {"row": refused_row_id, "text": text}
    made = once(by=by.id, at=at, request_key=request_key, action="send_correction", arguments=arguments, act=act)
    return UUID(str(made))


def _must_be_one_row(row: RefusedRow, text: str, today: date) -> None:
    """A correction mends one row: it may not say nothing, nor bring in rows that the body never sent."""
    if not text.strip() or len(text) > TEXT_LIMIT_CHARACTERS:
        raise BadValue(
            "correction-empty", "The corrected row is empty or too long.", "There must be something to load.",
            f"Give the row as it should be, in at most {TEXT_LIMIT_CHARACTERS:,} characters.",
        )  # fmt: skip
    shape, held = shape_of(row), row_text(bytes(row.raw), shape_of(row))
    found = units_of(text, shape, held is not None and held.is_fields, today)
    refused = row.load.refusals.filter(file=row.file, row=row.row, whole=True).count()
    if not 1 <= found <= max(refused, 1):
        raise BadValue(
            "correction-other", "This is not one row of the kind that was refused.",
            f"It holds {found} rows that can be read." if found else "It has no shape that we know.",
            "Mend the row that is shown, and nothing else. Rows that were never sent come from their sender.",
        )  # fmt: skip


def load_corrections(*, by: Caller, at: datetime, request_key: str) -> list[Report]:
    """Load each waiting correction as a file of its own, as sent by the body and for the place of the row it corrects.

    Runs as the role `loader`. A correction that was cut off is loaded again, which changes nothing.
    """
    reports = []
    for waiting in list(waiting_corrections()):
        row = waiting.refused_row
        shape = shape_of(row)
        held = row_text(bytes(row.raw), shape)
        ending, text = corrected_file(waiting.text, shape, held is not None and held.is_fields)
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"put-right-{waiting.id}{ending}"
            path.write_bytes(text.encode("utf-8", "replace"))
            report = load_files(
                by=by, at=at, request_key=f"{request_key}/{waiting.id}", paths=[path], body=row.load.body,
                place=row.load.place,
            )  # fmt: skip
        with acting_as_service():
            Correction.objects.filter(id=waiting.id, loaded_as__isnull=True).update(loaded_as_id=report.load_id)
        reports.append(report)
    return reports


def load_manifest(folder: Path, progress: Callable[[str, Progress], None] = lambda name, now: None) -> list[Report]:
    """Make every load that a generated folder's manifest.json lists, in its order, in this process; their reports.

    For whoever builds a place: Django must have been started for the role `loader`. `progress` gets 'source → place'
    with where that load is. Run again it changes nothing. Raises as `load_files`, `find_body` and `find_place` do.
    """
    with acting_as_service() as by:
        pass
    reports = []
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["loads"]:
        name = f"{entry['source']} → {entry['place']}"

        def tell(now: Progress, name: str = name) -> None:
            progress(name, now)

        reports.append(
            load_files(
                by=by, at=clock.now(), request_key=derived_request_key("load", name, *entry["paths"]),
                paths=[folder / path for path in entry["paths"]], body=find_body(entry["source"], clock.today()),
                place=find_place(entry["place"]), progress=tell,
            )
        )  # fmt: skip
    return reports


def _named_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """The files below the paths under names that the database can hold, each once."""
    try:
        found = find_files(paths)
    except FileNotFoundError:
        raise PersonMustAct(
            "path-missing", "A path that was given to load is not there.", "Nothing was loaded.",
            "Check the spelling of each path and run the command again.",
        ) from None  # fmt: skip
    return [(path, fitted(name.encode("utf-8", "backslashreplace").decode(), FILE_LIMIT)) for path, name in found]


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the reader refuses it with a code
        return 0


def _digest_of(files: Sequence[tuple[Path, str]]) -> str:
    """What these files are: names and bytes, whenever they were written and wherever they stand."""
    mark = hashlib.sha256()
    for path, name in files:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:  # the reader refuses it with a code
            content = "unreadable"
        mark.update(f"{name}\0{content}\n".encode())
    return mark.hexdigest()


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """Hold a lock of this session for one set of files; a killed process's lock goes with its connection."""
    with connection.cursor() as cursor:
        for _ in range(LOCK_TRIES):
            cursor.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [LOADING, what])
            if cursor.fetchone()[0]:
                break
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            raise NotNow(
                "load-running", "These files are being loaded at this moment.",
                "Another process loads the same files for the same body and place.",
                "Wait until it ends; loading them again then changes nothing.",
            )  # fmt: skip
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, hashtext(%s))", [LOADING, what])


def _open_load(by: Caller, at: datetime, digest: str, names: Sequence[str], body: Body, place: Place) -> Load:
    """The unfinished load of exactly these files, or a new one with its list of files."""
    with acting_as_service():
        load, is_new = Load.objects.get_or_create(
            body=body, place=place, paths_digest=digest, finished_at=None,
            defaults={"started_by_id": by.id, "started_at": at},
        )  # fmt: skip
        if is_new:
            LoadFile.objects.bulk_create([LoadFile(load=load, name=name) for name in names], batch_size=5_000)
    return load


def _committed(load: Load) -> dict[str, tuple[int, bool]]:
    """How many units of each file are stored, and whether it is done."""
    return {name: (done, end) for name, done, end in load.files.values_list("name", "rows_done", "finished")}


def _batches(
    committed: Mapping[str, tuple[int, bool]], files: Sequence[tuple[Path, str]], today: date
) -> Iterator[_Batch]:
    """The units not yet committed, in batches over the files in order.

    A file cut off is read from its start and the units committed are passed over: a row number would not do, because a
    line may hold many units. The units of one row always stand in one batch.
    """
    batch = _Batch()
    for path, name in files:
        done, finished = committed[name]
        if finished:
            continue
        shape = detect(path) or ""
        row = None
        for unit in islice(exact_units(read_units(path, name, shape, today)), done, None) if shape else ():
            if batch.is_full and (unit.row != row or unit.file != batch.units[-1].file):
                yield batch
                batch = _Batch()
            row = unit.row
            batch.units.append(unit)
            batch.size += len(unit.raw)
        batch.ended[name] = shape
        if batch.is_full:
            yield batch
            batch = _Batch()
    if batch.units or batch.ended:
        yield batch


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """The same batches, the next one being read while the database stores the last."""
    with ThreadPoolExecutor(1, "reader") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _store(load: Load, batch: _Batch, now: Progress, by: Caller, at: datetime, request_key: str) -> None:
    with acting_as_service(), connection.cursor() as cursor:
        _keep_progress(load, now)
        batch.units = placed(batch.units, load.place)
        held, new = store_batch(
            cursor, batch.units, load_id=load.id, body_id=load.body_id, place_id=load.place_id, at=at
        )
        list_providers(new, by=by.id, at=at, request_key=request_key, place=load.place)
        counts = {name: [0, 0, 0] for name in batch.ended}  # read, known, unknown
        for unit in batch.units:
            count = counts.setdefault(unit.file, [0, 0, 0])
            count[0] += 1
            if not is_refused(unit):
                count[1 if unit.known else 2] += 1
        add_kinds(cursor, load.id, (each for each in batch.units if not each.known and not is_refused(each)))
        cursor.execute(
            "update exchange_loadfile f set rows_done = f.rows_done + c.read, known_done = f.known_done + c.known, "
            "unknown_done = f.unknown_done + c.unknown, held_before = f.held_before + c.held, "
            "finished = c.shape is not null, shape = coalesce(c.shape, f.shape) "
            "from unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) "
            "c (name, read, known, unknown, held, shape) where f.load_id = %s and f.name = c.name",
            [
                list(counts), *(list(column) for column in zip(*counts.values(), strict=True)),
                [held[name] for name in counts], [batch.ended.get(name) for name in counts], load.id,
            ],
        )  # fmt: skip


def _count_people(load: Load, made: int) -> None:
    Load.objects.filter(id=load.id).update(people_made=F("people_made") + made)


def _close_load(load: Load, at: datetime) -> None:
    """Count, say which rows are still about nobody we know, and write the load into the log."""
    with acting_as_service(), connection.cursor() as cursor:
        _refuse_unknown_subjects(cursor, load)
        sums = load.files.aggregate(
            read=Sum("rows_done"), known=Sum("known_done"), unknown=Sum("unknown_done"), held=Sum("held_before")
        )
        waiting = load.refusals.filter(code="subject-unknown").count()
        Load.objects.filter(id=load.id).update(
            finished_at=at, read=sums["read"] or 0, accepted=(sums["known"] or 0) - waiting,
            kept_unknown=sums["unknown"] or 0, already_held=sums["held"] or 0,
        )  # fmt: skip
        note("load.finished", thing_id=load.id, place_id=load.place_id, found=sums["read"] or 0)


def _refuse_unknown_subjects(cursor: Any, load: Load) -> None:
    """A row about somebody whom this body never sent is refused whole, kept, and attached when they come.

    Copies met again were refused as they were stored; those whose person came since are accepted after all.
    """
    cursor.execute(
        "delete from exchange_refusal f using person_sourcerecord r where f.load_id = %s "
        "and f.code = 'subject-unknown' and f.record_id = r.id and r.state <> 'waiting'",
        [load.id],
    )
    words = refuse("subject-unknown", "", 0, "")
    cursor.execute(
        "insert into exchange_refusal (id, load_id, code, file, row, field, why, mend, whole, record_id) "
        "select uuidv7(), r.load_id, 'subject-unknown', r.file, r.row, '', %s, %s, true, r.id "
        "from person_sourcerecord r where r.body_id = %s and r.load_id = %s and r.state = 'waiting' "
        "and not r.says_who",
        [words.why, words.mend, load.body_id, load.id],
    )
