"""Questions of a person about a look at their record, and the privacy officer's answer. Rows by the database alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped


def ask_about_look(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, line_id: int, words: str
) -> UUID:  # fmt: skip
    """Ask the privacy officer about one line of the log; its clock starts now. Returns the question's key.

    NotNow when this look was asked about before; the database refuses whoever is not the person concerned.
    """
    by.must("see_own_looks")

    def act() -> str:
        question_id, today = new_id(), london_date(at)
        due_on = today + timedelta(days=int(shipped().value_at("look-question-days", today).count()))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "select access.ask_about_look(%s, %s, %s, %s, %s, %s)",
                    [question_id, person_id, line_id, words.strip(), at, due_on],
                )
        except IntegrityError as error:
            raise NotNow(
                "look-asked-before", "You asked about this look before.", "One look is one question.",
                "The answer will stand beside it.",
            ) from error  # fmt: skip
        note("look.questioned", person_id=person_id, thing_id=question_id)
        return str(question_id)

    arguments = {"person": person_id, "line": line_id, "words": words}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="ask_about_look", arguments=arguments, act=act))


def answer_look(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, question_id: UUID, found: str, words: str
) -> int:
    """Answer a person's question about a look, in words that the person reads. Returns the new version.

    Conflict when another officer was quicker. Gives no sight of the record.
    """
    by.must("review_looks")
    if not words.strip():
        raise PersonMustAct("answer-empty", "Write an answer.", "The person reads it.", "Say who looked and why.")

    def act() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "select access.answer_look(%s, %s, %s, %s, %s)",
                [question_id, found, words.strip(), at, expected_version],
            )
            version = cursor.fetchone()[0]
        if version is None:
            raise Conflict("look-answered", "This was answered since you opened it.")
        note("look.answered", thing_id=question_id, place_id=by.holdings[0].place_id, reason=found)
        return int(version)

    arguments = {"question": question_id, "found": found, "words": words, "version": expected_version}
    return int(once(by=by.id, at=at, request_key=request_key, action="answer_look", arguments=arguments, act=act))
