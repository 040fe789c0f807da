"""Who is this, what is happening now, and what happened? One record page, in a fixed number of reads.

Ten reads and the line of the log, however long the timeline is (one more when somebody wrote “About me”); a test
counts them. Opening is a line of the log in the same transaction, under the person's place and with the reason for
which the caller may see them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import Holder, sight_of
from joinedup.base.clock import london_date
from joinedup.person.models import Person, WorkItem
from joinedup.person.queries.about_me import AboutMeShown, shown_about_me
from joinedup.person.queries.facts import FactTold, facts_of, tellings_of
from joinedup.person.queries.person_row import age_on, full_name, person_row, whole_of
from joinedup.person.queries.timeline import (
    Contents,
    EntryShown,
    TimelinePage,
    contents_of,
    last_contact,
    open_entries,
    timeline_page,
)
from joinedup.places.models import Body

Fact = FactTold


@dataclass(frozen=True, slots=True)
class Now:
    """What goes on: open entries by kind in the order of the page, and the last time that somebody met the person."""

    open_by_kind: Mapping[str, tuple[EntryShown, ...]]
    last_contact: EntryShown | None


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record as one page shows it. `bodies` names every body that stands in it, by key.

    `why` is why the caller may see it. `verified` says that a source states the NHS number verified, and that no other
    person holds it. `questions` counts open questions about who this is.
    """

    person_id: UUID
    name: str
    place_name: str
    birth_date: date | None
    age: int | None
    age_at_death: int | None
    deceased: bool
    death_date: date | None
    restricted: bool
    nhs_number: str
    verified: bool
    facts: tuple[Fact, ...]
    now: Now
    about_me: AboutMeShown
    timeline: TimelinePage
    contents: Contents
    questions: int
    why: tuple[Holder, ...]
    bodies: Mapping[UUID, str]
    practice: str
    stands_for: int = 1

    @property
    def known_to(self) -> tuple[str, ...]:
        """Names of the bodies that told something about this person, in order."""
        keys = {fact.body_id for fact in self.facts if fact.body_id} | set(self.contents.bodies)
        keys |= {other.body_id for fact in self.facts for other in fact.others}
        return tuple(sorted({self.bodies[key] for key in keys if key in self.bodies}))


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The key that was asked for is linked into this person's: look there."""

    person_id: UUID


def record(
    caller: Caller, person_id: UUID, at: datetime, *, kind: str = "", body_id: UUID | None = None, after: str = ""
) -> Record | MovedTo:
    """The record, its timeline limited to a kind and a body and beginning after a mark (`TimelinePage.older`).

    NotAllowed without the permission open_record; NotFound alike for no such record and for one that the caller may not
    see.
    """
    caller.must("open_record")
    person = person_row(person_id)
    if person.id != person_id:
        return MovedTo(person.id)
    why = sight_of(person.id)
    note("record.opened", person_id=person.id, place_id=person.place_id, reason=why[0].purpose if why else "")
    today = london_date(at)
    facts = facts_of(person, tellings_of(person.id))
    whole = whole_of(person.id)
    contents = contents_of(whole)
    shown = timeline_page(whole, kind=kind, body_id=body_id, after=after)
    about_me = shown_about_me(person)
    number = next((str(fact.value) for fact in facts if fact.name == "nhs_number"), person.nhs_number)
    bodies, practice = _bodies(person, facts, contents)
    return Record(
        person_id=person.id,
        name=full_name(person.prefix, person.given, person.family),
        place_name=person.place.name,
        birth_date=person.birth_date,
        age=None if person.deceased else age_on(person.birth_date, today),
        age_at_death=age_on(person.birth_date, person.death_date) if person.death_date else None,
        deceased=person.deceased,
        death_date=person.death_date,
        restricted=person.restricted,
        nhs_number=number,
        verified=bool(number) and person.nhs_number == number,
        facts=facts,
        now=_now(whole, today),
        about_me=about_me,
        timeline=shown,
        contents=contents,
        questions=_questions(whole),
        why=why,
        bodies=bodies,
        practice=practice,
        stands_for=len(whole),
    )


def _now(people: Collection[UUID], today: date) -> Now:
    by_kind: dict[str, tuple[EntryShown, ...]] = {}
    for entry in open_entries(people):
        by_kind[entry.kind] = (*by_kind.get(entry.kind, ()), entry)
    return Now(by_kind, last_contact(people, today))


def _questions(people: Collection[UUID]) -> int:
    about = Q(person_id__in=people) | Q(other_person_id__in=people)
    return WorkItem.objects.filter(about, done_at__isnull=True).count()


def _bodies(person: Person, facts: tuple[Fact, ...], contents: Contents) -> tuple[dict[UUID, str], str]:
    """Names of all bodies on the page in one read, and the name of the practice unless the person is restricted."""
    keys = {fact.body_id for fact in facts if fact.body_id} | set(contents.bodies)
    keys |= {other.body_id for fact in facts for other in fact.others}
    code = "" if person.restricted else person.gp_practice_code
    named = Q(id__in=keys) | Q(code=code, ends_on__isnull=True) if code else Q(id__in=keys)
    found = list(Body.objects.filter(named).values_list("id", "code", "name"))
    practice = next((name for _, body_code, name in found if code and body_code == code), "")
    return {key: name for key, _, name in found}, practice
