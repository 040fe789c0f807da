"""Deciding who is who: joining two records, telling them apart, passing the question on, and taking a link back.

The database keeps the links and refuses what must not be (person/sql/0004_links.sql). Here is worked out what each
record shows afterwards, with the same functions as the projection, and the proof that an undo restores both.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, ProgrammingError, connection, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.access.refusals import constraint_of
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.person import projection
from joinedup.person.actions.timeline import append_timeline
from joinedup.person.link_plan import compare
from joinedup.person.link_proof import digest_of, fingerprints
from joinedup.person.models import NotTheSame, Person, PersonLink, SourceIdentity, WorkItem
from joinedup.person.queries.person_row import whole_of
from joinedup.person.rules import Telling, number_claim, place_of, settle_number, surviving_facts, verified_number

WHO_IS_WHO = ("nhs_number_other_birth_date", "hidden_match", "nhs_number_in_two_records", "likely_same")
PERMISSION = "decide_identity"


def decide_same(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, reason: str
) -> UUID:
    """Decide that both records of a question are one person; returns the link.

    Refused while both hold verified NHS numbers that differ, and where somebody decided that they are not the same.
    """
    by.must(PERMISSION)

    def act() -> str:
        item, one, other = _question(item_id, expected_version)
        _may_be_one(one, other)
        link_id = join_records(
            by=by, at=at, request_key=request_key, one=one.id, other=other.id, how="decided", reason=_said(reason),
            item_id=item.id,
        )  # fmt: skip
        _answer(item, "same", reason, at, expected_version)
        note("people.linked", person_id=one.id, thing_id=link_id, place_id=one.place_id)
        note("people.linked", person_id=other.id, thing_id=link_id, place_id=other.place_id)
        return str(link_id)

    arguments = {"item": item_id, "version": expected_version, "reason": reason}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="decide_same", arguments=arguments, act=act))


def decide_not_same(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, reason: str
) -> UUID:
    """Decide that the records of a question are two people; no later run joins them. Returns the question."""
    by.must(PERMISSION)

    def act() -> str:
        item, one, other = _question(item_id, expected_version)
        with connection.cursor() as cursor, _Worded():
            cursor.execute("select access.remember_not_the_same(%s, %s, %s, %s)", [one.id, other.id, _said(reason), at])
        _answer(item, "not_same", reason, at, expected_version)
        for each in (one, other):
            note("people.not_the_same", person_id=each.id, thing_id=item.id, place_id=each.place_id)
            _line(
                by,
                at,
                each.id,
                f"person.link/{item.id}/not/{each.id}",
                "Decided: not the same as another record",
                reason,
            )
        return str(item.id)

    arguments = {"item": item_id, "version": expected_version, "reason": reason}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="decide_not_same", arguments=arguments, act=act))


def ask_somebody(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, asked_of: str, reason: str
) -> int:
    """Leave a question open and say who was asked what; returns its new version."""
    by.must(PERMISSION)
    if not asked_of.strip():
        raise PersonMustAct(
            "nobody-asked", "Say who is asked.", "A question without an owner is forgotten.", "Name them."
        )

    def act() -> int:
        item = _item(item_id)
        version = _answer(item, "", reason, at, expected_version, asked_of.strip()[:120])
        note("question.passed_on", person_id=item.person_id, thing_id=item.id, place_id=item.place_id)
        return version

    arguments = {"item": item_id, "version": expected_version, "asked": asked_of, "reason": reason}
    return int(once(by=by.id, at=at, request_key=request_key, action="ask_somebody", arguments=arguments, act=act))


def settle_work(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, reason: str
) -> int:
    """Close a question about work (two plans, work done while wrongly joined) with what was decided about it."""
    by.must(PERMISSION)

    def act() -> int:
        item = _item(item_id)
        if item.kind in WHO_IS_WHO:
            raise NotNow(
                "question-of-identity", "This question is about who is who.", "", "Decide same or not the same."
            )
        version = _answer(item, "settled", reason, at, expected_version)
        note("question.settled", person_id=item.person_id, thing_id=item.id, place_id=item.place_id)
        return version

    arguments = {"item": item_id, "version": expected_version, "reason": reason}
    return int(once(by=by.id, at=at, request_key=request_key, action="settle_work", arguments=arguments, act=act))


def open_both(*, by: Caller, at: datetime, request_key: str, item_id: UUID) -> int:
    """Give a privacy officer sight of both records of a question for one hour; returns how many were opened."""
    by.must(PERMISSION)

    def act() -> int:
        with connection.cursor() as cursor, _Worded():
            cursor.execute("select access.open_question(%s)", [item_id])
            return int(cursor.fetchone()[0])

    return int(once(by=by.id, at=at, request_key=request_key, action="open_both", arguments={"item": item_id}, act=act))


def unlink(*, by: Caller, at: datetime, request_key: str, link_id: UUID, reason: str) -> UUID:
    """Take a link back, prove what stands then, and ask about every row written meanwhile. Returns the link."""
    by.must(PERMISSION)

    def act() -> str:
        link = PersonLink.objects.filter(id=link_id).first()
        if link is None:
            raise NotFound("link-not-found", "There is no such link, or you may not see it.")
        if link.ended_at is not None:
            raise Conflict("link-ended", "This link was already taken back.")
        people = whole_of(link.one_id)
        held = _numbers_held(people)
        with connection.cursor() as cursor, _Worded():
            cursor.execute("select access.unlink_people(%s, %s, %s)", [link_id, _said(reason), at])
            _show(cursor, people, held, at)
            if link.other_id not in whole_of(link.one_id):
                cursor.execute(
                    "select access.remember_not_the_same(%s, %s, %s, %s)", [link.one_id, link.other_id, reason, at]
                )
            after = fingerprints(cursor, (link.one_id, link.other_id))
            cursor.execute("select access.keep_proof(%s, %s, %s)", [link_id, json.dumps(after), digest_of(after)])
            _ask_about_work(cursor, link, after, at)
        for person_id in (link.one_id, link.other_id):
            note("people.unlinked", person_id=person_id, thing_id=link_id)
            _line(
                by,
                at,
                person_id,
                f"person.link/{link_id}/undone/{person_id}",
                "Taken back: joined to another record",
                reason,
            )
        return str(link_id)

    arguments = {"link": link_id, "reason": reason}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="unlink", arguments=arguments, act=act))


def withdraw_not_the_same(*, by: Caller, at: datetime, request_key: str, decision_id: UUID, reason: str) -> UUID:
    """Take back that two records are two people, and ask about them anew. Returns the decision's key.

    No rule joins them afterwards: somebody doubted once. NotFound for what is not there or not to be seen, Conflict
    when it was taken back already.
    """
    by.must(PERMISSION)

    def act() -> str:
        held = NotTheSame.objects.filter(id=decision_id).first()
        if held is None:
            raise NotFound("decision-not-found", "There is no such decision, or you may not see it.")
        with connection.cursor() as cursor, _Worded():
            cursor.execute("select access.withdraw_not_the_same(%s, %s, %s)", [decision_id, _said(reason), at])
            if not cursor.fetchone()[0]:
                raise Conflict("decision-withdrawn", "This decision was already taken back.")
            cursor.execute(
                "select access.ask_question('likely_same', %s, %s, %s, null, %s)",
                [held.one_id, held.other_id, f"again/{decision_id}", at],
            )
        for person_id in (held.one_id, held.other_id):
            note("people.not_the_same_withdrawn", person_id=person_id, thing_id=decision_id)
            key = f"person.link/{decision_id}/withdrawn/{person_id}"
            _line(by, at, person_id, key, "Taken back: not the same as another record", _said(reason))
        return str(decision_id)

    arguments = {"decision": decision_id, "reason": reason}
    done = once(by=by.id, at=at, request_key=request_key, action="withdraw_not_the_same", arguments=arguments, act=act)
    return UUID(done)


def join_records(
    *, by: Caller, at: datetime, request_key: str, one: UUID, other: UUID, how: str, reason: str,
    item_id: UUID | None = None, weight: float | None = None, model_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Join two records in the open transaction; part of the act that calls it, under its key. Returns the link."""
    del request_key
    whole = whole_of(one)
    if other in whole:
        raise NotNow("already-joined", "These records are one person already.", "", "Open the record.")
    people = (*whole, *whole_of(other))
    held, link_id = _numbers_held(people), new_id()
    with connection.cursor() as cursor, _Worded():
        before = fingerprints(cursor, sorted((one, other)))
        cursor.execute(
            "select access.link_people(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [link_id, item_id, one, other, how, weight, reason, at, json.dumps(before), digest_of(before), model_id],
        )
        _show(cursor, people, held, at)
    for person_id in (one, other):
        _line(
            by,
            at,
            person_id,
            f"person.link/{link_id}/{person_id}",
            "Joined with another record of the same person",
            reason,
        )
    return link_id


def _show(cursor: Any, people: Collection[UUID], held: Collection[str], at: datetime) -> None:
    """Work out what each record shows now, and put it down; `held` are the verified numbers that they held before."""
    told = projection.tellings_of(cursor, people, with_closed=True)
    aliases = set(Person.objects.filter(id__in=people, canonical__isnull=False).values_list("id", flat=True))
    numbers = {key: verified_number(tellings) for key, tellings in told.items()}
    for number in set(numbers.values()) - {""}:
        claims = [number_claim(key, told[key], number) for key in told if numbers[key] == number and key not in aliases]
        holder = settle_number(claims)[0] if claims and number in held else None
        numbers |= {claim.person_id: number if claim.person_id == holder else "" for claim in claims}
    cursor.execute("select access.write_shown(%s, %s)", [json.dumps(_shown(told, numbers), default=str), at])


def _shown(told: Mapping[UUID, Sequence[Telling]], numbers: Mapping[UUID, str]) -> list[dict[str, object]]:
    return [
        {
            "id": key,
            "shown": dict(zip(
                projection.PERSON_COLUMNS,
                projection.person_values(surviving_facts(tellings), numbers[key], place_of(tellings)), strict=True,
            )),
            "names": [
                dict(zip(projection.NAME_COLUMNS, row, strict=True)) for row in projection.name_rows({key: tellings})
            ],
            "identifiers": [
                dict(zip(projection.IDENTIFIER_COLUMNS, row, strict=True))
                for row in projection.identifier_rows({key: tellings})
            ],
        }
        for key, tellings in told.items()
    ]  # fmt: skip


def _numbers_held(people: Collection[UUID]) -> set[str]:
    rows = Person.objects.filter(id__in=people, canonical__isnull=True).values_list("nhs_number", flat=True)
    return {number for number in rows if number}


def _ask_about_work(cursor: Any, link: PersonLink, after: Mapping[str, Any], at: datetime) -> None:
    """A question for each row that somebody wrote between the link and its end: whose is it?"""
    for person_id, other in ((link.one_id, link.other_id), (link.other_id, link.one_id)):
        for proof in compare(link.before.get(str(person_id), {}), after[str(person_id)]):
            if proof.plan.shape != "written":
                continue
            for key in (*proof.new, *proof.changed):
                about = f"{proof.plan.table}/{key}"[:200]
                cursor.execute(
                    "select access.ask_question('work_while_linked', %s, %s, %s, null, %s)",
                    [person_id, other, about, at],
                )


def _question(item_id: UUID, expected_version: int) -> tuple[WorkItem, Person, Person]:
    """The open question with both people, if the caller may see both; else it is for the privacy officer."""
    item = _item(item_id)
    if item.version != expected_version or item.done_at is not None:
        raise Conflict("question-changed", "Somebody else has dealt with this question since you opened it.")
    if item.kind not in WHO_IS_WHO or item.other_person_id is None:
        raise NotNow(
            "question-of-work", "This question is not about who is who.", "", "Settle it with what was decided."
        )
    people = Person.objects.in_bulk([item.person_id, item.other_person_id])
    if len(people) < 2:
        raise NotAllowed(
            "sight-of-both-needed", "You may not see both records.",
            "Only somebody who sees both can compare them; nobody gains sight by way of a question.",
            "Ask the privacy officer of the place: choose “ask somebody”.",
        )  # fmt: skip
    return item, people[item.person_id], people[item.other_person_id]


def _item(item_id: UUID) -> WorkItem:
    item = WorkItem.objects.filter(id=item_id).first()
    if item is None:
        raise NotFound("question-not-found", "There is no such question, or you may not see it.")
    return item


def _may_be_one(one: Person, other: Person) -> None:
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        raise NotNow(
            "two-verified-numbers", "Both hold a verified NHS number, and they differ.",
            "One person holds one number. Nationally, one must first replace the other.",
            "Ask the practice to have the numbers checked; the next file that says so joins the records.",
        )  # fmt: skip


def _answer(item: WorkItem, decision: str, reason: str, at: datetime, expected_version: int, asked_of: str = "") -> int:
    with connection.cursor() as cursor, _Worded():
        cursor.execute(
            "select access.answer_question(%s, %s, %s, %s, %s, %s)",
            [item.id, decision, asked_of, _said(reason), at, expected_version],
        )
        version = cursor.fetchone()[0]
    if version is None:
        raise Conflict("question-changed", "Somebody else has dealt with this question since you opened it.")
    return int(version)


def _said(reason: str) -> str:
    if not reason.strip():
        raise PersonMustAct(
            "reason-missing", "Say why.", "Whoever reads this later must be able to follow it.", "Write one sentence."
        )
    return reason.strip()[:400]


def _line(by: Caller, at: datetime, person_id: UUID, key: str, title: str, reason: str) -> None:
    body_id = Subject.objects.values_list("body_id", flat=True).get(id=by.id) or _teller(person_id)
    if body_id is not None:
        append_timeline(
            by=by, at=at, person_id=person_id, kind="identity", source_key=key, title=title,
            detail=(("Why", reason[:400]),), body_id=body_id,
        )  # fmt: skip


def _teller(person_id: UUID) -> UUID | None:
    """A rule of the program belongs to no body: its line stands with the first body that told of the person."""
    told = SourceIdentity.objects.filter(person_id=person_id).order_by("linked_at", "id")
    return told.values_list("body_id", flat=True).first()


REFUSED = {
    "likeness_links_the_sure_only": NotNow(
        "not-for-a-rule", "Only somebody may decide about these records.", "", "Decide it under Questions."
    ),
    "not_the_same_binds": NotNow(
        "not-the-same", "Somebody decided that these are two people.",
        "That decision holds for everybody and every file until it is taken back.", "Ask whoever decided it.",
    ),
    "linked_people_are_the_same": NotNow(
        "joined", "These records are joined.", "They cannot be told apart at the same time.",
        "Take the link back first.",
    ),
    "link_needs_sight_of_both": NotAllowed(
        "sight-of-both-needed", "You may not see both records.", "Only somebody who sees both can decide about them.",
        "Ask the privacy officer of the place.",
    ),
    "question_needs_sight": NotAllowed(
        "question-not-yours", "This question is not yours to decide.", "", "Ask somebody who sees the record."
    ),
    "question_is_for_privacy_officer": NotAllowed(
        "for-privacy-officer", "Only the privacy officer of the place can open both records.", "", "Ask them."
    ),
}  # fmt: skip


class _Worded:
    """Turns the database's named refusals into words."""

    def __enter__(self) -> None:
        self._point = transaction.atomic()
        self._point.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._point.__exit__(kind, error, trace)
        if isinstance(error, (IntegrityError, ProgrammingError)):
            name = constraint_of(error)
            if name in REFUSED:
                raise REFUSED[name] from error
