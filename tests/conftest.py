"""A real database for tests that ask for it: the embedded server, a migrated template, and a clone for each worker.

Tests commit, under the real roles: factories write as `owner`, pages and actions run as `app` after a real enter. No
test cleans up, because each makes its own people; one that needs an empty database asks for `fresh_database`.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["JOINEDUP_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["JOINEDUP_DATABASE_ROLE"] = "app"
os.environ["JOINEDUP_TODAY"] = "2026-11-02"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # a browser test drives Chromium from this thread through an event loop
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["JOINEDUP_DATABASE_NAME"] = f"test_{WORKER}_{os.getpid()}"
PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def server():
    """The embedded test server, with its roles."""
    from config.databases import ensure_server

    return ensure_server()


def schema_digest() -> str:
    """Changes whenever anything that shapes the database does."""
    mark = hashlib.sha256()
    for folder in ("joinedup", "config", "parameters", "requirements"):
        for path in sorted((PROJECT / folder).rglob("*")):
            shapes = path.suffix in {".sql", ".yaml", ".in"} or "migrations" in path.parts or path.name in {
                "catalogue.py", "databases.py", "embedded.py", "seeding.py", "body_files.py"
            }  # fmt: skip
            if path.is_file() and shapes and path.suffix != ".pyc":
                mark.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return mark.hexdigest()[:16]


@pytest.fixture(scope="session")
def template(server) -> str:
    """The name of a migrated database that clones are made from; made once for each state of the schema."""
    import fcntl
    import subprocess
    import sys

    from config.databases import drop_database, ensure_database
    from config.environment import environment

    name = f"template_{schema_digest()}"
    lock = environment().var / "test-template.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if ensure_database(server, name):
            words = "from config.databases import start_django, migrate; start_django(role='owner'); migrate()"
            done = subprocess.run(
                [sys.executable, "-c", words], cwd=PROJECT, capture_output=True, text=True,
                env=os.environ | {"JOINEDUP_DATABASE_NAME": name},
            )  # fmt: skip
            if done.returncode != 0:
                drop_database(server, name)
                pytest.exit(f"The test database could not be migrated:\n{done.stdout}{done.stderr}", returncode=1)
    return name


@pytest.fixture(scope="session")
def database(server, template) -> Iterator[str]:
    """A migrated database of this worker's own, with Django set up on it."""
    from config.databases import drop_database, ensure_database

    name = os.environ["JOINEDUP_DATABASE_NAME"]
    drop_database(server, name)
    ensure_database(server, name, template=template)
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    yield name
    from django.db import connections

    connections.close_all()
    drop_database(server, name)


@pytest.fixture(autouse=True)
def fresh_connections():
    """A test that broke off inside a transaction leaves its connection to nobody else."""
    yield
    from django.conf import settings

    if not settings.configured:
        return
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block or connection.needs_rollback:
            connection.in_atomic_block = connection.needs_rollback = False
            connection.savepoint_ids.clear()
            connection.close()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Tests reach this machine only."""
    real = socket.socket.connect

    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
