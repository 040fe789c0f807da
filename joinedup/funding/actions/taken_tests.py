"""Telling the facts that a further test asks, taking the test, and deciding on continuing healthcare.

A fact goes into the one evidence set; what is told otherwise than before ends the older piece on that day. The rule
answers and the row keeps its case, its evidence and every step. A tool of need only advises: `decide_healthcare` is
an act of its own, by somebody else, and nothing here calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.funding.actions.evidence import keep_piece
from joinedup.funding.asked_facts import FACT, OF_NEED, TESTS
from joinedup.funding.evidence_set import Held, Piece, check_piece, set_on
from joinedup.funding.models import Evidence, HealthcareDecision, TakenTest
from joinedup.funding.queries.charges import commissioners_of
from joinedup.funding.queries.evidence import held_of, shelf_days
from joinedup.funding.queries.taken_tests import known_of
from joinedup.funding.ready_tests import ready, value_of
from joinedup.funding.taken_models import RECOMMENDS
from joinedup.funding.taken_words import RULE_OF, answered, figures_used, outcome
from joinedup.person.actions import append_timeline
from joinedup.person.queries.person_row import person_row, whole_of
from joinedup.plan.sight import give_sight

BOARDS = ("icb", "ccg", "pct")
TOLD_ANEW = "Told otherwise for a test"


def tell_facts(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, facts: Mapping[str, object], starts_on: date,
    told_by: str, document: str = "", seen_on: date | None = None,
) -> int:  # fmt: skip
    """Add facts (kind: text of an amount, or a value) to a person's evidence; returns how many were new or otherwise.

    What the set holds alike stays as it is. PersonMustAct (evidence-unusable) names what cannot be taken.
    """
    by.must("tell_evidence")
    person = person_row(person_id)
    pieces = [_piece(kind, value, starts_on, told_by, document, seen_on) for kind, value in facts.items()]
    for each in pieces:
        check_piece(each, london_date(at))

    def act() -> int:
        held = [each for each in held_of(whole_of(person.id)) if each.holds_on(starts_on)]
        changed = sum(_take_in(by, at, person.id, piece, held) for piece in pieces)
        if changed:
            note("evidence.told", person_id=person.id, place_id=person.place_id, found=changed)
        return changed

    arguments = {"person": person_id, "facts": dict(facts), "from": starts_on, "told_by": told_by}
    return int(once(by=by.id, at=at, request_key=request_key, action="tell_facts", arguments=arguments, act=act))


def take_test(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, test: str, expected_set: str,
    recommends: str = "", because: str = "",
) -> UUID:  # fmt: skip
    """Put a test to what was told, as it holds today, and keep the answer. Returns its key.

    `expected_set` is the mark of the evidence that was shown: Conflict when it has changed. NotNow names what is
    missing. A Decision Support Tool holds what its team recommends, with reasons; it advises and decides nothing.
    """
    by.must("take_tests")
    if test not in TESTS:
        raise NotFound("test-unknown", "There is no such test.")
    if test == "dst" and (recommends not in RECOMMENDS or not because.strip()):
        raise PersonMustAct("test-no-recommendation", "Say what the team recommends, and why.",
                            "The levels advise; the team judges.", "Choose one and give the reasons.")  # fmt: skip
    person, today = person_row(person_id), london_date(at)

    def act() -> str:
        told = set_on(held_of(whole_of(person.id)), today, shelf_days(today))
        if told.mark != expected_set:
            raise Conflict("evidence-changed", "What was told has changed since you opened this page.")
        put = ready(test, told, known_of(whole_of(person.id), person.birth_date, today), shipped())
        if not put.can_be_taken:
            named = "; ".join(each.words for each in put.missing if each.needed)
            raise NotNow("test-misses", "This test cannot be taken yet.", f"Not told: {named}", "Tell it first.")
        answer = answered(test, put.case, shipped(), today)
        made = TakenTest(
            id=new_id(), person_id=person.id, test=test, rule_version=RULE_OF[test].version, on_day=today,
            case=dict(put.case), answer=answer, figures=figures_used(answer), evidence_ids=list(put.evidence_ids),
            outcome=outcome(test, put.case, answer, shipped()), recommends=recommends if test == "dst" else "",
            recommended_because=because.strip() if test == "dst" else "", taken_by_id=by.id, taken_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=person.id, kind="assessment" if test in OF_NEED else "charge",
            title=f"{TESTS[test]}: the test was taken", detail=[("Rule", f"{test}/{made.rule_version}")],
            source_key=f"funding.test/{made.id}",
        )  # fmt: skip
        if test == "dst":
            _pass_on_to_boards(by, at, request_key, made, person.place_id)
        note("test.taken", person_id=person.id, thing_id=made.id, place_id=person.place_id, reason=test)
        return str(made.id)

    arguments = {"person": person_id, "test": test, "set": expected_set, "says": recommends, "because": because}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="take_test", arguments=arguments, act=act))


def decide_healthcare(
    *, by: Caller, at: datetime, request_key: str, tool_id: UUID, decides: str, reason: str, starts_on: date
) -> UUID:  # fmt: skip
    """Decide on continuing healthcare, of a Decision Support Tool that somebody else took. Returns its key.

    NotAllowed for whoever took the tool or is not of an integrated care board, Conflict when it was decided since or a
    newer tool was taken: the database refuses all of them too.
    """
    by.must("decide_healthcare")
    if decides not in RECOMMENDS or not reason.strip():
        raise PersonMustAct(
            "healthcare-undecided", "Choose a decision and give the reason.", "The person reads it.", ""
        )

    def act() -> str:
        tool = TakenTest.objects.filter(id=tool_id, test="dst").first()
        if tool is None:
            raise NotFound("tool-not-found", "There is no such Decision Support Tool, or you may not see it.")
        if tool.taken_by_id == by.id:
            raise NotAllowed("healthcare-own-tool", "You took this tool.", "Somebody else decides on it.",
                             "Ask a colleague of the integrated care board.")  # fmt: skip
        if not Subject.objects.filter(id=by.id, body__kind__in=BOARDS).exists():
            raise NotAllowed("healthcare-not-the-board", "The integrated care board decides on this.",
                             "You work for another body.", "Ask a colleague of the board.")  # fmt: skip
        made = HealthcareDecision(
            id=new_id(), person_id=tool.person_id, tool=tool, decides=decides, reason=reason.strip(),
            starts_on=starts_on, decided_by_id=by.id, decided_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(
                "healthcare-decided", "This was decided, or a newer tool taken, since you opened it."
            ) from error
        append_timeline(
            by=by, at=at, person_id=made.person_id, kind="charge", title="Continuing healthcare decided",
            detail=[("Decision", RECOMMENDS[decides])], source_key=f"funding.healthcare/{made.id}", starts_on=starts_on,
        )  # fmt: skip
        note("healthcare.decided", person_id=made.person_id, thing_id=made.id, reason=decides)
        return str(made.id)

    arguments = {"tool": tool_id, "decides": decides, "reason": reason, "from": starts_on}
    return UUID(
        once(by=by.id, at=at, request_key=request_key, action="decide_healthcare", arguments=arguments, act=act)
    )


def _piece(
    kind: str, value: object, starts_on: date, told_by: str, document: str, seen_on: date | None
) -> Piece:  # fmt: skip
    fact = FACT[kind]
    pence = Money.from_text(str(value)).pence if fact.answer == "pounds" else None
    more = {} if fact.answer == "pounds" else {"value": value}
    return Piece(fact.topic, kind, pence, starts_on, None, more, document, seen_on, told_by)


def _take_in(by: Caller, at: datetime, person_id: UUID, piece: Piece, held: list[Held]) -> bool:
    """One fact into the set; False when the set holds it alike, on the same or newer paper."""
    before = next((each for each in held if (each.piece.topic, each.piece.kind) == (piece.topic, piece.kind)), None)
    if before is None:
        keep_piece(by=by, at=at, person_id=person_id, piece=piece)
        return True
    told_alike = value_of(before) == value_of(replace(before, piece=piece))
    if told_alike and (not piece.seen_on or (before.piece.seen_on and before.piece.seen_on >= piece.seen_on)):
        return False
    row = Evidence.objects.get(id=before.evidence_id)
    if told_alike or before.piece.starts_on >= piece.starts_on:
        keep_piece(by=by, at=at, person_id=row.person_id, piece=piece, corrects=row, because=TOLD_ANEW)
        return True
    ended = replace(before.piece, ends_on=piece.starts_on)
    keep_piece(by=by, at=at, person_id=row.person_id, piece=ended, corrects=row, because=TOLD_ANEW)
    keep_piece(by=by, at=at, person_id=person_id, piece=piece)
    return True


def _pass_on_to_boards(by: Caller, at: datetime, request_key: str, made: TakenTest, place_id: UUID) -> None:
    """Let the commissioners of the place's integrated care board, who decide, see the person."""
    of_boards = set(
        Subject.objects.filter(id__in=commissioners_of(place_id, at), body__kind__in=BOARDS).values_list(
            "id", flat=True
        )
    )
    for number, receiver in enumerate(sorted(of_boards)):
        give_sight(
            by=by, at=at, request_key=f"{request_key}.{number}", receiver=receiver, person_id=made.person_id,
            source=f"funding.test/{made.id}", ends_at=None,
        )  # fmt: skip
