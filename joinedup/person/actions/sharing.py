"""What a person decides about sharing, who acts for them, and what must be kept: each checked by the database.

Sight that rests on a decision begins and ends in the decision's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.person.queries.person_row import whole_of


@dataclass(frozen=True, slots=True)
class Authority:
    """By which right a user acts for a person, what was seen of it, and from which day to which."""

    kind: str
    evidence: str
    starts_on: date
    ends_on: date | None = None


def record_consent(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, receiver_id: UUID, how: str
) -> UUID:  # fmt: skip
    """The person agrees that a team or user may see their record, who sees it from now. Returns the consent's key.

    NotNow when they agreed to that already. The database refuses whoever may not speak for the person's wishes.
    """

    def act() -> str:
        consent_id = new_id()
        try:
            with transaction.atomic():
                _call("record_consent", consent_id, person_id, receiver_id, how.strip(), at)
        except IntegrityError as error:
            raise NotNow(
                "consent-stands", "This consent stands already, or says nothing of how it was given.", "",
                "Look at the list.",
            ) from error  # fmt: skip
        note("consent.given", person_id=person_id, thing_id=consent_id)
        return str(consent_id)

    arguments = {"person": person_id, "receiver": receiver_id, "how": how}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="record_consent", arguments=arguments, act=act))


def withdraw_consent(*, by: Caller, at: datetime, request_key: str, person_id: UUID, consent_id: UUID) -> bool:
    """Take a consent back: whoever saw by it alone sees nothing from now. NotNow when it was withdrawn already."""

    def act() -> bool:
        return _stood(
            _call("withdraw_consent", consent_id, at), "consent.withdrawn", person_id, consent_id,
            "This consent was withdrawn already.",
        )  # fmt: skip

    return _did(by, at, request_key, "withdraw_consent", {"consent": consent_id, "person": person_id}, act)


def set_opt_out(*, by: Caller, at: datetime, request_key: str, person_id: UUID, opted_out: bool) -> bool:
    """Keep the person out of every use beyond their own care, or let them be counted again. NotNow when so already.

    One record that says so keeps the whole person out; so letting them be counted ends it on all their records.
    """

    def act() -> bool:
        done = "opt_out.set" if opted_out else "opt_out.ended"
        records = (person_id,) if opted_out else whole_of(person_id)
        changed = [_call("set_opt_out", each, opted_out, at) for each in records]
        return _stood(any(changed), done, person_id, None, "It stands so already.")

    return _did(by, at, request_key, "set_opt_out", {"person": person_id, "out": opted_out}, act)


def record_proxy(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, subject_id: UUID, authority: Authority
) -> UUID:
    """Record that a user acts for a person by an authority that was seen; they see what the person sees, and no more.

    By whoever manages access in the person's place. Property and money alone gives no sight of the record.
    """
    by.must("manage_access")

    def act() -> str:
        proxy_id = new_id()
        _call("record_proxy", proxy_id, person_id, subject_id, authority.kind, authority.evidence, authority.starts_on,
              authority.ends_on, at)  # fmt: skip
        note("proxy.recorded", person_id=person_id, thing_id=proxy_id, reason=authority.kind)
        return str(proxy_id)

    arguments = {"person": person_id, "subject": subject_id, "authority": repr(authority)}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="record_proxy", arguments=arguments, act=act))


def end_proxy(*, by: Caller, at: datetime, request_key: str, person_id: UUID, proxy_id: UUID) -> bool:
    """End an authority, and the sight with it: by the person, the proxy, or whoever manages access."""

    def act() -> bool:
        return _stood(_call("end_proxy", proxy_id, at), "proxy.ended", person_id, proxy_id, "It ended already.")

    return _did(by, at, request_key, "end_proxy", {"proxy": proxy_id, "person": person_id}, act)


def set_hold(*, by: Caller, at: datetime, request_key: str, person_id: UUID, standing: bool, words: str) -> bool:
    """Place or lift a legal hold: while it stands nothing of the person is destroyed. NotNow when so already.

    PersonMustAct without a reason: whoever asks later what was kept or let go finds it here.
    """
    by.must("review_looks")
    if not words.strip():
        raise PersonMustAct("hold-reason", "Say why, in a few words.", "A hold is placed and lifted with its reason.",
                            "Go back and write the reason.")  # fmt: skip

    def act() -> bool:
        done = "hold.placed" if standing else "hold.lifted"
        held = _call("set_hold", person_id, standing, words.strip(), at)
        return _stood(held, done, person_id, None, "It stands so already.")

    arguments = {"person": person_id, "standing": standing, "words": words}
    return _did(by, at, request_key, "set_hold", arguments, act)


def _call(function: str, *values: UUID | str | bool | date | None) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"select access.{function}({', '.join(['%s'] * len(values))})", list(values))
        return cursor.fetchone()[0]


def _stood(changed: object, done: str, person_id: UUID, thing_id: UUID | None, already: str) -> bool:
    if not changed:
        raise NotNow("nothing-to-change", already, "", "Open the page again.")
    note(done, person_id=person_id, thing_id=thing_id)
    return True


def _did(
    by: Caller, at: datetime, request_key: str, action: str, arguments: Mapping[str, object], act: Callable[[], bool]
) -> bool:  # fmt: skip
    return bool(once(by=by.id, at=at, request_key=request_key, action=action, arguments=arguments, act=act))
