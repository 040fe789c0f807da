"""Who is this, what must be known first, what is happening now, and what happened? One record page.

Nine reads and the line of the log, however long the timeline is (one more when somebody wrote “About me”); a test
counts them. Opening is a line of the log in the same transaction, under the person's place and with the reason for
which the caller may see them. What upper steps know (case manager, visits, packages) is read from their lines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import Holder, reason_of, sight_and_gaps
from joinedup.base.clock import london_date
from joinedup.person.models import Person
from joinedup.person.queries.about_me import AboutMeShown, also_about_me, shown_about_me
from joinedup.person.queries.agreed import agreed
from joinedup.person.queries.facts import FactTold, facts_of, tellings_of
from joinedup.person.queries.person_row import age_on, full_name, person_row, whole_of
from joinedup.person.queries.relationships import RelationshipShown, relationships_of
from joinedup.person.queries.sealing import Marked, marked_seals
from joinedup.person.queries.timeline import (
    ALERT_KIND,
    ALL_OF_IT,
    CONTACT_PERSON_KIND,
    DOCUMENT_KIND,
    Beside,
    Contents,
    EntryShown,
    Life,
    TimelinePage,
    Wanted,
    contents_of,
    timeline_and_beside,
)
from joinedup.person.relationship_kinds import ADJUSTMENT, LEGAL_ALERTS
from joinedup.places.models import Body

Fact = FactTold
CASE_MANAGER_KEY = "plan.casemanager/"
INVOLVED_KINDS = ("care_team", "referral")
WORK_KINDS = ("request", "task", "assessment", "notice")
PACKAGE_KINDS = ("service", "charge")
QUESTIONS = """
    select count(*) from person_workitem
    where done_at is null and (person_id = any(%(people)s) or other_person_id = any(%(people)s))
"""


@dataclass(frozen=True, slots=True)
class KnowFirst:
    """What everybody must know before anything else, from whoever told it."""

    alerts: tuple[EntryShown, ...] = ()
    adjustments: tuple[EntryShown, ...] = ()
    legal: tuple[EntryShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Now:
    """What goes on, the last time that somebody met the person, and what is to come.

    `open_by_kind` holds every open entry in the order of the page; the others are those entries by what they answer.
    """

    open_by_kind: Mapping[str, tuple[EntryShown, ...]]
    last_contact: EntryShown | None
    case_managers: tuple[EntryShown, ...] = ()
    involved: tuple[EntryShown, ...] = ()
    work: tuple[EntryShown, ...] = ()
    packages: tuple[EntryShown, ...] = ()
    coming: tuple[EntryShown, ...] = ()
    rest_by_kind: Mapping[str, tuple[EntryShown, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record as one page shows it. `bodies` names every body that stands in it, by key.

    `why` is why the caller may see it. `verified` says that a source states the NHS number verified, and that no other
    person holds it. `questions` counts open questions about who this is. `without_agreement` names bodies whose rows
    stand here though no sharing agreement lets the caller's body see them. `contact_people` are those whom a body named
    in its files; of a restricted person neither they nor `relationships` are given. `unlived` are lines that bodies
    told of days before the birth or after the death: a date is wrong, or two people were taken for one.
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
    first: KnowFirst
    now: Now
    about_me: AboutMeShown
    timeline: TimelinePage
    contents: Contents
    documents: tuple[EntryShown, ...]
    relationships: tuple[RelationshipShown, ...]
    contact_people: tuple[EntryShown, ...]
    questions: int
    why: tuple[Holder, ...]
    bodies: Mapping[UUID, str]
    practice: str
    without_agreement: tuple[str, ...] = ()
    stands_for: int = 1
    sealed: tuple[Marked, ...] = ()
    also_about_me: tuple[AboutMeShown, ...] = ()
    unlived: tuple[EntryShown, ...] = ()

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
    caller: Caller, person_id: UUID, at: datetime, *, wanted: Wanted = ALL_OF_IT, after: str = "",
    act: str = "record.opened",
) -> Record | MovedTo:  # fmt: skip
    """The record, its timeline limited to what is `wanted` and beginning after a mark (`TimelinePage.older`).

    NotAllowed without the permission open_record; NotFound alike for no such record and for one that the caller may not
    see. `act` names the line of the log.
    """
    caller.must("open_record")
    person = person_row(person_id)
    if person.id != person_id:
        return MovedTo(person.id)
    why, gaps = sight_and_gaps(person.id)
    without_agreement = agreed(person, gaps)
    note(act, person_id=person.id, place_id=person.place_id, reason=reason_of(why))
    today = london_date(at)
    hidden = (CONTACT_PERSON_KIND,) if person.restricted else ()
    facts = facts_of(person, tellings_of(person.id))
    whole = whole_of(person.id)
    contents = contents_of(whole, hidden)
    limits = Wanted(wanted.kind, wanted.body_id, wanted.starts, wanted.ends, wanted.words, hidden)
    shown, beside = timeline_and_beside(whole, Life(person.birth_date, person.death_date), today, limits, after=after)
    about_me = shown_about_me(person)
    number = next((str(fact.value) for fact in facts if fact.name == "nhs_number"), person.nhs_number)
    relationships = relationships_of(person, whole)
    bodies, practice = _bodies(person, facts, contents, relationships)
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
        first=_first(beside),
        now=_now(beside),
        about_me=about_me,
        timeline=shown,
        contents=contents,
        documents=beside.documents,
        relationships=relationships,
        contact_people=() if person.restricted else beside.contact_people,
        questions=_questions(whole),
        why=why,
        bodies=bodies,
        practice=practice,
        without_agreement=without_agreement,
        stands_for=len(whole),
        also_about_me=also_about_me(person.id, whole),
        unlived=beside.unlived,
        sealed=marked_seals(whole) if "break_seal" in caller.permissions else (),
    )


def _first(beside: Beside) -> KnowFirst:
    """Alerts by their sort; an allergy is one too, and so is a consent that says what may be done later."""
    told = [each for each in beside.open if each.kind in (ALERT_KIND, "consent", "allergy")]
    legal = [each for each in told if each.alert in LEGAL_ALERTS or each.kind == "consent"]
    adjustments = [each for each in told if each.alert == ADJUSTMENT]
    alerts = [each for each in told if each not in legal and each not in adjustments]
    return KnowFirst(tuple(alerts), tuple(adjustments), tuple(legal))


def _now(beside: Beside) -> Now:
    by_kind: dict[str, tuple[EntryShown, ...]] = {}
    rest: dict[str, tuple[EntryShown, ...]] = {}
    parts: dict[str, list[EntryShown]] = {"managers": [], "involved": [], "work": [], "packages": []}
    for entry in beside.open:
        by_kind[entry.kind] = (*by_kind.get(entry.kind, ()), entry)
        part = _part(entry)
        if part in parts:
            parts[part].append(entry)
        elif part == "rest":
            rest[entry.kind] = (*rest.get(entry.kind, ()), entry)
    return Now(
        by_kind, beside.last_contact, tuple(parts["managers"]), tuple(parts["involved"]), tuple(parts["work"]),
        tuple(parts["packages"]), beside.coming, rest,
    )  # fmt: skip


def _part(entry: EntryShown) -> str:
    """Under which heading of the page an open entry stands."""
    if entry.ours and entry.source_key.startswith(CASE_MANAGER_KEY):
        return "managers"
    if entry.kind in (ALERT_KIND, "consent", "allergy", CONTACT_PERSON_KIND, DOCUMENT_KIND):
        return "elsewhere"
    named = (("involved", INVOLVED_KINDS), ("work", WORK_KINDS), ("packages", PACKAGE_KINDS))
    return next((part for part, kinds in named if entry.kind in kinds), "rest")


def _questions(people: Collection[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS, {"people": list(people)})
        return int(cursor.fetchone()[0])


def _bodies(
    person: Person, facts: tuple[Fact, ...], contents: Contents, relationships: tuple[RelationshipShown, ...]
) -> tuple[dict[UUID, str], str]:
    """Names of all bodies on the page in one read, and the name of the practice unless the person is restricted."""
    keys = {fact.body_id for fact in facts if fact.body_id} | set(contents.bodies)
    keys |= {other.body_id for fact in facts for other in fact.others} | {each.body_id for each in relationships}
    code = "" if person.restricted else person.gp_practice_code
    named = Q(id__in=keys) | Q(code=code, ends_on__isnull=True) if code else Q(id__in=keys)
    found = list(Body.objects.filter(named).values_list("id", "code", "name"))
    practice = next((name for _, body_code, name in found if code and body_code == code), "")
    return {key: name for key, _, name in found}, practice
