"""Whose money does a page show, and by which sight: of the record, or of the money alone?

Whoever acts for somebody in property and money alone sees no record (sql/0008_money_sight.sql), so that a page of money
takes the person from here. It leaves out whose money somebody may see at all, which row policies decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.base.errors import NotAllowed, NotFound
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import full_name, person_row, whole_of


@dataclass(frozen=True, slots=True)
class MoneyPerson:
    """The person of a page of money, with the keys of all their records. `by_money_right`: the caller sees the money by
    an authority over it, and no record."""

    id: UUID
    place_id: UUID
    name: str
    birth_date: date | None
    whole: tuple[UUID, ...]
    by_money_right: bool = False


def money_person(caller: Caller, person_id: UUID) -> MoneyPerson:
    """The person, for a caller who may see their money. NotFound for whom they may not see, NotAllowed for whoever acts
    for the person in health and welfare alone, and where no sharing agreement covers the look."""
    caller.must("see_money")
    try:
        person = person_row(person_id)
    except NotFound:
        found = _by_right(person_id)
        if found is None:
            raise
        return found
    must_see_money(caller, person.id)
    agreed_look(person)
    name = full_name(person.prefix, person.given, person.family)
    return MoneyPerson(person.id, person.place_id, name, person.birth_date, whole_of(person.id))


def must_see_money(caller: Caller, person_id: UUID) -> None:
    """Refuse whoever lacks see_money, and whoever acts for this person in health and welfare alone.

    Without this a page would say that nothing is decided to somebody who may not know of it.
    """
    caller.must("see_money")
    with connection.cursor() as cursor:
        cursor.execute("select not access.holds_role(array['person']) or access.may_see_money(%s)", [person_id])
        if not cursor.fetchone()[0]:
            raise NotAllowed(
                "money-not-yours", "You act for this person in health and welfare, and not in money.",
                "What somebody owns and pays is shown to them, and to those whom they or a court chose for it.",
                "Ask the person to agree to it, or whoever manages access in your place.",
            )  # fmt: skip


def people_of_money(caller: Caller) -> tuple[MoneyPerson, ...]:
    """The people whose money the caller sees by an authority over it, in the order of their names."""
    caller.must("see_money")
    with connection.cursor() as cursor:
        cursor.execute("select person from access.people_of_money() v (person)")
        keys = [row[0] for row in cursor.fetchall()]
    found = [each for each in (_by_right(UUID(str(key))) for key in keys) if each is not None]
    return tuple(sorted(found, key=lambda each: (each.name, each.id)))


def plan_has_ended(assessment_id: UUID) -> bool:
    """Whether the plan of a charge has ended, for a caller who sees the money alone."""
    with connection.cursor() as cursor:
        cursor.execute("select access.plan_of_charge_has_ended(%s)", [assessment_id])
        return bool(cursor.fetchone()[0])


def _by_right(person_id: UUID) -> MoneyPerson | None:
    with connection.cursor() as cursor:
        cursor.execute("select * from access.person_of_money(%s)", [person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    key, place, prefix, given, family, born, whole = row
    return MoneyPerson(key, place, full_name(prefix, given, family), born, tuple(whole), by_money_right=True)
