"""`joinedup backup` and `joinedup restore`: one file that holds the database, and the proof that it came back whole.

The file is a zip of two members: what `pg_dump` wrote, and a manifest that says what the database held in the same
snapshot. A restore makes a database of another name, compares it with the manifest, walks both chained logs, adds up
the ledger, and makes everything anew by which somebody could enter; only when all is well does the database get its
name. Left out of the file: keys, sessions, delegations, and what stands outside the database (roles' passwords,
`secret_key`).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from config.database_contents import (
    FIXED_WORDS,
    NOT_KEPT,
    Contents,
    contents_from_json,
    differences,
    read_contents,
)
from config.database_dump import PIECE_BYTES, dump_of, restore_dump
from config.databases import apply_privileges, connection_words, drop_database, ensure_database, ensure_server
from config.environment import DatabaseAddress
from joinedup.access.catalogue import CATALOGUE
from joinedup.base import clock
from joinedup.base.errors import JoinedUpError, OperatorMustAct, PersonMustAct, SenderMustAct

SCHEMA = "joinedup-backup/1"
DUMP, MANIFEST = "database.dump", "manifest.json"
NOT_WHOLE_EXIT_CODE = 1
NAME_SHAPE = re.compile(r"[a-z][a-z0-9_]{0,49}")
UNFINISHED = "_restoring"
LOGS = ("log", "history")
ANEW = """
    delete from access.secret;
    insert into access.secret select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    delete from access.session; delete from access.delegation; delete from django_session;
"""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: when it was made, the dump's bytes and digest, and what the database held.

    `seal` is the digest of the manifest as it stands in the file, and so of everything: keep it elsewhere.
    """

    made_at: str
    dump_bytes: int
    dump_digest: str
    contents: Contents
    seal: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore: faults by name (none when whole), and whether the database stands under its name."""

    name: str
    manifest: Manifest
    faults: tuple[str, ...]
    kept: bool
    same_version: bool

    def to_json(self) -> dict[str, Any]:
        """The report for a program."""
        held = self.manifest.contents
        return {
            "schema": "joinedup-restore/1", "database": self.name, "whole": not self.faults, "kept": self.kept,
            "made_at": self.manifest.made_at, "tables": len(held.tables), "rows": held.rows,
            "log_entries": self._log_entries(),
            "faults": list(self.faults), "left_out": list(NOT_KEPT), "same_version": self.same_version,
        }  # fmt: skip

    def to_text(self) -> str:
        """The report for a reader."""
        held = self.manifest.contents
        lines = [f"Backup of {self.manifest.made_at}: {held.rows:,} rows in {len(held.tables)} tables."]
        if self.faults:
            lines += ["The restored database is NOT whole:", *(f"  {fault}" for fault in self.faults)]
            lines.append(f"It was kept as {self.name}." if self.kept else "It was removed; --keep leaves it there.")
            return "\n".join(lines)
        lines += [
            "Every table, definition, policy and privilege is as it was; row security stands on each personal table.",
            *(f"The chain '{log}' is whole: {entries:,} entries." for log, entries in self._log_entries().items()),
            "The ledger adds up.",
            "The signing key was made anew; sessions, delegations and sign-ins were dropped: everybody signs in again.",
            f"To use it: stop serving, set JOINEDUP_DATABASE_NAME={self.name} (or that name in JOINEDUP_DATABASE_URL), "
            "serve again.",
        ]
        if not self.same_version:
            lines.append("It was made by another version: run `joinedup migrate` with that setting first.")
        return "\n".join(lines)

    def _log_entries(self) -> dict[str, int]:
        heads = self.manifest.contents.heads
        return {log: heads[log][0] if log in heads else 0 for log in LOGS}


def backup_command(argv: list[str]) -> int:
    """`joinedup backup FILE [--json]`. Returns 0; a backup that cannot be made whole leaves no file."""
    parser = argparse.ArgumentParser(prog="joinedup backup", description="Write the whole database to one new file.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write; it must not exist")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    wanted = parser.parse_args(argv)
    manifest = write_backup(ensure_server(), wanted.file, at=clock.now().isoformat(), say=_say)
    report = {
        "schema": SCHEMA, "file": str(wanted.file), "made_at": manifest.made_at, "seal": manifest.seal,
        "tables": len(manifest.contents.tables), "rows": manifest.contents.rows, "dump_bytes": manifest.dump_bytes,
    }  # fmt: skip
    if wanted.json:
        print(json.dumps(report, indent=2))
        return 0
    print(f"{wanted.file}: {report['rows']:,} rows in {report['tables']} tables, {manifest.dump_bytes:,} bytes.")
    print(f"Seal: {manifest.seal}\nKeep the seal somewhere else; `joinedup restore --seal` compares it.")
    return 0


def restore_command(argv: list[str]) -> int:
    """`joinedup restore FILE --into NAME [--seal S] [--keep] [--json]`. Returns 0, or 1 when the copy is not whole."""
    parser = argparse.ArgumentParser(prog="joinedup restore", description="Restore a backup into a new database.")
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `joinedup backup` wrote")
    parser.add_argument("--into", required=True, metavar="NAME", help="name of the database to make")
    parser.add_argument("--seal", default="", help="the seal that `joinedup backup` printed")
    parser.add_argument("--keep", action="store_true", help="keep the new database even if it is not whole")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    wanted = parser.parse_args(argv)
    manifest = read_manifest(wanted.file, seal=wanted.seal)
    done = restore_backup(ensure_server(), wanted.file, manifest, name=wanted.into, keep=wanted.keep, say=_say)
    print(json.dumps(done.to_json(), indent=2) if wanted.json else done.to_text())
    return NOT_WHOLE_EXIT_CODE if done.faults else 0


def write_backup(address: DatabaseAddress, file: Path, *, at: str, say: Say) -> Manifest:
    """Write a backup as the role `backup`, dump and manifest from one snapshot; it appears whole or not at all."""
    _refuse_existing(file)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise OperatorMustAct(
            "backup-folder", "The backup cannot be written there.", f"{error.strerror or 'The folder refused it'}.",
            "Name a file in a folder that exists and that you may write to.",
        ) from None  # fmt: skip
    try:
        with os.fdopen(descriptor, "w+b") as target:
            manifest = _write_members(address, target, at, say)
            target.flush()
            os.fsync(target.fileno())
        _give_name(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def read_manifest(file: Path, *, seal: str = "") -> Manifest:
    """Read a backup's manifest and check the whole file against it and against a seal, before anything is touched."""
    with _opened(file) as archive:
        kept = archive.read(MANIFEST)
        try:
            words = json.loads(kept)
            manifest = Manifest(
                made_at=str(words["made_at"]), dump_bytes=int(words["dump"]["bytes"]),
                dump_digest=str(words["dump"]["sha256"]), contents=contents_from_json(words["contents"]),
                seal=hashlib.sha256(kept).hexdigest(),
            )  # fmt: skip
            known = words["schema"] == SCHEMA
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _changed("Its manifest is not one that `joinedup backup` writes.") from None
        if not known:
            raise _changed(f"Its manifest is of another kind than {SCHEMA}.")
        if seal and seal.strip().lower() != manifest.seal:
            raise _changed("Its seal is not the one given.")
        mark = hashlib.sha256()
        with archive.open(DUMP) as dump:
            for piece in _pieces(dump):
                mark.update(piece)
        if mark.hexdigest() != manifest.dump_digest:
            raise _changed("The dump in it is not the one that its manifest describes.")
    return manifest


def restore_backup(
    address: DatabaseAddress, file: Path, manifest: Manifest, *, name: str, keep: bool, say: Say
) -> Restored:
    """Make the database `name` from a backup that `read_manifest` has checked.

    It works under another name until it is whole, so that a killed restore never looks like a database to use.
    """
    unfinished = _make_unfinished(address, name)
    try:
        say("Restoring …")
        with _opened(file) as archive, archive.open(DUMP) as dump:
            restore_dump(address, _pieces(dump), unfinished)
        with psycopg.connect(**connection_words(address, "owner", unfinished)) as owner:
            owner.execute(FIXED_WORDS)
            faults, same_version = check_restored(owner, manifest.contents, say), _same_version(manifest.contents)
            if same_version and not faults:
                apply_privileges(owner.cursor())
            owner.execute(ANEW)
        with psycopg.connect(**connection_words(address, "owner", unfinished), autocommit=True) as owner:
            owner.execute("analyze")
        if not faults or keep:
            _rename(address, unfinished, name)
    finally:
        drop_database(address, unfinished)
    return Restored(name, manifest, tuple(faults), kept=not faults or keep, same_version=same_version)


def check_restored(owner: psycopg.Connection[Any], wanted: Contents, say: Say) -> list[str]:
    """Compare a restored database with what the backup held; one line a fault, by the name of the thing."""
    faults = differences(wanted, read_contents(owner, _progress("Comparing", say)))
    secured = dict(
        owner.execute("select relname, relrowsecurity from pg_class where relnamespace = 'public'::regnamespace")
    )
    faults += [
        f"table public.{table}: personal and without row security"
        for table, held in CATALOGUE.items() if held.personal and not secured.get(table, True)
    ]  # fmt: skip
    for log in LOGS:
        say(f"Walking the chain '{log}' …")
        faults += [
            f"chain '{log}', position {position}, entry {entry}: {fault}"
            for position, entry, _, fault in owner.execute("select * from access.verify(%s)", [log])
        ]
    (has_ledger,) = owner.execute("select to_regproc('access.ledger_faults') is not null").fetchone() or (False,)
    if has_ledger:
        say("Adding up the ledger …")
        found = owner.execute("select fund, fault, thing from access.ledger_faults(null)")
        faults += [f"ledger, fund {fund}: {fault} ({thing})" for fund, fault, thing in found]
    return faults


def _write_members(address: DatabaseAddress, target: IO[bytes], at: str, say: Say) -> Manifest:
    """Write both members into an open file; the manifest comes last, because it holds the dump's digest."""
    with psycopg.connect(**connection_words(address, "backup")) as connection:
        connection.execute(FIXED_WORDS)
        connection.commit()
        connection.execute("set transaction isolation level repeatable read, read only")
        (snapshot,) = connection.execute("select pg_export_snapshot()").fetchone() or ("",)
        contents = read_contents(connection, _progress("Reading", say))
        say("Writing the dump …")
        with zipfile.ZipFile(target, "w") as archive:
            size, digest = _pump(dump_of(address, snapshot, left_out=NOT_KEPT), archive, say)
            words = {
                "schema": SCHEMA, "made_at": at, "server": connection.info.server_version, "not_kept": dict(NOT_KEPT),
                "dump": {"bytes": size, "sha256": digest}, "contents": contents.to_json(),
            }  # fmt: skip
            kept = json.dumps(words, indent=1, sort_keys=True).encode()
            archive.writestr(zipfile.ZipInfo(MANIFEST), kept)
    return Manifest(at, size, digest, contents, hashlib.sha256(kept).hexdigest())


def _pump(pieces: Iterator[bytes], archive: zipfile.ZipFile, say: Say) -> tuple[int, str]:
    """Write the dump's pieces as they come; returns bytes and digest."""
    mark, size, said = hashlib.sha256(), 0, 0
    with archive.open(zipfile.ZipInfo(DUMP), "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            mark.update(piece)
            size += len(piece)
            if size >= said + 64 * PIECE_BYTES:
                said = size
                say(f"Writing the dump: {size >> 20:,} MB")
    return size, mark.hexdigest()


def _make_unfinished(address: DatabaseAddress, name: str) -> str:
    """An empty database to work in; refuses a name that is odd or taken, and a restore that is running already."""
    if not NAME_SHAPE.fullmatch(name) or name.startswith(("postgres", "template0", "template1")):
        raise PersonMustAct(
            "restore-name", "A database cannot be called that.", "",
            "Use up to 50 small letters, digits and _, a letter first, such as joinedup_2026.",
        )  # fmt: skip
    unfinished = name + UNFINISHED
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        if bootstrap.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            raise PersonMustAct(
                "restore-name-taken", "A database of that name exists.", "A restore makes a new one.",
                "Choose another name for --into.",
            )  # fmt: skip
        try:  # what a killed restore left; one that still runs holds connections
            bootstrap.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(unfinished)))
        except psycopg.errors.ObjectInUse:
            raise OperatorMustAct(
                "restore-running", "A restore into that name is running already.", "", "Wait for it, or stop it first."
            ) from None
    ensure_database(address, unfinished)
    return unfinished


def _rename(address: DatabaseAddress, unfinished: str, name: str) -> None:
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        words = sql.SQL("alter database {} rename to {}").format(sql.Identifier(unfinished), sql.Identifier(name))
        bootstrap.execute(words)


def _same_version(contents: Contents) -> bool:
    """Whether this program's tables are the backup's: then its privileges can be given again."""
    names = [*contents.tables, *NOT_KEPT, *(name.removeprefix("table ") for name in contents.definitions)]
    held = {name.removeprefix("public.") for name in names}
    return set(CATALOGUE) <= held


def _refuse_existing(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise PersonMustAct(
            "backup-file-exists", "A file of that name exists.", "A backup never overwrites one.", "Name another file."
        )


def _give_name(unfinished: Path, file: Path) -> None:
    """Give the whole file its name, never over another, so that it outlives a power cut."""
    try:
        os.link(unfinished, file)
    except FileExistsError:
        _refuse_existing(file)
    except OSError:  # a file system without links
        _refuse_existing(file)
        unfinished.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The backup as an archive; whatever shows it to be cut short or changed is said in one way."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sorted(archive.namelist()) != sorted((DUMP, MANIFEST)):
                raise _changed("It does not hold one dump and one manifest.")
            yield archive
    except FileNotFoundError:
        raise PersonMustAct("backup-missing", "There is no such file.", "", "Name a backup that exists.") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise _changed("It is cut short, or its bytes do not agree with their checksums.") from None


def _pieces(dump: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: dump.read(PIECE_BYTES), b"")


def _changed(why: str) -> JoinedUpError:
    return SenderMustAct(
        "backup-changed", "This file is not a whole backup.", why, "Use another copy of it, or an earlier backup."
    )


def _progress(doing: str, say: Say) -> Callable[[str, int], None]:
    return lambda name, rows: say(f"{doing} {name}: {rows:,} rows so far")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
