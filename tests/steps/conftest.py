"""Connections of each database role for attacks by hand-written SQL, and the people they are made on."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest

from tests import factories as make


@pytest.fixture(scope="module")
def connect(database):
    """Open connections of a role, closed at the end of the module's tests."""
    from config.databases import connection_words
    from config.environment import database_address

    opened = []

    def open_one(role: str = "app", **words) -> psycopg.Connection:
        wanted = connection_words(database_address(), role, database) | words
        opened.append(psycopg.connect(**wanted))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def app(connect):
    """A connection as `app`."""
    connection = connect()
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def scene(database) -> SimpleNamespace:
    """Three users who each may see one person, and a stranger who may see nobody."""
    users = [make.user("practitioner") for _ in range(3)]
    people = [make.person() for _ in users]
    for user, person in zip(users, people, strict=True):
        make.grant(user.id, person.id)
        make.log_row(actor_id=user.id, person_id=person.id)
    return SimpleNamespace(users=users, people=people, stranger=make.user("practitioner"))


@pytest.fixture
def owner(connect):
    """A connection of the owner of the tables."""
    connection = connect("owner")
    yield connection
    connection.close()


@pytest.fixture
def entered(connect):
    """Connections of `app` on which somebody has entered."""
    opened = []

    def enter(user: make.MadeUser) -> psycopg.Connection:
        opened.append(connect())
        opened[-1].execute("select access.enter(%s)", [user.token])
        return opened[-1]

    yield enter
    for connection in opened:
        connection.close()
