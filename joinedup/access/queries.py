"""The only reads of `access` for others, limited to what the caller may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.models import AccessGrant, LogEntry, RoleHolding, Subject, User
from joinedup.access.roles import BY_CODE


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the log as people read it: when, who, of which body, what, why."""

    at: datetime
    who: str
    body: str
    act: str
    outcome: str
    reason: str
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may see a person now, and because of what."""

    label: str
    kind: str
    purpose: str
    source: str
    starts_at: datetime


ACT_WORDS: Mapping[str, str] = {
    "record.opened": "Opened the record",
    "record.printed": "Printed the record",
    "people.searched": "Searched",
    "about_me.saved": "Changed “About me”",
    "page.refused": "Was refused",
    "grant.given": "Gave somebody sight of the record",
    "grant.ended": "Ended somebody's sight of the record",
    "session.opened": "Signed in",
    "timeline.rebuilt": "Rebuilt the timeline",
    "looks.read": "Read who looked",
    "load.finished": "Loaded a body's files",
    "log.read": "Read the log",
}


def demo_user(username: str) -> User | None:
    """An active demo account, through `gate`."""
    return User.objects.using("gate").filter(username=username, is_active=True, is_demo=True).first()


def demo_accounts() -> list[dict[str, str]]:
    """One line for each demo account: username, label, role; the first place's people first."""
    users = User.objects.using("gate").filter(is_demo=True, is_active=True).values_list("id", "username")
    names = dict(users)
    holdings = (
        RoleHolding.objects.filter(subject_id__in=list(names), ends_at__isnull=True)
        .select_related("subject", "place")
        .order_by("-place__code", "subject__code")
    )
    order = {code: index for index, code in enumerate(BY_CODE)}
    rows = sorted(holdings, key=lambda held: (held.place.code != "E06000027", order[held.role]))
    return [
        {
            "username": names[held.subject_id],
            "label": held.subject.label,
            "role": BY_CODE[held.role].title,
            "place": held.place.name,
        }
        for held in rows
    ]


def looks_at(person_id: UUID, *, limit: int = 200) -> list[Look]:
    """Who looked at a person, newest first: row security shows these lines to the person and to privacy officers."""
    return _looks(LogEntry.objects.filter(person_id=person_id).order_by("-at")[:limit])


def log_lines(*, before: datetime | None = None, act: str = "", limit: int = 50) -> list[Look]:
    """The log of the caller's places, newest first (privacy officers; others get what row security leaves)."""
    entries = LogEntry.objects.all()
    if before is not None:
        entries = entries.filter(at__lt=before)
    if act:
        entries = entries.filter(act=act)
    return _looks(entries.order_by("-at")[:limit])


def _looks(entries: Iterable[LogEntry]) -> list[Look]:
    held = list(entries)
    subjects = {
        subject.id: subject
        for subject in Subject.objects.filter(id__in={entry.actor_id for entry in held}).select_related("body")
    }
    return [
        Look(
            at=entry.at,
            who=subjects[entry.actor_id].label if entry.actor_id in subjects else "Somebody not signed in",
            body=subjects[entry.actor_id].body.name
            if entry.actor_id in subjects and subjects[entry.actor_id].body
            else "",
            act=ACT_WORDS.get(entry.act, entry.act),
            outcome=entry.outcome,
            reason=entry.reason,
            person_id=entry.person_id,
        )
        for entry in held
    ]


def live_grants_of(caller: Caller, person_id: UUID, at: datetime) -> list[AccessGrant]:
    """The caller's own live grants on a person: theirs and their teams'."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return list(AccessGrant.objects.filter(live, person_id=person_id, starts_at__lte=at).select_related("subject"))


def may_see(person_id: UUID) -> bool:
    """Whether the caller of this transaction holds a live grant on the person, by the database's own clock."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from access_accessgrant g where g.person_id = %s and "
            "g.subject_id = any (access.subjects()) and now() >= g.starts_at and (g.ends_at is null or now() < g.ends_at))",
            [person_id],
        )
        return bool(cursor.fetchone()[0])
