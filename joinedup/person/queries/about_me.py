"""What matters to this person, in their own words: the text, its version, and who wrote it when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import labels_of
from joinedup.person.models import AboutMe, Person
from joinedup.person.queries.person_row import full_name, person_row


@dataclass(frozen=True, slots=True)
class AboutMeShown:
    """Both texts and their version; version 0 and empty texts when nobody wrote any."""

    person_id: UUID
    name: str
    most_important: str = ""
    how_to_support: str = ""
    version: int = 0
    written_by: str = ""
    written_at: datetime | None = None


def about_me(caller: Caller, person_id: UUID, *, opening: bool = True) -> AboutMeShown:
    """The texts to be changed, of the person or of whom they were linked into; opening them is a line of the log.

    NotAllowed without the permission write_about_me, NotFound for a record that is not there or not to be seen.
    """
    caller.must("write_about_me")
    person = person_row(person_id)
    if opening:
        note("about_me.opened", person_id=person.id, place_id=person.place_id)
    return shown_about_me(person)


def also_about_me(leader: UUID, whole: Collection[UUID]) -> tuple[AboutMeShown, ...]:
    """What was written under the other keys of a joined record, newest first: nothing that somebody wrote is lost."""
    others = [each for each in whole if each != leader]
    if not others:
        return ()
    rows = list(AboutMe.objects.filter(person_id__in=others).select_related("person").order_by("-written_at"))
    labels = labels_of([each.written_by_id for each in rows])
    return tuple(
        AboutMeShown(
            each.person_id, full_name(each.person.prefix, each.person.given, each.person.family), each.most_important,
            each.how_to_support, each.version, labels.get(each.written_by_id, ""), each.written_at,
        )
        for each in rows
    )  # fmt: skip


def shown_about_me(person: Person) -> AboutMeShown:
    """The texts that came with the person's row, and the name of whoever wrote them."""
    name = full_name(person.prefix, person.given, person.family)
    try:
        held = person.about_me
    except ObjectDoesNotExist:
        return AboutMeShown(person.id, name)
    return AboutMeShown(
        person_id=person.id,
        name=name,
        most_important=held.most_important,
        how_to_support=held.how_to_support,
        version=held.version,
        written_by=labels_of([held.written_by_id]).get(held.written_by_id, ""),
        written_at=held.written_at,
    )
