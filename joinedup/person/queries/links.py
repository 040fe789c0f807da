"""Both sides of a question with what differs and what speaks for it, and what became of a link.

A side is shown only to those who may see that person; nobody gains sight by way of a question. Of a restricted person
nothing is shown that leads to where they live.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import labels_of
from joinedup.base.errors import NotFound
from joinedup.person.link_plan import TableProof, compare
from joinedup.person.models import NotTheSame, Person, PersonLink, WorkItem
from joinedup.person.queries.facts import facts_of, tellings_of
from joinedup.person.queries.likeness import Likeness, likeness_of
from joinedup.person.queries.person_row import person_row, whole_of
from joinedup.person.queries.questions import Side, sides_of
from joinedup.person.rules import Telling

FIELDS = ("name", "birth_date", "gender", "nhs_number", "address", "phone", "gp_practice_code", "death_date")
OF_IDENTITY = frozenset({"nhs_number_other_birth_date", "hidden_match", "nhs_number_in_two_records", "likely_same"})


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both: as text or date, and whether they differ (unknown on one side is not a difference)."""

    name: str
    one: object
    other: object
    differs: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A question in full. A side is None when the caller may not see that person; then there are no rows either."""

    item: WorkItem
    asks: str
    one: Side | None
    other: Side | None
    rows: tuple[Row, ...]
    likeness: Likeness
    of_identity: bool
    may_open_both: bool
    asked_by: str
    decided_by: str

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.item.done_at is None


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link: both people, by whom and why, and after its undoing the proof table by table for each person."""

    link: PersonLink
    by: str
    ended_by: str
    names: tuple[str, str]
    proofs: tuple[tuple[TableProof, ...], ...] = ()

    @property
    def identical(self) -> bool:
        """Whether both people stand exactly as they stood before."""
        return bool(self.link.after_digest) and self.link.before_digest == self.link.after_digest


def review(caller: Caller, item_id: UUID) -> Review:
    """A question with both people side by side; a line of the log on each who is shown. NotFound if not to be seen."""
    caller.must("see_work_items")
    item = WorkItem.objects.filter(id=item_id).first()
    if item is None:
        raise NotFound("question-not-found", "There is no such question, or you may not see it.")
    keys = [key for key in (item.person_id, item.other_person_id) if key]
    people, sides = Person.objects.in_bulk(keys), sides_of(keys)
    rows: tuple[Row, ...] = ()
    likeness = Likeness()
    one = people.get(item.person_id)
    other = people.get(item.other_person_id) if item.other_person_id else None
    if one is not None and other is not None:
        told = tellings_of(one.id), tellings_of(other.id)
        rows = _rows(one, told[0], other, told[1])
        likeness = likeness_of(one.id, other.id)
    for person in people.values():
        note("question.opened", person_id=person.id, thing_id=item.id, place_id=person.place_id)
    labels = labels_of({key for key in (item.asked_by_id, item.decided_by_id) if key})
    officer = any(held.role == "privacy_officer" and held.place_id == item.place_id for held in caller.holdings)
    return Review(
        item=item, asks=str(item.get_kind_display()), one=sides.get(item.person_id),
        other=sides.get(item.other_person_id) if item.other_person_id else None, rows=rows, likeness=likeness,
        of_identity=item.kind in OF_IDENTITY, may_open_both=officer and len(people) < len(keys),
        asked_by=labels.get(item.asked_by_id, "") if item.asked_by_id else "",
        decided_by=labels.get(item.decided_by_id, "") if item.decided_by_id else "",
    )  # fmt: skip


def _rows(one: Person, told: tuple[Telling, ...], other: Person, other_told: tuple[Telling, ...]) -> tuple[Row, ...]:
    left = {fact.name: fact.value for fact in facts_of(one, told)}
    right = {fact.name: fact.value for fact in facts_of(other, other_told)}
    return tuple(
        Row(name, left.get(name, ""), right.get(name, ""), bool(left.get(name) and right.get(name))
            and str(left[name]).casefold() != str(right[name]).casefold())
        for name in FIELDS if left.get(name) or right.get(name)
    )  # fmt: skip


def links_of(caller: Caller, person_id: UUID) -> tuple[str, UUID, tuple[LinkShown, ...]]:
    """Name and key of a person, and every link that their records are or were in, newest first; a line of the log."""
    caller.must("open_record")
    person = person_row(person_id)
    whole = whole_of(person.id)
    note("links.opened", person_id=person.id, place_id=person.place_id)
    found = PersonLink.objects.filter(one_id__in=whole) | PersonLink.objects.filter(other_id__in=whole)
    shown = tuple(_shown(link) for link in found.order_by("-at", "id")[:50])
    return " ".join((person.given, person.family)).strip() or "Name not known", person.id, shown


def link_of(caller: Caller, link_id: UUID) -> LinkShown:
    """One link with its proof; NotFound when it is not there or not to be seen."""
    caller.must("see_work_items")
    link = PersonLink.objects.select_related("model").filter(id=link_id).first()
    if link is None:
        raise NotFound("link-not-found", "There is no such link, or you may not see it.")
    note("links.opened", person_id=link.one_id, thing_id=link.id)
    return _shown(link)


@dataclass(frozen=True, slots=True)
class ApartShown:
    """A decision that two records are two people: by whom and why, and who took it back."""

    decision: NotTheSame
    by: str
    withdrawn_by: str
    names: tuple[str, str]


def apart_of(caller: Caller, one: UUID, other: UUID | None = None) -> tuple[ApartShown, ...]:
    """Decisions that a record, or this pair of records, is not the same as another, the newest first."""
    caller.must("see_work_items")
    found = NotTheSame.objects.filter(Q(one_id=one) | Q(other_id=one))
    if other is not None:
        found = found.filter(Q(one_id=other) | Q(other_id=other))
    return tuple(_apart(each) for each in found.order_by("-at", "id")[:20])


def apart(caller: Caller, decision_id: UUID) -> ApartShown:
    """One decision that two records are two people; NotFound when it is not there or not to be seen."""
    caller.must("see_work_items")
    found = NotTheSame.objects.filter(id=decision_id).first()
    if found is None:
        raise NotFound("decision-not-found", "There is no such decision, or you may not see it.")
    note("links.opened", person_id=found.one_id, thing_id=found.id)
    return _apart(found)


def _apart(decision: NotTheSame) -> ApartShown:
    labels = labels_of({key for key in (decision.by_id, decision.withdrawn_by_id) if key})
    withdrawn_by = labels.get(decision.withdrawn_by_id, "") if decision.withdrawn_by_id else ""
    names = _names(decision.one_id, decision.other_id)
    return ApartShown(decision, labels.get(decision.by_id, "a rule of the program"), withdrawn_by, names)


def _names(*keys: UUID) -> tuple[str, str]:
    people = Person.objects.in_bulk(keys)
    one, other = (
        (f"{people[key].given} {people[key].family}".strip() or "Name not known") if key in people else
        "A record that you may not see" for key in keys
    )  # fmt: skip
    return one, other


def _shown(link: PersonLink) -> LinkShown:
    labels = labels_of({key for key in (link.by_id, link.ended_by_id) if key})
    proofs = tuple(
        compare(link.before.get(str(key), {}), link.after.get(str(key), {})) for key in (link.one_id, link.other_id)
    ) if link.after else ()  # fmt: skip
    return LinkShown(
        link, labels.get(link.by_id, "a rule of the program"),
        labels.get(link.ended_by_id, "") if link.ended_by_id else "", _names(link.one_id, link.other_id), proofs,
    )  # fmt: skip
