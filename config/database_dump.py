"""What a database holds, as PostgreSQL's own programs write and read it: `pg_dump` and `pg_restore`.

Both come with the embedded server and serve for a database of your own too. Nothing passes through a file on the way:
the caller gets or gives pieces of bytes. Left out: what becomes of them (`config/backups.py`).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from config.databases import connection_words
from config.embedded import shipped_folder
from config.environment import DatabaseAddress, environment
from joinedup.base.errors import OperatorMustAct

PIECE_BYTES = 1 << 20


def dump_of(address: DatabaseAddress, snapshot: str, *, left_out: Iterable[str]) -> Iterator[bytes]:
    """What pg_dump writes of an exported snapshot as the role `backup`; rows of the tables `left_out` are not in it."""
    words = ["pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-password"]
    words += [f"--exclude-table-data={name}" for name in left_out]
    with _running(words, address, "backup", address.name, reads=True) as program:
        if program.stdout is not None:
            while piece := program.stdout.read(PIECE_BYTES):
                yield piece


def restore_dump(address: DatabaseAddress, pieces: Iterable[bytes], name: str) -> None:
    """Feed a dump to pg_restore as `owner`, which is no superuser: a changed dump gains no more than that."""
    with _trigrams_loaded(address, name):
        words = ["pg_restore", "--no-owner", "--exit-on-error", "--no-password", f"--dbname={name}"]
        with _running(words, address, "owner", name, reads=False) as program:
            if program.stdin is not None:
                with contextlib.suppress(BrokenPipeError):  # it stopped early: its exit code says so
                    for piece in pieces:
                        program.stdin.write(piece)
                    program.stdin.close()


@contextlib.contextmanager
def _trigrams_loaded(address: DatabaseAddress, name: str) -> Iterator[None]:
    """A plain owner may define a function with a trigram setting only where the library is loaded already."""
    words = "alter role owner in database {} {} session_preload_libraries"
    with psycopg.connect(**connection_words(address, "bootstrap", "postgres"), autocommit=True) as bootstrap:
        bootstrap.execute(sql.SQL(words + " = 'pg_trgm'").format(sql.Identifier(name), sql.SQL("set")))
        try:
            yield
        finally:
            bootstrap.execute(sql.SQL(words).format(sql.Identifier(name), sql.SQL("reset")))


@contextlib.contextmanager
def _running(
    words: list[str], address: DatabaseAddress, role: str, database: str, *, reads: bool
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of PostgreSQL's programs; its complaints go to a private file, for they may name people."""
    complaints = environment().var / f"{words[0]}.{os.getpid()}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    access = {
        "LC_ALL": "C.UTF-8", "PGHOST": address.host, "PGPORT": str(address.port), "PGUSER": role,
        "PGDATABASE": database, "PGPASSWORD": address.passwords.get(role, ""),
        "PGOPTIONS": "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0",
    }  # fmt: skip
    command = [str(shipped_folder() / "bin" / words[0]), *words[1:]]
    pipe = subprocess.PIPE
    with os.fdopen(os.open(complaints, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as heard:
        program = subprocess.Popen(
            command, env=clean | access, stderr=heard,
            stdin=subprocess.DEVNULL if reads else pipe, stdout=pipe if reads else subprocess.DEVNULL,
        )  # fmt: skip
    try:
        yield program
    except BaseException:
        program.kill()
        raise
    finally:
        for end in (program.stdin, program.stdout):
            if end is not None:
                with contextlib.suppress(BrokenPipeError):
                    end.close()
        code = program.wait()
    if code != 0:
        raise _failed(words[0], code, complaints)
    complaints.unlink()


def _failed(program: str, code: int, complaints: Path) -> OperatorMustAct:
    return OperatorMustAct(
        f"{program.replace('_', '-')}-failed",
        f"{program} stopped with exit code {code}.",
        f"Its words are in {complaints}; they may name people, so keep them private.",
        "Put it right and run the command again: nothing half-made was left.",
    )
