"""What must one person know of who pays for their care? Every stream, test and decision, gaps, what would change it.

Composes reads of funding, assessments and packages, each limited to the caller. A stream touches the person when a
decision, a package or what was told says so; the page never hides that a test was not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.assessment.queries import latest_decision
from joinedup.base.clock import london_date
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.queries import (
    DisputeTold,
    Move,
    MovedShown,
    PackageTold,
    disputes_about,
    moved_of,
    packages_about,
    posted_since,
    waiting_of,
)
from joinedup.funding import queries
from joinedup.funding.asked_facts import TESTS
from joinedup.funding.charge_case import law_of, rule_case
from joinedup.funding.every_test import Change, TestAnswer, answers, changes
from joinedup.funding.evidence_set import EvidenceSet
from joinedup.funding.queries import AdjustmentShown, AppealShown, EstimateShown, PersonMoney, PlanChange, StateOfTest
from joinedup.funding.rules.streams import FUNDING_STREAMS, MEANS_TESTS, FundingStream, means_test

TOUCHES, OPEN, CLOSED = "touches", "open", "closed"
PAGES = {each.rule: each.name for each in MEANS_TESTS if each.rule in TESTS}
"""Of each test that has a page of its own: the rule's name, which is the page's, and its name among the means tests."""


@dataclass(frozen=True, slots=True)
class TestShown:
    """One test of a stream: its title, whether need or means, what it says of this person, its law, and the name of its
    own page (nothing where it has none)."""

    title: str
    gate: str
    outcome: str
    taken: bool
    law: str
    misses: tuple[str, ...]
    page: str = ""


@dataclass(frozen=True, slots=True)
class StreamShown:
    """One stream: whether it touches the person and why, and its tests."""

    stream: FundingStream
    state: str
    why: str
    tests: tuple[TestShown, ...]


@dataclass(frozen=True, slots=True)
class MyMoney:
    """The whole page; streams that touch the person stand first. `own_words_waiting`: how many things that they told of
    their own money wait for an officer. Not `sees_record`: the caller sees the money alone."""

    money: PersonMoney
    evidence: EvidenceSet
    streams: tuple[StreamShown, ...]
    changes: tuple[Change, ...]
    adjustments: tuple[AdjustmentShown, ...]
    appeals: tuple[AppealShown, ...]
    estimates: tuple[EstimateShown, ...]
    packages: tuple[PackageTold, ...]
    tests: tuple[StateOfTest, ...]
    disputes: tuple[DisputeTold, ...]
    missing: tuple[str, ...]
    changed: PlanChange | None
    moved: tuple[MovedShown, ...]
    waiting: tuple[Move, ...]
    own_words_waiting: int
    sees_record: bool

    @property
    def moved_pence(self) -> int:
        """What all posted adjustments come to; below nothing it is a credit."""
        return sum(each.difference_pence for each in self.moved)

    @property
    def waiting_pence(self) -> int:
        """What is decided and not posted yet; below nothing it is a credit."""
        return sum(each.difference_pence for each in self.waiting)


def my_money(caller: Caller, person_id: UUID, at: datetime) -> MyMoney:
    """Everything about who pays for one person's care; lines of the log. NotFound for whom the caller may not see."""
    money, today = queries.money_of(caller, person_id), london_date(at)
    person = queries.money_person(caller, money.person_id)
    whole = person.whole
    evidence = queries.evidence_on(caller, money.person_id, today)
    packages: tuple[PackageTold, ...] = ()
    if not person.by_money_right:
        packages = tuple(each for key in whole for each in packages_about(caller, key))
    case = _case(money, evidence)
    law = law_of(money.present[0].case) if money.present else shipped()
    found = {each.name: each for each in answers(case, law, today)} if case else {}
    sees_record = "open_record" in caller.permissions and not person.by_money_right
    if sees_record and (needs := latest_decision(caller, whole)) is not None:
        outcome = f"Decided on {_day(needs.decided_at)}: {needs.result_words}"
        found["care-act-needs"] = TestAnswer("care-act-needs", outcome)
    tests = queries.states_of_tests(caller, money.person_id, today)
    found |= {name: answer for each in tests if (name := PAGES.get(each.test)) and (answer := _kept(name, each))}
    streams = sorted((_stream(each, case, found, money, packages, tests) for each in FUNDING_STREAMS), key=_order)
    return MyMoney(
        money, evidence, tuple(streams), changes(case, law, today) if case else (),
        queries.adjustments_of(caller, whole), queries.appeals_of(caller, whole, at),
        queries.estimates_of(caller, whole), packages, tests,
        () if person.by_money_right else disputes_about(caller, whole), tuple(_missing(evidence, money)),
        _changed(caller, money.present[0].plan_id, today) if money.present and not person.by_money_right else None,
        moved_of(whole), () if person.by_money_right else waiting_of(caller, whole),
        queries.waiting_of(caller, person), sees_record,
    )  # fmt: skip


def _changed(caller: Caller, plan_id: UUID, today: date) -> PlanChange:
    return queries.changed_weeks(caller, plan_id, today, posted_since(plan_id))


def _case(money: PersonMoney, evidence: EvidenceSet) -> dict[str, Any]:
    """The case that the tests are put: what holds today, with what the present charge knows besides."""
    if not money.present:
        return {}
    kept = rule_case(money.present[0].case)
    return kept if evidence.missing else {**kept, **evidence.case}


def _stream(
    stream: FundingStream, case: Mapping[str, Any], found: Mapping[str, TestAnswer], money: PersonMoney,
    packages: tuple[PackageTold, ...], kept: tuple[StateOfTest, ...],
) -> StreamShown:  # fmt: skip
    why = _touching(stream.name, case, found, money, packages) or _opened(stream.name, kept)
    tests = tuple(_test(name, found, money, case) for name in stream.tests)
    state = TOUCHES if why else CLOSED if all(each.taken for each in tests) else OPEN
    return StreamShown(stream, state, why, tests)


def _touching(
    name: str, case: Mapping[str, Any], found: Mapping[str, TestAnswer], money: PersonMoney,
    packages: tuple[PackageTold, ...],
) -> str:  # fmt: skip
    at_home = str(case.get("setting", "home")) == "home"
    present = money.present[0] if money.present else None
    free = (case.get("free_service") or {}).get("kind", "")
    own = found.get("own-money")
    reasons: dict[str, object] = {
        "council-care-at-home": present and at_home and "A charge for care at home is decided",
        "council-care-home": present and not at_home and "A charge for a care home is decided",
        "pooled-fund-lines": packages and f"Care is bought: {packages[0].title}",
        "benefits": any(_is_benefit(row["kind"]) for row in case.get("income", ())) and "Benefits are paid",
        "self-funding": own and own.misses and "Savings exceed the upper limit",
        "funded-nursing-care": case.get("funded_nursing_care") and "The NHS pays for nursing",
        "section-117-aftercare": free == "section_117_aftercare" and "The charge says so",
        "reablement": free in ("reablement", "intermediate_care") and "The charge says so",
        "continuing-healthcare": free == "nhs_continuing_healthcare" and "The charge says so",
        "equipment-and-minor-adaptations": free == "equipment_or_minor_adaptation" and "The charge says so",
    }  # fmt: skip
    return str(reasons.get(name) or "")


def _kept(name: str, state: StateOfTest) -> TestAnswer | None:
    """A test as it was kept last; None where it was not taken."""
    if state.last is None:
        return None
    decided = state.last.decision
    words = f"Taken on {_day(state.last.taken_at)}: {state.last.outcome}"
    if decided is not None:
        words += f". Decided on {_day(decided.decided_at)} by {decided.decided_by}: {decided.words.lower()}"
    return TestAnswer(name, words)


def _opened(stream: str, tests: tuple[StateOfTest, ...]) -> str:
    """Why a stream touches the person by a further test that was kept, '' where none opens it."""
    last = {PAGES[each.test]: each.last for each in tests if each.last is not None}
    opened = {
        "disabled-facilities-grant": ("facilities-grant-resources", "The test of the grant was taken"),
        "deferred-payment": ("deferral-security", "The test of a deferral was taken"),
        "funded-nursing-care": ("funded-nursing-care", "The NHS pays for nursing"),
        "continuing-healthcare": ("continuing-healthcare-tool", "The integrated care board granted it"),
    }  # fmt: skip
    test, words = opened.get(stream, ("", ""))
    return words if test in last and last[test].opens else ""


def _is_benefit(kind: str) -> bool:
    return kind == "state_pension" or kind.startswith(
        ("attendance", "pip_", "dla_", "pension_credit", "savings_credit", "universal", "employment_and", "carers")
    )


def _test(name: str, found: Mapping[str, TestAnswer], money: PersonMoney, case: Mapping[str, Any]) -> TestShown:
    test = means_test(name)
    answer = found.get(name)
    outcome, misses = (answer.outcome, answer.misses) if answer else ("", ())
    charge = "charge-at-home" if str(case.get("setting", "home")) == "home" else "charge-in-care-home"
    if name == charge and money.present:
        present = money.present[0]
        pays = Money(present.weekly_charge_pence).display()
        outcome = f"Decided on {_day(present.decided_at)}: the person pays {pays} a week"
    page = str(test.rule) if test.rule in TESTS else ""
    words = outcome or ("Not taken yet" if page else "Not taken here")
    return TestShown(test.title, test.gate, words, bool(outcome), test.law, misses, page)


def _missing(evidence: EvidenceSet, money: PersonMoney) -> list[str]:
    said = [f"Nothing was told of {topic.replace('_', ' ')}" for topic in evidence.missing]
    said += [f"{_kind(each.piece.kind)} was seen too long ago: ask again" for each in evidence.stale]
    said += [f"{_kind(each.piece.kind)} is shown by no document" for each in evidence.unseen]
    said += [f"The {each.state} plan has no charge yet" for each in money.plans if not each.charged]
    return said


def _kind(kind: str) -> str:
    words = kind.replace("_", " ")
    return words[:1].upper() + words[1:]


def _day(at: datetime) -> str:
    day = london_date(at)
    return f"{day.day} {day:%B %Y}"


def _order(each: StreamShown) -> int:
    return (TOUCHES, OPEN, CLOSED).index(each.state)
