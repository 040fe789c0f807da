"""Closing a line of a record to all but named readers, opening it again, and breaking a marked seal for an hour.

The database decides who may (sql/0030_sealing.sql); whoever may not is told that there is no such line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InternalError, ProgrammingError, connection, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.refusals import Refusals, in_words_of
from joinedup.base.errors import NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id

SHORTEST_REASON = 10
REFUSALS: Refusals = {
    "item_sealed_once": (NotNow, "This line is sealed already.", "", "Open the record again."),
    "open_work_is_not_sealed": (
        PersonMustAct, "Work that still goes on cannot be sealed.", "Its own step must be able to end its line.",
        "Seal it when it has ended.",
    ),
}  # fmt: skip


def seal_item(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, entry_id: UUID, why: str, marked: bool,
    readers: Sequence[UUID],
) -> UUID:  # fmt: skip
    """Close a line to all but the caller, the person and the readers (teams or users). Returns the seal's key.

    `marked`: those who work with people are told that something is sealed, and may break it with a reason.
    PersonMustAct for a short reason and for work that goes on; NotFound for a line that the caller may not see or seal.
    """
    _reason(why)

    def act() -> str:
        seal_id = new_id()
        statement = "select access.seal_item(%s, %s, %s, %s, %s, %s)"
        _asked(statement, [seal_id, entry_id, why.strip(), marked, list(readers), at])
        note("item.sealed", person_id=person_id, thing_id=seal_id)
        return str(seal_id)

    arguments = {"entry": entry_id, "why": why, "marked": marked, "readers": sorted(map(str, readers))}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="seal_item", arguments=arguments, act=act))


def unseal_item(*, by: Caller, at: datetime, request_key: str, person_id: UUID, entry_id: UUID, why: str) -> UUID:
    """Open a sealed line to everybody who may see the record again. Returns the seal's key, which stays on record."""
    _reason(why)

    def act() -> str:
        seal_id = _asked("select access.unseal_item(%s, %s, %s)", [entry_id, why.strip(), at])
        note("item.unsealed", person_id=person_id, thing_id=UUID(str(seal_id)))
        return str(seal_id)

    arguments = {"entry": entry_id, "why": why}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="unseal_item", arguments=arguments, act=act))


def break_seal(*, by: Caller, at: datetime, request_key: str, person_id: UUID, seal_id: UUID, why: str) -> UUID:
    """See what is sealed under a marked seal for an hour, with a reason that the privacy officer reads."""
    _reason(why)

    def act() -> str:
        reader_id = new_id()
        _asked("select access.break_seal(%s, %s, %s)", [reader_id, seal_id, why.strip()])
        note("seal.broken", person_id=person_id, thing_id=seal_id)
        return str(reader_id)

    arguments = {"seal": seal_id, "why": why}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="break_seal", arguments=arguments, act=act))


def _reason(why: str) -> None:
    if len(why.strip()) < SHORTEST_REASON:
        raise PersonMustAct("seal-reason", "Say why, in a few words.", "Others read it later.", "Write the reason.")


def _asked(statement: str, values: list[Any]) -> object:
    """Run one function; a refusal of the right to it reads as if there were nothing."""
    try:
        with in_words_of(REFUSALS), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]
    except (ProgrammingError, InternalError) as error:
        raise NotFound("line-not-found", "There is no such line or seal, or you may not do this.") from error
