"""Is the log of who saw and who did still what it was? Sealing, anchoring outside the database, and verifying.

The database chains sealed rows (sql/0003_seal.sql), so an edited row shows; but whoever owns the database could rewrite
the whole chain. Therefore the head of each seal is also written to a file outside it, after the sealing transaction has
committed, and a chain that contradicts its anchors is named. Left out: a second machine for the anchors; copy the
folder to one where that matters.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connections

from joinedup.access.callers import acting_as_service

LOGS = ("log", "history")
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """One seal's head: the digest (hexadecimal SHA-256) of the chain after its last entry."""

    seal: int
    entries: int
    head: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a log, and where: place in the chain, number of the row, number of the seal."""

    fault: str
    position: int | None = None
    entry: int | None = None
    seal: int | None = None

    def words(self) -> str:
        """The fault and its place, in words."""
        places = {"at place": self.position, "row": self.entry, "seal": self.seal}
        where = ", ".join(f"{name} {number}" for name, number in places.items() if number is not None)
        return f"{self.fault} ({where})" if where else self.fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying one log found. Rows not yet sealed and seals not yet anchored are counted: they are no faults."""

    log: str
    sealed: int
    unsealed: int
    anchored: int
    unanchored: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was edited, deleted, moved or slipped in."""
        return not self.faults

    def to_json(self) -> dict[str, object]:
        """All of it, ready for JSON."""
        return {**asdict(self), "whole": self.whole}


def anchor_file(which: str, using: str = "default") -> Path:
    """Where the heads of one log of one database are kept: JSON, one line a seal."""
    folder: Path = settings.ENVIRONMENT.var / "anchors" / str(connections[using].settings_dict["NAME"])
    return folder / f"{which}.jsonl"


def seal_log(which: str, using: str = "default", rows_at_once: int = ROWS_AT_ONCE) -> int:
    """Seal every committed row of a log, batch by batch, and anchor the heads. Returns how many rows were sealed."""
    sealed = 0
    while True:
        with acting_as_service(using), connections[using].cursor() as cursor:
            cursor.execute("select access.seal(%s, %s)", [which, rows_at_once])
            batch = int(cursor.fetchone()[0])
        sealed += batch
        anchor_heads(which, using)
        if batch < rows_at_once:
            return sealed


def anchor_heads(which: str, using: str = "default") -> int:
    """Append the committed heads that the file does not hold yet, and bring them to the disk. Returns how many."""
    path = anchor_file(which, using)
    with _open_to_append(path) as file:
        held, _ = _read(file.read())
        fresh = _seals(which, using, after=max((anchor.seal for anchor in held), default=0))
        if fresh:
            file.write("".join(json.dumps(asdict(anchor)) + "\n" for anchor in fresh).encode())
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def verify_log(which: str, using: str = "default") -> Verdict:
    """Walk the chain of one log and compare its heads with the anchors; nothing is sealed or written."""
    path = anchor_file(which, using)
    anchors, unreadable = _read(path.read_bytes() if path.exists() else b"")
    with connections[using].cursor() as cursor:
        cursor.execute("select fault, position_in_chain, entry_id, seal_id from access.verify(%s)", [which])
        faults = [Fault(*row) for row in cursor.fetchall()]
        cursor.execute("select access.unsealed(%s)", [which])
        unsealed = int(cursor.fetchone()[0])
    seals = _seals(which, using)
    faults += [Fault(f"line {line} of the anchors cannot be read") for line in unreadable]
    faults += contradictions(anchors, seals)
    last = max((anchor.seal for anchor in anchors), default=0)
    return Verdict(
        log=which, sealed=sum(seal.entries for seal in seals), unsealed=unsealed, anchored=len(anchors),
        unanchored=sum(1 for seal in seals if seal.seal > last), faults=tuple(faults),
    )  # fmt: skip


def contradictions(anchors: Sequence[Anchor], seals: Sequence[Anchor]) -> Iterator[Fault]:
    """What the anchors say otherwise than the database: seals missing, altered, cut off or slipped in between."""
    held = {seal.seal: seal for seal in seals}
    newest = max(held, default=0)
    for anchor in anchors:
        seal = held.get(anchor.seal)
        if seal is None:
            short = anchor.seal > newest
            yield Fault("the chain is shorter than its anchor" if short else "anchored seal missing", seal=anchor.seal)
        elif (seal.head, seal.entries) != (anchor.head, anchor.entries):
            yield Fault("altered since it was anchored", seal=anchor.seal)
    anchored = {anchor.seal for anchor in anchors}
    for number in sorted(held.keys() - anchored):
        if number < max(anchored, default=0):
            yield Fault("seal slipped in among anchored ones", seal=number)


def _seals(which: str, using: str, after: int = 0) -> list[Anchor]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select id, entries, head, sealed_at from access_seal where log = %s and id > %s order by id",
            [which, after],
        )
        return [Anchor(number, entries, head, at.isoformat()) for number, entries, head, at in cursor.fetchall()]


@contextmanager
def _open_to_append(path: Path) -> Iterator[IO[bytes]]:
    """The anchors' file, one writer at a time; a last line that a killed writer left half is cut off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    with os.fdopen(descriptor, "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _sync_folder(path.parent)
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)
        file.seek(0)
        yield file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(content: bytes) -> tuple[list[Anchor], list[int]]:
    """Anchors of whole lines, and the numbers of lines that are not anchors."""
    anchors, unreadable = list[Anchor](), list[int]()
    for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            anchors.append(_anchor(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            unreadable.append(number)
    return anchors, unreadable


def _anchor(held: Mapping[str, Any]) -> Anchor:
    return Anchor(int(held["seal"]), int(held["entries"]), str(held["head"]), str(held["sealed_at"]))
