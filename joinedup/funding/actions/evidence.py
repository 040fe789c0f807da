"""Telling, correcting and ending what somebody's money is: once, for every test. Nothing is edited.

Ending is a correction that gives a last day. What the form of a charge was told goes into the set too, but for what the
set holds already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.funding.evidence_set import (
    CHARGE_TOPICS,
    TOPICS,
    Piece,
    check_piece,
    pieces_of,
    same_fact,
    set_on,
)
from joinedup.funding.models import Evidence
from joinedup.funding.queries.evidence import held_of, piece_of, shelf_days
from joinedup.person.queries.person_row import person_row, whole_of

NO_LONGER = "No longer so when the charge was worked out"


def tell_evidence(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, pieces: Sequence[Piece]
) -> list[UUID]:  # fmt: skip
    """Add pieces to a person's evidence; returns their keys. PersonMustAct names what cannot be taken."""
    by.must("tell_evidence")
    person = person_row(person_id)
    for each in pieces:
        check_piece(each, london_date(at))

    def act() -> list[str]:
        made = [keep_piece(by=by, at=at, person_id=person.id, piece=each) for each in pieces]
        note("evidence.told", person_id=person.id, place_id=person.place_id, found=len(made))
        return [str(each.id) for each in made]

    arguments = {"person": person_id, "pieces": [asdict(each) for each in pieces]}
    told = once(by=by.id, at=at, request_key=request_key, action="tell_evidence", arguments=arguments, act=act)
    return [UUID(each) for each in told]


def tell_case(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, case: Mapping[str, object], told_by: str
) -> int:  # fmt: skip
    """Add to the evidence what the form of a charge was told and the set does not hold yet; returns how many pieces."""
    by.must("tell_evidence")
    person = person_row(person_id)

    def act() -> int:
        return take_in_case(by=by, at=at, person_id=person.id, case=case, told_by=told_by)

    arguments = {"person": person_id, "case": dict(case), "told_by": told_by}
    return int(once(by=by.id, at=at, request_key=request_key, action="tell_case", arguments=arguments, act=act))


def take_in_case(
    *, by: Caller, at: datetime, person_id: UUID, case: Mapping[str, object], told_by: str, expected_set: str = ""
) -> int:  # fmt: skip
    """Make the set what the case says; part of the act that calls it. Returns how many pieces are new.

    What the set holds, on the day of the case or today, and the case no longer says ends on that day; what began later
    and is said begins with it. `expected_set` is the mark of the set that the form was filled in from: Conflict when
    anything was told since, so that nothing unseen is ended.
    """
    today = london_date(at)
    day = date.fromisoformat(str(case.get("as_at") or today.isoformat()))
    held = held_of(whole_of(person_id))
    if expected_set and set_on(held, today, shelf_days(today)).mark != expected_set:
        raise Conflict("evidence-changed", "The evidence has changed since you opened this form.")
    of_charge = [each for each in held if each.piece.topic in CHARGE_TOPICS]
    left = [each for each in of_charge if each.holds_on(day) or each.holds_on(today)]
    new, changed = [], []
    for piece in pieces_of(case, day, told_by):
        found = next((each for each in left if same_fact(each.piece, piece)), None)
        if found is None:
            new.append(piece)
            continue
        left.remove(found)
        if found.piece.starts_on > day:
            changed.append((found, replace(found.piece, starts_on=day), "It held earlier"))
    gone = [each for each in left if each.piece.kind != "pension_age"]
    changed += [(each, replace(each.piece, ends_on=max(day, each.piece.starts_on)), NO_LONGER) for each in gone]
    for each, piece, because in changed:
        row = Evidence.objects.get(id=each.evidence_id)
        keep_piece(by=by, at=at, person_id=row.person_id, piece=piece, corrects=row, because=because)
    for piece in new:
        check_piece(piece, london_date(at))
        keep_piece(by=by, at=at, person_id=person_id, piece=piece)
    if new or changed:
        note("evidence.told", person_id=person_id, found=len(new) + len(changed))
    return len(new)


def correct_evidence(
    *, by: Caller, at: datetime, request_key: str, evidence_id: UUID, piece: Piece, because: str
) -> UUID:  # fmt: skip
    """Say what should have been written instead, and why; the old row stays. Conflict when it was corrected since."""
    by.must("tell_evidence")
    check_piece(piece, london_date(at))
    if not because.strip():
        raise PersonMustAct("evidence-no-reason", "Say why it is corrected.", "Whoever reads it later asks.", "")

    def act() -> str:
        row = Evidence.objects.filter(id=evidence_id).first()
        if row is None:
            raise NotFound("evidence-not-found", "There is no such evidence, or you may not see it.")
        if Evidence.objects.filter(corrects_id=row.id).exists():
            raise Conflict("evidence-corrected", "This was corrected since you opened it.")
        if row.topic != piece.topic:
            raise PersonMustAct(
                "evidence-other-topic", "A correction stays with its topic.",
                f"This is about: {TOPICS[row.topic].lower()}.", "End this piece and tell the other as a new one.",
            )  # fmt: skip
        made = keep_piece(by=by, at=at, person_id=row.person_id, piece=piece, corrects=row, because=because.strip())
        note("evidence.corrected", person_id=row.person_id, thing_id=made.id)
        return str(made.id)

    arguments = {"evidence": evidence_id, "piece": asdict(piece), "because": because}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="correct_evidence", arguments=arguments, act=act))


def end_evidence(
    *, by: Caller, at: datetime, request_key: str, evidence_id: UUID, ends_on: date, because: str
) -> UUID:  # fmt: skip
    """Say on which day a piece holds no longer; its first day says that it never held."""
    by.must("tell_evidence")
    row = Evidence.objects.filter(id=evidence_id).first()
    if row is None:
        raise NotFound("evidence-not-found", "There is no such evidence, or you may not see it.")
    return correct_evidence(
        by=by, at=at, request_key=request_key, evidence_id=evidence_id, piece=replace(piece_of(row), ends_on=ends_on),
        because=because,
    )  # fmt: skip


def keep_piece(
    *, by: Caller, at: datetime, person_id: UUID, piece: Piece, corrects: Evidence | None = None, because: str = ""
) -> Evidence:
    """One row of evidence; part of the act that calls it. Conflict when somebody else corrects the same at once."""
    made = Evidence(
        id=new_id(), person_id=person_id, topic=piece.topic, kind=piece.kind, amount_pence=piece.amount_pence,
        more=dict(piece.more), starts_on=piece.starts_on, ends_on=piece.ends_on, document=piece.document,
        seen_on=piece.seen_on, told_by=piece.told_by, corrects=corrects, because=because, recorded_by_id=by.id,
        recorded_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if corrects is not None and Evidence.objects.filter(corrects_id=corrects.id).exists():
            raise Conflict("evidence-corrected", "This was corrected since you opened it.") from error
        raise
    return made
