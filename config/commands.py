"""Commands that run the installation: the demo, serving, migrating, background work, backup.

Each process works as one database role, so building the demo is a short row of child processes: `owner` migrates,
`loader` loads, `app` serves, `worker` works.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

from config import public_site
from config.databases import ensure_server, start_django
from config.embedded import EmbeddedServer
from config.environment import PROJECT, environment
from joinedup.base.errors import OperatorMustAct, PersonMustAct

DEMO_TODAY = "2026-11-02"
PEOPLE = 2_000
GUNICORN = PROJECT / "config" / "gunicorn.py"


def demo(argv: list[str]) -> int:
    """Build both demo places through the real loaders, unless they stand, and serve them until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="joinedup demo", description="Build both demo places and serve them.")
    parser.add_argument("--people", type=int, default=PEOPLE, help="people in both places together (default 2000)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--build-only", action="store_true", help="build, print the sign-ins and stop")
    parser.add_argument("--force", action="store_true", help="use a database that is not the embedded one")
    wanted = parser.parse_args(argv)
    _be("demo")
    if environment().database_url and not wanted.force:
        raise OperatorMustAct(
            "demo-on-a-real-database", "The demo will not run on this database.",
            "JOINEDUP_DATABASE_URL names a database that is not the embedded one, and demo sign-ins are open to all.",
            "Unset JOINEDUP_DATABASE_URL, or say --force if the database is of no value.",
        )  # fmt: skip
    from config import demo_place

    started = time.monotonic()
    demo_place.build(people=wanted.people, say=lambda words: print(words, flush=True))
    print(demo_place.welcome(wanted.port), flush=True)
    print(f"Ready in {time.monotonic() - started:.0f} seconds.", flush=True)
    if wanted.build_only:
        return 0
    return _serve(wanted.port, stop_database=True)


def serve(argv: list[str]) -> int:
    """Serve the pages with production settings, and background work beside them."""
    parser = argparse.ArgumentParser(prog="joinedup serve", description="Serve the pages with production settings.")
    parser.add_argument("--port", type=int, default=8000)
    wanted = parser.parse_args(argv)
    _be(os.environ.get("JOINEDUP_MODE", "production"))
    from config import design_system

    design_system.fetch(environment().var / "static")
    ensure_server()
    _child("from config.databases import start_django, migrate; start_django(role='owner'); migrate()")
    _child(
        "from config.databases import start_django; start_django(role='app', ensure=False); "
        "from django.core.management import call_command; call_command('collectstatic', interactive=False, verbosity=0)"
    )
    print(f"Serving at http://127.0.0.1:{wanted.port}/ (Ctrl-C stops).", flush=True)
    return _serve(wanted.port, stop_database=not environment().database_url)


def migrate(argv: list[str]) -> int:
    """Bring the database to the newest schema, and each role to exactly its privileges."""
    argparse.ArgumentParser(prog="joinedup migrate", description="Bring the tables up to date.").parse_args(argv)
    start_django(role="owner")
    from config.databases import migrate as migrate_database

    migrate_database()
    print("The database is up to date.")
    return 0


def worker(argv: list[str]) -> int:
    """Run background work as the role `worker` until stopped."""
    parser = argparse.ArgumentParser(prog="joinedup worker", description="Run background work.")
    parser.add_argument("--once", action="store_true", help="do what waits now, then stop")
    wanted = parser.parse_args(argv)
    start_django(role="worker")
    from config.databases import refuse_powerful_role

    refuse_powerful_role()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=not wanted.once, install_signal_handlers=True, listen_notify=not wanted.once)
    return 0


def database(argv: list[str]) -> int:
    """Start, stop or show the embedded database."""
    parser = argparse.ArgumentParser(prog="joinedup database", description="The embedded database.")
    parser.add_argument("what", choices=["start", "stop", "show"])
    wanted = parser.parse_args(argv)
    if environment().database_url:
        raise PersonMustAct(
            "database-not-embedded", "There is no embedded database here.", "JOINEDUP_DATABASE_URL names another.",
            "Start and stop that one with its own tools.",
        )  # fmt: skip
    server = EmbeddedServer(environment().embedded_folder, durable=environment().mode == "production")
    if wanted.what == "start":
        ensure_server()
    if wanted.what == "stop":
        server.stop()
    cluster = server.running()
    print(f"Running on 127.0.0.1:{cluster.port}, data in {cluster.folder}." if cluster else "Not running.")
    return 0


def backup(argv: list[str]) -> int:
    """Write a backup of the database."""
    from config.backups import backup_command

    return backup_command(argv)


def restore(argv: list[str]) -> int:
    """Restore a backup into an empty database and verify it."""
    from config.backups import restore_command

    return restore_command(argv)


def _be(mode: str) -> None:
    """Make this process and its children work in a mode."""
    os.environ["JOINEDUP_MODE"] = mode
    if mode == "demo":
        os.environ.setdefault("JOINEDUP_TODAY", DEMO_TODAY)
    environment.cache_clear()


def _child(words: str) -> None:
    """Run a few words of Python in a process of their own: Django can be set up once a process, as one role."""
    done = subprocess.run([sys.executable, "-c", words], cwd=PROJECT, check=False)
    if done.returncode != 0:
        raise OperatorMustAct(
            "step-failed", "Starting failed at one step.", "What it said stands above.", "Put it right and start again."
        )


def _serve(port: int, *, stop_database: bool) -> int:
    """Serve both sites and background work in child processes; Ctrl-C, or the end of either, stops everything."""
    staff = os.environ | {
        "JOINEDUP_BIND": f"127.0.0.1:{port}",
        "JOINEDUP_POOL_SIZE": "6",
        "JOINEDUP_PUBLIC_URL": f"http://127.0.0.1:{port + 1}",
    }
    commands: Sequence[tuple[Sequence[str], Mapping[str, str]]] = (
        ([sys.executable, "-m", "gunicorn", "-c", str(GUNICORN), "config.wsgi_staff:application"], staff),
        (public_site.command(), public_site.surroundings(port + 1)),
        ([sys.executable, "-m", "joinedup", "worker"], os.environ),
    )
    children = [
        subprocess.Popen(command, cwd=PROJECT, env=dict(words), start_new_session=True) for command, words in commands
    ]

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        return 1
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
        return 0
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        if stop_database:
            EmbeddedServer(environment().embedded_folder).stop()
