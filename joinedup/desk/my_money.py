"""What must one person know of who pays for their care? Every stream, test and decision, gaps, what would change it.

Composes reads of funding, assessments and packages, each limited to the caller. A stream touches the person when a
decision, a package or what was told says so; the page never hides that a test was not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.assessment.queries import latest_decision
from joinedup.base.clock import london_date
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.queries import DisputeTold, PackageTold, disputes_about, packages_about
from joinedup.funding import queries
from joinedup.funding.every_test import Change, TestAnswer, answers, changes
from joinedup.funding.evidence_set import EvidenceSet
from joinedup.funding.queries import AdjustmentShown, AppealShown, EstimateShown, PersonMoney, PlanChange
from joinedup.funding.rules.streams import FUNDING_STREAMS, FundingStream, means_test
from joinedup.person.queries.person_row import whole_of

TOUCHES, OPEN, CLOSED = "touches", "open", "closed"


@dataclass(frozen=True, slots=True)
class TestShown:
    """One test of a stream: its title, whether need or means, what it says of this person, and its law."""

    title: str
    gate: str
    outcome: str
    taken: bool
    law: str
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreamShown:
    """One stream: whether it touches the person and why, and its tests."""

    stream: FundingStream
    state: str
    why: str
    tests: tuple[TestShown, ...]


@dataclass(frozen=True, slots=True)
class MyMoney:
    """The whole page; streams that touch the person stand first."""

    money: PersonMoney
    evidence: EvidenceSet
    streams: tuple[StreamShown, ...]
    changes: tuple[Change, ...]
    adjustments: tuple[AdjustmentShown, ...]
    appeals: tuple[AppealShown, ...]
    estimates: tuple[EstimateShown, ...]
    packages: tuple[PackageTold, ...]
    disputes: tuple[DisputeTold, ...]
    missing: tuple[str, ...]
    changed: PlanChange | None


def my_money(caller: Caller, person_id: UUID, at: datetime) -> MyMoney:
    """Everything about who pays for one person's care; lines of the log. NotFound for whom the caller may not see."""
    money, today = queries.money_of(caller, person_id), london_date(at)
    whole = whole_of(money.person_id)
    evidence = queries.evidence_on(caller, money.person_id, today)
    packages = tuple(each for key in whole for each in packages_about(caller, key))
    case = _case(money, evidence)
    found = {each.name: each for each in answers(case, shipped(), today)} if case else {}
    if "open_record" in caller.permissions and (needs := latest_decision(caller, whole)) is not None:
        outcome = f"Decided on {_day(needs.decided_at)}: {needs.result_words}"
        found["care-act-needs"] = TestAnswer("care-act-needs", outcome)
    streams = sorted((_stream(each, case, found, money, packages) for each in FUNDING_STREAMS), key=_order)
    return MyMoney(
        money, evidence, tuple(streams), changes(case, shipped(), today) if case else (),
        queries.adjustments_of(caller, whole), queries.appeals_of(caller, whole, at),
        queries.estimates_of(caller, whole), packages, disputes_about(caller, whole), tuple(_missing(evidence, money)),
        queries.changed_weeks(caller, money.present[0].plan_id, today) if money.present else None,
    )  # fmt: skip


def _case(money: PersonMoney, evidence: EvidenceSet) -> dict[str, Any]:
    """The case that the tests are put: what holds today, with what the present charge knows besides."""
    if not money.present:
        return {}
    kept = dict(money.present[0].case)
    return kept if evidence.missing else {**kept, **evidence.case}


def _stream(
    stream: FundingStream, case: Mapping[str, Any], found: Mapping[str, TestAnswer], money: PersonMoney,
    packages: tuple[PackageTold, ...],
) -> StreamShown:  # fmt: skip
    why = _touching(stream.name, case, found, money, packages)
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
    return TestShown(test.title, test.gate, outcome or "Not taken here", bool(outcome), test.law, misses)


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
