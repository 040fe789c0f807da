"""The reads of further tests: each put to what holds today, those that were taken, and decisions on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound, PersonMustAct
from joinedup.base.parameter_files import shipped
from joinedup.funding.asked_facts import FACT, OF_NEED, READS, TESTS, AskedFact
from joinedup.funding.evidence_set import EvidenceSet, Held, set_on
from joinedup.funding.models import Assessment, HealthcareDecision, TakenTest
from joinedup.funding.queries.charges import StepShown, steps_shown
from joinedup.funding.queries.evidence import held_of, shelf_days
from joinedup.funding.queries.money_person import MoneyPerson, money_person
from joinedup.funding.ready_tests import Known, ReadyTest, ready
from joinedup.funding.taken_words import answered, outcome, would_change


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision on continuing healthcare: what, why, from when, by whom; `against` the team's recommendation."""

    decides: str
    words: str
    reason: str
    starts_on: date
    decided_by: str
    decided_at: datetime
    against: bool


@dataclass(frozen=True, slots=True)
class TakenShown:
    """One test as it was taken, with its reasons; the decision that rests on it, where there is one. `opens`: by it the
    person gets something; a Checklist never does, and a tool by its decision alone."""

    taken_id: UUID
    test: str
    title: str
    outcome: str
    on_day: date
    rule: str
    taken_by: str
    taken_by_id: UUID
    taken_at: datetime
    steps: tuple[StepShown, ...]
    warnings: tuple[str, ...]
    recommends: str
    because: str
    decision: DecisionShown | None
    opens: bool


@dataclass(frozen=True, slots=True)
class AheadShown:
    """What the rule says of what holds today, before anything is kept: sentence, steps, doubts, what would change it.

    `refused` says instead why the facts cannot be used.
    """

    outcome: str = ""
    steps: tuple[StepShown, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class OneTest:
    """One test of one person: what it asks and was told, what is missing, what it would say, and what was kept."""

    person_id: UUID
    name: str
    test: str
    title: str
    facts: tuple[tuple[AskedFact, Held | None], ...]
    evidence: EvidenceSet
    ready: ReadyTest
    ahead: AheadShown
    taken: tuple[TakenShown, ...]


@dataclass(frozen=True, slots=True)
class StateOfTest:
    """One test for My money: what was kept last, whether what was told has changed since, and what is missing."""

    test: str
    title: str
    last: TakenShown | None
    ready: ReadyTest
    changes: tuple[str, ...]
    differs: bool


def page_of_test(caller: Caller, person_id: UUID, test: str, day: date) -> OneTest:
    """Everything for one test's page; a line of the log. NotFound for whom the caller may not see, and a wrong name."""
    person = money_person(caller, person_id)
    if test not in _shown_to(person):
        raise NotFound("test-unknown", "There is no such test.")
    note("test.opened", person_id=person.id, place_id=person.place_id, reason=test)
    told = set_on(held_of(person.whole), day, shelf_days(day))
    put = ready(test, told, known_of(person.whole, person.birth_date, day), shipped())
    facts = tuple((FACT[kind], _told(told, kind)) for kind in READS[test])
    return OneTest(person.id, person.name, test, TESTS[test], facts, told, put, _ahead(put, day),
                   _taken(person.whole, [test]))  # fmt: skip


def states_of_tests(caller: Caller, person_id: UUID, day: date) -> tuple[StateOfTest, ...]:
    """Each further test of a person, for a page that has logged its own look."""
    person = money_person(caller, person_id)
    told = set_on(held_of(person.whole), day, shelf_days(day))
    known, tests = known_of(person.whole, person.birth_date, day), _shown_to(person)
    taken = _taken(person.whole, tests)
    return tuple(_state(test, ready(test, told, known, shipped()), taken, day) for test in tests)


def known_of(whole: Iterable[UUID], born: date | None, day: date) -> Known:
    """What the record knows of somebody besides the evidence, for tests."""
    whole = tuple(whole)
    charges = Assessment.objects.filter(person_id__in=whole, superseded_by=None).exclude(plan__state="ended")
    charge = charges.order_by("-decided_at").first()
    home = charge is not None and str(charge.case.get("setting", "home")) != "home"
    decided = HealthcareDecision.objects.filter(person_id__in=whole, starts_on__lte=day)
    last = decided.order_by("-decided_at", "-id").first()
    return Known(
        born, str(charge.case["weekly_cost"]) if charge and home else None,
        last is not None and last.decides == "eligible",
    )  # fmt: skip


def _shown_to(person: MoneyPerson) -> tuple[str, ...]:
    """The tests that a caller may know of: whoever sees the money alone knows of none of need."""
    return tuple(each for each in TESTS if not (person.by_money_right and each in OF_NEED))


def _state(test: str, put: ReadyTest, taken: Iterable[TakenShown], day: date) -> StateOfTest:
    last = next((each for each in taken if each.test == test), None)
    ahead = _ahead(put, day)
    differs = last is not None and bool(ahead.outcome) and ahead.outcome != last.outcome
    return StateOfTest(test, TESTS[test], last, put, ahead.changes, differs)


def _ahead(put: ReadyTest, day: date) -> AheadShown:
    if not put.can_be_taken:
        return AheadShown()
    try:
        answer: Mapping[str, Any] = answered(put.name, put.case, shipped(), day)
    except PersonMustAct as error:
        return AheadShown(refused=" ".join(part for part in (error.what, error.why, error.next_step) if part))
    return AheadShown(
        outcome(put.name, put.case, answer, shipped()), steps_shown(answer),
        tuple(str(each) for each in answer["warnings"]), would_change(put.name, put.case, answer, shipped(), day),
    )  # fmt: skip


def _told(told: EvidenceSet, kind: str) -> Held | None:
    fact = FACT[kind]
    found = [each for each in told.pieces if (each.piece.topic, each.piece.kind) == (fact.topic, kind)]
    return found[-1] if found else None


def _taken(whole: Iterable[UUID], tests: Iterable[str]) -> tuple[TakenShown, ...]:
    """The tests taken of these records, the newest first."""
    rows = TakenTest.objects.select_related("taken_by", "decision__decided_by")
    rows = rows.filter(person_id__in=tuple(whole), test__in=tuple(tests))
    return tuple(_shown(row) for row in rows.order_by("-taken_at", "-id"))


def _shown(row: TakenTest) -> TakenShown:
    decision = getattr(row, "decision", None)
    return TakenShown(
        row.id, row.test, TESTS[row.test], row.outcome, row.on_day, f"{row.test}/{row.rule_version}",
        row.taken_by.label, row.taken_by_id, row.taken_at, steps_shown(row.answer),
        tuple(str(each) for each in row.answer.get("warnings", ())), row.get_recommends_display(),
        row.recommended_because, _decision(row, decision) if decision else None, _opens(row, decision),
    )  # fmt: skip


def _opens(row: TakenTest, decision: HealthcareDecision | None) -> bool:
    """Only people open continuing healthcare; of the others the rule's answer says so."""
    if row.test == "dst":
        return decision is not None and decision.decides == "eligible"
    says: dict[str, object] = {
        "dfg": row.answer.get("grant") != "0.00", "deferred-payment": row.answer.get("must_offer"),
        "fnc": row.answer.get("payable"),
    }  # fmt: skip
    return bool(says.get(row.test))


def _decision(row: TakenTest, decision: HealthcareDecision) -> DecisionShown:
    return DecisionShown(
        decision.decides, decision.get_decides_display(), decision.reason, decision.starts_on,
        decision.decided_by.label, decision.decided_at, decision.decides != row.recommends,
    )  # fmt: skip
