"""The only reads of `assessment` for others, limited to whose record the caller may see.

An assessment with both sections and what the record already holds; a person's assessments; and the open ones with what
they wait for, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.assessment.models import Assessment, Eligibility, Section, Writing
from joinedup.assessment.questions import SIDES, Question, words
from joinedup.base.errors import NotFound
from joinedup.person.queries.about_me import AboutMeShown, shown_about_me
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import full_name, name_of_whole, person_row, whole_of
from joinedup.person.queries.timeline import EntryShown, open_entries
from joinedup.places.models import Body

HEALTH_BODIES = frozenset({"nhs_trust", "care_trust", "gp_practice", "icb", "ccg", "pct"})
COUNCIL_BODIES = frozenset({"council", "care_trust"})
SIDE_BODIES: Mapping[str, frozenset[str]] = {"health": HEALTH_BODIES, "social_care": COUNCIL_BODIES}
KNOWN_KINDS = ("condition", "allergy", "medicine", "service", "care_plan")
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class KnownFact:
    """Something that a body told already: kind, what, since when, which body, when it was told."""

    kind: str
    title: str
    since: str
    body: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One side's section: its answers in words by question, its last author and when, and who saved it before.

    `mine` says that the caller's body is of this side and that they did not write the other one.
    """

    side: str
    state: str
    version: int
    answers: Mapping[str, str]
    spoken: tuple[tuple[Question, str], ...]
    author: str
    author_body: str
    written_at: datetime | None
    writings: tuple[tuple[int, str, datetime, str], ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision on eligibility as it was kept: result in words, the rule's explanation, who decided and when."""

    decision_id: UUID
    result: str
    result_words: str
    eligible: bool
    explanation: Mapping[str, object]
    rule: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentShown:
    """One assessment as its page shows it; `known` is what the record already holds, so that nobody asks again."""

    assessment_id: UUID
    person_id: UUID
    name: str
    state: str
    started_by: str
    started_at: datetime
    completed_at: datetime | None
    request_id: UUID | None
    version: int
    sections: tuple[SectionShown, ...]
    decision: DecisionShown | None
    known: tuple[KnownFact, ...]
    about_me: AboutMeShown

    def section(self, side: str) -> SectionShown:
        """The section of a side. NotFound for a side that is none."""
        found = next((each for each in self.sections if each.side == side), None)
        if found is None:
            raise NotFound("section-not-found", "There is no such section.")
        return found


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One assessment in a list: whose, since when, and which sides are still to be done."""

    assessment_id: UUID
    person_id: UUID
    name: str
    place: str
    state: str
    started_at: datetime
    completed_at: datetime | None
    waiting_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonAssessments:
    """A person's assessments, newest first; `open_id` is the one that is still open."""

    person_id: UUID
    name: str
    lines: tuple[AssessmentLine, ...]
    open_id: UUID | None


def assessment_of(caller: Caller, assessment_id: UUID) -> AssessmentShown:
    """One assessment with both sections; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("open_record")
    held = Assessment.objects.select_related("started_by").filter(id=assessment_id).first()
    if held is None:
        raise NotFound("assessment-not-found", "There is no such assessment, or you may not see it.")
    person = person_row(held.person_id)
    agreed_look(person)
    note("assessment.opened", person_id=person.id, thing_id=held.id, place_id=person.place_id)
    return AssessmentShown(
        assessment_id=held.id, person_id=person.id, name=full_name(person.prefix, person.given, person.family),
        state=held.state, started_by=held.started_by.label, started_at=held.started_at,
        completed_at=held.completed_at, request_id=held.request_id, version=held.version,
        sections=_sections(caller, held.id), decision=_decision(held.id), known=known_facts(person.id),
        about_me=shown_about_me(person),
    )  # fmt: skip


def assessments_of(caller: Caller, person_id: UUID) -> PersonAssessments:
    """Every assessment of a person, newest first; a line of the log. NotFound for nobody, or nobody to be seen."""
    caller.must("open_record")
    person = person_row(person_id)
    agreed_look(person)
    note("assessments.opened", person_id=person.id, place_id=person.place_id)
    lines = _lines(Assessment.objects.filter(person_id__in=whole_of(person.id)).order_by("-started_at"))
    open_id = next((each.assessment_id for each in lines if each.state == "open"), None)
    return PersonAssessments(person.id, full_name(person.prefix, person.given, person.family), lines, open_id)


def open_assessments(caller: Caller) -> tuple[AssessmentLine, ...]:
    """Open assessments of people whom the caller may see, oldest first, a hundred at most. NotAllowed without
    start_assessment."""
    caller.must("start_assessment")
    note("assessments.listed", place_id=caller.holdings[0].place_id)
    return _lines(Assessment.objects.filter(state="open").order_by("started_at", "id")[:AT_ONCE])


def known_facts(person_id: UUID) -> tuple[KnownFact, ...]:
    """What goes on by what bodies told: conditions, allergies, medicines, services. Sensitive lines are left out."""
    entries = [each for each in open_entries(whole_of(person_id)) if each.kind in KNOWN_KINDS and not each.sensitive]
    bodies = dict(Body.objects.filter(id__in={each.body_id for each in entries}).values_list("id", "name"))
    return tuple(_known(each, bodies) for each in entries)


def body_kind_of(caller: Caller) -> str:
    """The kind of body that a caller works for; '' for somebody of none."""
    held = Subject.objects.select_related("body").filter(id=caller.id).first()
    return held.body.kind if held and held.body else ""


def _known(entry: EntryShown, bodies: Mapping[UUID, str]) -> KnownFact:
    since = entry.starts_on.isoformat() if entry.starts_on else ""
    return KnownFact(entry.kind, entry.title, since, bodies.get(entry.body_id, ""), entry.told_at)


def _sections(caller: Caller, assessment_id: UUID) -> tuple[SectionShown, ...]:
    rows = Section.objects.select_related("author__body").filter(assessment_id=assessment_id)
    writings = list(Writing.objects.select_related("author").filter(assessment_id=assessment_id).order_by("-version"))
    kind = body_kind_of(caller) if "write_assessment" in caller.permissions else ""
    wrote = {each.side for each in writings if each.author_id == caller.id}
    held = {each.side: each for each in rows}
    return tuple(
        _section(held[side], writings, mine=kind in SIDE_BODIES[side] and not wrote - {side})
        for side in SIDES
        if side in held
    )


def _section(row: Section, writings: Iterable[Writing], *, mine: bool) -> SectionShown:
    saved = [
        (each.version, each.author.label, each.written_at, each.state) for each in writings if each.side == row.side
    ]
    body = row.author.body if row.author else None
    return SectionShown(
        side=row.side, state=row.state, version=row.version, answers=row.answers,
        spoken=tuple((each, words(each, row.answers)) for each in SIDES[row.side]),
        author=row.author.label if row.author else "", author_body=body.name if body else "",
        written_at=row.written_at, writings=tuple(saved), mine=mine,
    )  # fmt: skip


def latest_decision(caller: Caller, person_ids: Iterable[UUID]) -> DecisionShown | None:
    """The last decision on eligibility of one person, if the caller may open the record and there is one."""
    caller.must("open_record")
    rows = Eligibility.objects.filter(person_id__in=tuple(person_ids)).order_by("-decided_at", "-id")
    last = rows.values_list("assessment_id", flat=True).first()
    return _decision(last) if last else None


def _decision(assessment_id: UUID) -> DecisionShown | None:
    row = Eligibility.objects.select_related("decided_by").filter(assessment_id=assessment_id).first()
    if row is None:
        return None
    return DecisionShown(
        decision_id=row.id, result=row.result, result_words=str(row.get_result_display()), eligible=row.eligible,
        explanation=row.explanation, rule=row.rule, decided_by=row.decided_by.label, decided_at=row.decided_at,
    )  # fmt: skip


def _lines(rows: QuerySet[Assessment]) -> tuple[AssessmentLine, ...]:
    """Each with its person and what it waits for, in two reads however many there are."""
    held = list(rows.select_related("person__canonical", "place"))
    undone: dict[UUID, list[str]] = {}
    waiting = Section.objects.filter(assessment_id__in=[each.id for each in held]).exclude(state="done")
    for assessment_id, side in waiting.order_by("side").values_list("assessment_id", "side"):
        undone.setdefault(assessment_id, []).append(side)
    return tuple(
        AssessmentLine(
            assessment_id=each.id, person_id=each.person_id,
            name=name_of_whole(each.person), place=each.place.name,
            state=each.state, started_at=each.started_at, completed_at=each.completed_at,
            waiting_for=tuple(undone.get(each.id, ())),
        )
        for each in held
    )  # fmt: skip
