"""A place to measure on: generated people, loaded by the real loader into a durable database of the bench's own.

The server stands under `var/postgres/bench` with fsync on, as in production. A loaded database is kept under a name
made from everything that shapes its rows, so that the next run starts at once, after whatever migrations are new; older
ones of that size are dropped when one is made. `--kept` takes the one that stands though the program has changed since:
what is measured is then today's program on rows of a former day.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.many_people import MANY, people_only
from bench.side_by_side import say

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "var" / "postgres" / "bench"
FILES = PROJECT / "var" / "bench"
PLACE, SEED = "E06000027", 1
USER = "torbay-coordinator"
SHAPING = (
    *(f"joinedup/{step}/{kind}" for step in ("places", "access", "person", "exchange")
      for kind in ("migrations/*.py", "sql/*.sql", "models.py")),
    "joinedup/exchange/**/*.py", "joinedup/exchange/**/*.yaml", "joinedup/person/actions/*.py",
    "joinedup/person/rules.py", "joinedup/base/names.py", "config/demo_place.py",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadedPlace:
    """The database, and how its loading went (people, rows, seconds, rows_a_second); `token` enters as USER.

    `server` is the version of PostgreSQL and whether what is committed outlives a power cut.
    """

    name: str
    loading: dict[str, Any]
    token: str
    server: dict[str, str]

    def connect(self, role: str) -> psycopg.Connection[Any]:
        """A connection of its own under a role."""
        from config.databases import connection_words
        from config.environment import database_address

        return psycopg.connect(**connection_words(database_address(), role, self.name))


def ready(people: int, *, kept: bool = False) -> LoadedPlace:
    """The loaded place, built first where it does not stand; Django is set up on it as the role `app`.

    With `kept` one of that size stands in for today's.
    """
    name = f"bench_{people}_{_shape_digest()}"
    serve(name)
    standing = [each for each, loading in _databases().items() if each.startswith(f"bench_{people}_") and loading]
    if kept and name not in standing and standing:
        name = standing[0]
        serve(name)
    from config.databases import start_django

    loading = _loading_of(name)
    if loading is None:
        loading = _build(name, people)
    else:
        child("from config.databases import migrate; migrate()", role="owner")
    start_django(role="app")
    from joinedup.access.sessions import open_session_of

    return LoadedPlace(name, loading, open_session_of(username=USER), _server_words(name))


def serve(name: str) -> None:
    """Start the bench's server, and have this process and its children work on the database of that name there."""
    from config.embedded import EmbeddedServer

    cluster = EmbeddedServer(FOLDER, durable=True).ensure_running()
    os.environ |= {
        "JOINEDUP_MODE": "demo", "JOINEDUP_DATABASE_URL": f"postgresql://{cluster.host}:{cluster.port}/{name}",
        "JOINEDUP_DATABASE_PASSWORDS": str(cluster.folder / "passwords.json"),
    }  # fmt: skip
    os.environ.pop("JOINEDUP_TODAY", None)
    from config.environment import environment

    environment.cache_clear()


def prepare() -> None:
    """Make the database that `serve` named, with its tables and the demo place's bodies and users, and no person."""
    from config.databases import ensure_server

    ensure_server()
    child("import config.demo_place; config.demo_place.prepare()", role="owner")


def generated(people: int, files: Path) -> None:
    """Write the files of a place of so many people into a folder, which is emptied first."""
    shutil.rmtree(files, ignore_errors=True)
    _run([sys.executable, "-m", "joinedup", "generate", "--people", str(people), "--seed", str(SEED), "--place", PLACE,
          "--out", str(files)])  # fmt: skip


def loaded(files: Path) -> dict[str, Any]:
    """Load generated files by the real loader; how it went."""
    said = child(f"import bench.place; bench.place.load({str(files)!r})", role="loader")
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


def _server_words(name: str) -> dict[str, str]:
    from config.databases import connection_words
    from config.environment import database_address

    settings = "select current_setting('server_version'), current_setting('fsync'), current_setting('shared_buffers')"
    with psycopg.connect(**connection_words(database_address(), "owner", name)) as owner:
        version, fsync, buffers = owner.execute(settings).fetchone() or ("", "", "")
    return {"postgresql": version, "fsync": fsync, "shared_buffers": buffers}


def stop() -> None:
    """Stop the bench's server; what it holds stays for the next run."""
    from config.embedded import EmbeddedServer

    EmbeddedServer(FOLDER, durable=True).stop()


def load(folder: str) -> None:
    """As loader, in a process of its own: load the generated files and print how it went, as the last line."""
    from joinedup.exchange.actions import load_manifest

    started = said = time.monotonic()

    def tell(load_name: str, now: Any) -> None:
        nonlocal said
        if time.monotonic() - said > 5:
            said = time.monotonic()
            say(f"  {said - started:4.0f} s  {load_name}  {now.phase} {now.done:,} rows")

    reports = list(load_manifest(Path(folder), tell))
    seconds = time.monotonic() - started
    rows = sum(report.read for report in reports)
    print(json.dumps({
        "rows": rows, "refused": sum(report.refused_whole for report in reports),
        "people_made": sum(report.people_made for report in reports), "seconds": round(seconds, 1),
        "rows_a_second": round(rows / seconds),
    }))  # fmt: skip


def _build(name: str, people: int) -> dict[str, Any]:
    from config.databases import connection_words, drop_database
    from config.environment import database_address

    address = database_address()
    for old in (each for each in _databases() if each.startswith(f"bench_{people}_")):
        drop_database(address, old)
    say(f"Building a place of {people:,} people in {name}; this is done once.")
    files = FILES / "files"
    prepare()
    if people >= MANY:
        people_only(people, files, place=PLACE, seed=SEED)
    else:
        generated(people, files)
    loading: dict[str, Any] = {"people": people, **loaded(files)}
    shutil.rmtree(files)
    with psycopg.connect(**connection_words(address, "owner", name), autocommit=True) as owner:
        owner.execute("vacuum analyze")
        words = sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(json.dumps(loading)))
        owner.execute(words)
    say(f"Loaded {loading['rows']:,} rows in {loading['seconds']} seconds, {loading['rows_a_second']:,} a second.")
    return loading


def _loading_of(name: str) -> dict[str, Any] | None:
    """How the database of that name was loaded; None when it does not stand whole."""
    return _databases().get(name) or None


def _databases() -> dict[str, dict[str, Any]]:
    """Databases of the bench's server, and what each one's comment says of its loading (nothing: cut short)."""
    from config.databases import connection_words
    from config.environment import database_address

    words = connection_words(database_address(), "bootstrap", "postgres")
    with psycopg.connect(**words, autocommit=True) as bootstrap:
        found = bootstrap.execute("select datname, shobj_description(oid, 'pg_database') from pg_database").fetchall()
    return {name: json.loads(said) if said and said.startswith("{") else {} for name, said in found}


def _shape_digest() -> str:
    mark = hashlib.sha256()
    for path in sorted({path for pattern in SHAPING for path in PROJECT.glob(pattern)}):
        mark.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return mark.hexdigest()[:12]


def child(words: str, *, role: str) -> str:
    """Run a line of Python under a role in a process of its own, on the database that `serve` named."""
    return _run(
        [sys.executable, "-c", f"from config.databases import start_django; start_django(role={role!r}); {words}"]
    )


def _run(words: list[str]) -> str:
    """Run one step in a process of its own; what it prints comes back, what it says goes to whoever waits."""
    done = subprocess.run(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit("Building the place stopped; what the step said stands above.")
    return done.stdout
