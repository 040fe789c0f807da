"""Breaking the glass: sight of one person, for one hour, for a reason in words, told to the privacy officer.

Two transactions, so that no rollback hides it: the asking is committed on the second connection, with its line of the
log, and only then does the caller's own transaction give the sight. The database checks both (sql/0020_watching.sql).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, connections, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller, enter_unread
from joinedup.access.logbook import note, recent_acts
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotNow, PersonMustAct
from joinedup.base.parameter_files import shipped
from joinedup.base.request_id import REQUEST_ID
from joinedup.person.search_text import SearchText, understood

SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is meant, as one text like a search, and why."""

    text: str
    reason: str
    words: str


def break_glass(*, by: Caller, at: datetime, request_key: str, token: str, asking: Asking) -> UUID:
    """Give the caller sight of whoever the text fits for an hour, once it stands on record. Returns the person.

    NotAllowed without break_glass. PersonMustAct (glass-too-little, glass-several, glass-reason) when more must be
    said; NotNow (glass-nobody) alike for somebody who is not held here and for one whom these words may not lead to.
    """
    by.must("break_glass")
    wanted = understood(asking.text)
    _enough(wanted, asking)
    limits, today = shipped(), london_date(at)

    def act() -> str:
        if recent_acts("glass.asked") >= limits.value_at("glass-hourly-limit", today).count():
            raise NotNow(
                "glass-limit", "You have asked as often as one person may in an hour.",
                "Asking answers about people whom you may not see, so it is limited.",
                "Ring the privacy officer, or whoever is on duty.",
            )  # fmt: skip
        ask = _ask(token, wanted, asking)
        minutes = limits.value_at("break-glass-hours", today).count() * 60
        with connection.cursor() as cursor:
            cursor.execute("select access.open_glass(%s, %s, %s)", [ask, int(minutes), REQUEST_ID.get()])
            return str(cursor.fetchone()[0])

    arguments = {"text": asking.text, "reason": asking.reason, "words": asking.words}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="break_glass", arguments=arguments, act=act))


def review_glass(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, ask_id: UUID, found: str, words: str
) -> int:
    """A privacy officer says whether broken glass was fine or is questioned, and why. Returns the new version.

    Gives no sight of the record. Conflict when another officer was quicker; the database refuses everybody else.
    """
    by.must("review_looks")
    _said(words)

    def act() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "select access.review_glass(%s, %s, %s, %s, %s)", [ask_id, found, words.strip(), at, expected_version]
            )
            version = cursor.fetchone()[0]
        if version is None:
            raise Conflict("glass-reviewed", "This was reviewed since you opened it.")
        note("glass.reviewed", thing_id=ask_id, place_id=by.holdings[0].place_id, reason=found)
        return int(version)

    arguments = {"ask": ask_id, "found": found, "words": words, "version": expected_version}
    return int(once(by=by.id, at=at, request_key=request_key, action="review_glass", arguments=arguments, act=act))


def _enough(wanted: SearchText, asking: Asking) -> None:
    said = bool(wanted.words) + bool(wanted.birth_date) + bool(wanted.postcode)
    if not wanted.nhs_number and said < 2:
        raise PersonMustAct(
            "glass-too-little", "Say who it is.", "A name alone fits hundreds of people.",
            "Give the NHS number, or two of family name, date of birth and postcode.",
        )  # fmt: skip
    if len(" ".join(asking.words.split())) < SHORTEST_REASON:
        raise PersonMustAct(
            "glass-reason", "Say why in your own words.", "The privacy officer and the person will ask.",
            "Write what has happened and what you need to know.",
        )  # fmt: skip


def _ask(token: str, wanted: SearchText, asking: Asking) -> UUID:
    """Put the asking on record, committed before anything else happens."""
    with transaction.atomic(using="log"):
        enter_unread(token, "log")
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "select outcome, ask from access.ask_glass(%s::text[], %s::date, %s, %s, %s, %s, %s)",
                [
                    list(wanted.words), wanted.birth_date, wanted.postcode, wanted.nhs_number, asking.reason,
                    asking.words, REQUEST_ID.get(),
                ],
            )  # fmt: skip
            outcome, ask = cursor.fetchone()
    if outcome != "found":
        raise _refusal(outcome)
    return UUID(str(ask))


def _refusal(outcome: str) -> PersonMustAct:
    if outcome == "seen":
        return NotNow(
            "glass-seen", "You may open this record already.", "No glass stands before it.",
            "Find the person by search.",
        )  # fmt: skip
    if outcome == "several":
        return PersonMustAct(
            "glass-several", "Several people fit.", "The glass is broken for one person.",
            "Give the NHS number and the date of birth.",
        )  # fmt: skip
    if outcome == "same_reason":
        return PersonMustAct(
            "glass-same-reason", "You gave this reason before.", "An hour is not made longer by the same words.",
            "Write what you need to know now, or ask to be referred to.",
        )  # fmt: skip
    return NotNow(
        "glass-nobody", "Nobody who fits can be shown.",
        "Nobody here fits these words, or they are not enough for this person.",
        "Give the NHS number with the date of birth, or ring the practice.",
    )  # fmt: skip


def _said(words: str) -> None:
    if not words.strip():
        raise PersonMustAct("review-words", "Say what you found.", "", "Write one sentence at least.")
