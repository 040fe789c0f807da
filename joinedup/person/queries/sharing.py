"""What did this person decide about sharing, who acts for them, and must anything be kept?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import AccessGrant, Consent, LegalHold, OptOut, Proxy, Subject
from joinedup.access.queries import people_at_work
from joinedup.base.errors import NotFound
from joinedup.person.models import Person
from joinedup.person.queries.person_row import full_name, person_row


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """To whom somebody agreed, how, when, and when that was withdrawn."""

    consent_id: UUID
    who: str
    how: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProxyShown:
    """Who acts for the person, by which authority, from a day to another."""

    proxy_id: UUID
    who: str
    kind: str
    evidence: str
    starts_on: date
    ends_on: date | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Since when somebody is kept out of uses beyond their care, and who told us."""

    since: datetime
    told_by: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """Everything of it on one page. `own` says that the reader is the person; `receivers` may be agreed to."""

    person_id: UUID
    name: str
    own: bool
    opted_out: OptedOut | None
    consents: tuple[ConsentShown, ...]
    proxies: tuple[ProxyShown, ...]
    held: bool
    receivers: tuple[tuple[UUID, str], ...]


def sharing(caller: Caller, person_id: UUID) -> Sharing:
    """What a person decided, for whoever may see them; a line of the log. NotFound alike for everybody else."""
    caller.must("open_record")
    person = person_row(person_id)
    note("sharing.read", person_id=person.id, place_id=person.place_id)
    return Sharing(
        person_id=person.id,
        name=full_name(person.prefix, person.given, person.family),
        own=caller.person_id == person.id,
        opted_out=opted_out(person.id),
        consents=_consents(person.id),
        proxies=_proxies(person.id),
        held=LegalHold.objects.filter(person_id=person.id, lifted_at__isnull=True).exists(),
        receivers=_receivers(),
    )


def opted_out(person_id: UUID) -> OptedOut | None:
    """The opt-out that stands on any record of this person, the first told when there are several.

    For those who may see the person and the privacy officer of their place; None alike for everybody else.
    """
    with connection.cursor() as cursor:
        cursor.execute("select since, told_by from access.opted_out_since(%s)", [person_id])
        row = cursor.fetchone()
    return OptedOut(row[0], dict(OptOut.TOLD_BY)[row[1]]) if row else None


def person_and_user(caller: Caller, nhs_number: str, born: date, username: str) -> tuple[UUID, UUID]:
    """The person of this number and birth date in a place whose access the caller manages, and the user who acts.

    NotFound alike for no such person, one elsewhere, and no such user. The try is a line of the log.
    """
    caller.must("manage_access")
    with connection.cursor() as cursor:
        cursor.execute("select access.person_for_proxy(%s, %s)", [nhs_number, born])
        (person_id,) = cursor.fetchone()
    user = Subject.objects.filter(code=f"user:{username}", kind="user").first()
    note("proxy.looked_up", person_id=person_id, place_id=caller.holdings[0].place_id, found=int(bool(person_id)))
    if person_id is None or user is None:
        raise NotFound(
            "proxy-not-found", "Nobody fits this, or not in your place.",
            "The NHS number and date of birth must be those on record, and the sign-in must exist.",
            "Compare them with the letter that shows the authority.",
        )  # fmt: skip
    return UUID(str(person_id)), user.id


def only_person_of_proxy(caller: Caller) -> UUID:
    """The person for whom a caller without a record of their own acts. NotFound when there is none, or several."""
    grants = AccessGrant.objects.filter(subject_id=caller.id, purpose="proxy").values_list("person_id", flat=True)
    people = list(Person.objects.filter(id__in=list(grants)).values_list("id", flat=True)[:2])
    if len(people) != 1:
        raise NotFound(
            "no-own-record",
            "Your sign-in is not joined to a record.",
            "This page leads a person to their own record; people who work here have none through their work.",
            "Find the person you are looking for, or ask your practice to join your sign-in to your record.",
        )
    return people[0]


def _consents(person_id: UUID) -> tuple[ConsentShown, ...]:
    rows = Consent.objects.filter(person_id=person_id).select_related("receiver").order_by("-given_at")
    return tuple(ConsentShown(row.id, row.receiver.label, row.how, row.given_at, row.withdrawn_at) for row in rows)


def _proxies(person_id: UUID) -> tuple[ProxyShown, ...]:
    rows = list(Proxy.objects.filter(person_id=person_id).order_by("-starts_on"))
    labels = people_at_work(row.subject_id for row in rows)
    return tuple(
        ProxyShown(
            row.id, labels.get(row.subject_id, ("", ""))[0], str(row.get_kind_display()), row.evidence, row.starts_on,
            row.ends_on, row.ended_at,
        )
        for row in rows
    )  # fmt: skip


def _receivers() -> tuple[tuple[UUID, str], ...]:
    teams = Subject.objects.filter(kind="team").select_related("body").order_by("label")
    return tuple((team.id, team.label + (f" ({team.body.name})" if team.body else "")) for team in teams)
