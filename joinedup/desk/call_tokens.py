"""When did this call begin, under which key, and who was chosen? Signed words that the call page carries with it.

First contact is when the page was first opened. It travels with the form, signed together with the request key and the
co-ordinator, so that nobody can move the clock and one opening makes one call. A choice of person is signed too: a call
can be taken only about somebody whom this page found.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

SALT = "joinedup.desk.call"
NEW, SEEN, UNSEEN = "new", "seen", "unseen"


@dataclass(frozen=True, slots=True)
class Started:
    """When a call began, the key of the one request it makes, and the signed words that say so.

    `renewed`: the page brought words that are not good (any more), so the clock starts now.
    """

    at: datetime
    request_key: str
    token: str
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the call is about: `kind` is NEW (nobody held), SEEN or UNSEEN by the caller of the page."""

    kind: str
    person_id: UUID | None
    token: str


def started(by: UUID, token: str, now: datetime, longest: timedelta) -> Started:
    """The start that a token tells, or a new one: for no token, another's, a forged one or one from too long ago."""
    try:
        told = signing.loads(token, salt=SALT)
        began = datetime.fromisoformat(told["at"])
        if told["by"] == str(by) and began <= now <= began + longest:
            return Started(began, told["key"], token)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        pass
    key = f"call-{secrets.token_hex(16)}"
    fresh = signing.dumps({"at": now.isoformat(), "key": key, "by": str(by)}, salt=SALT)
    return Started(now, key, fresh, renewed=bool(token))


def choice(start: Started, kind: str, person_id: UUID | None = None) -> Chosen:
    """A choice that this call's page offers."""
    told = {"kind": kind, "person": str(person_id or ""), "key": start.request_key}
    return Chosen(kind, person_id, signing.dumps(told, salt=f"{SALT}.person"))


def chosen(start: Started, token: str) -> Chosen | None:
    """The choice that a token tells, or None when this call's page did not offer it."""
    try:
        told = signing.loads(token, salt=f"{SALT}.person")
        if told["key"] != start.request_key:
            return None
        return Chosen(told["kind"], UUID(told["person"]) if told["person"] else None, token)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
