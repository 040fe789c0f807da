"""One record as one FHIR document, sent as it is read.

Whoever asks is checked and logged before the first byte; the document is then read in a transaction of its own, in
which the same caller is entered again, on one snapshot, so that its list of contents and its lines agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from joinedup.access.callers import Caller, enter
from joinedup.base.clock import london_date
from joinedup.base.errors import NotAllowed
from joinedup.base.identifiers import new_id
from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.document import CloseOne, Contents, NameOf, PersonOf, document
from joinedup.exchange.fhir.document_entries import Line
from joinedup.exchange.money_export import NO_FHIR
from joinedup.person.queries.export import Exported, exported, exported_lines
from joinedup.person.queries.timeline import EntryShown


def streamed_document(token: str, person_id: UUID, at: datetime, *, sensitive: bool) -> Iterator[str]:
    """The document in pieces, for whoever holds this token, in a transaction of its own.

    NotAllowed when the session ended meanwhile, NotFound when sight of the person did.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        caller = enter(token)
        if caller is None:
            raise NotAllowed(
                "session-not-live", "The session ended before the document was sent.", "", "Sign in again."
            )
        yield from record_document(caller, person_id, at, sensitive=sensitive)


def record_document(caller: Caller, person_id: UUID, at: datetime, *, sensitive: bool) -> Iterator[str]:
    """The document in pieces, in the open transaction of its caller."""
    held = exported(caller, person_id, sensitive=sensitive)
    lines = (line_of(each) for each in exported_lines(caller, held.person_id, sensitive=sensitive))
    yield from document(_contents(held, caller, at), lines)


def line_of(entry: EntryShown) -> Line:
    """A line as it was told. The moment of a line of ours that speaks of another day is the writing's and left out."""
    starts: datetime | object = entry.starts_on
    if entry.starts_at is not None and london_date(entry.starts_at) == entry.starts_on:
        starts = entry.starts_at
    event = EventFact(
        entry.kind, entry.title, starts, entry.ends_on, entry.open_ended, entry.detail,  # type: ignore[arg-type]
        "sensitive" if entry.sensitive else "ordinary", entry.amount_pence,
    )  # fmt: skip
    return Line(entry.entry_id, event, entry.body_id, entry.told_at)


def _contents(held: Exported, caller: Caller, at: datetime) -> Contents:
    left_out = []
    if held.sensitive_left_out:
        count = held.sensitive_left_out
        left_out.append(f"{count} sensitive {'entry is' if count == 1 else 'entries are'} left out.")
    if held.restricted:
        left_out.append("Address, telephone, practice and contacts are left out, because this person is restricted.")
    left_out.append(NO_FHIR)
    left_out.append("What is kept but not shown to whoever made this document is left out and not counted here.")
    return Contents(
        document_id=new_id(), at=at, author=caller.label, person=_person(held), bodies=held.bodies,
        close=tuple(
            CloseOne(each.relationship_id, each.name, each.words, each.phone, each.is_carer, each.in_emergency,
                     each.starts_on, each.is_next_of_kin)
            for each in held.relationships
        ),
        index=held.index, left_out=tuple(left_out),
    )  # fmt: skip


def _person(held: Exported) -> PersonOf:
    return PersonOf(
        held.person_id, held.nhs_number, held.verified, tuple(NameOf(*each) for each in held.names), held.birth_date,
        held.gender, held.deceased, held.death_date, held.address, held.postcode, held.phone, held.gp_practice_code,
        held.restricted,
    )  # fmt: skip
