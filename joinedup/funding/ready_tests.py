"""Can a further test of who pays be taken of what was told, with which case, and what is missing?

Makes the case of each test from the one evidence set and from what the record knows, names each piece that it reads,
and says in words what is missing and where it is told. Pure. Left out: the answer, which the rules give, and the
charge, whose case `evidence_set.case_of` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.funding.asked_facts import FACT, LEVEL_OF, READS, SCORE_OF, AskedFact
from joinedup.funding.evidence_set import EvidenceSet, Held
from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST
from joinedup.funding.rules.facilities_grant import PASSPORT
from joinedup.funding.rules.treatments import CAPITAL, DISABILITY_BENEFITS, INCOME

HERE, EVIDENCE, RECORD = "here", "evidence", "record"
"""Where something missing is told: on the test's own page, among the evidence of income and savings, on the record."""

MAIN_HOME = "main_home"
INTEREST = "deferred-payment-interest-maximum-percent"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a test misses: words that follow "Not told: ", and where it is told. Not `needed`: the test can be
    taken without it, and says less."""

    words: str
    where: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows besides the evidence: the birth date, the fee of a charge for a care home that is decided,
    and whether continuing healthcare was granted."""

    birth_date: date | None = None
    care_home_fee: str | None = None
    continuing_healthcare: bool = False


@dataclass(frozen=True, slots=True)
class ReadyTest:
    """One test put to the set of a day: its case, the pieces that it reads, and what is missing."""

    name: str
    case: Mapping[str, object]
    pieces: tuple[Held, ...]
    missing: tuple[Missing, ...]

    @property
    def can_be_taken(self) -> bool:
        """Whether nothing is missing that it needs."""
        return not any(each.needed for each in self.missing)

    @property
    def evidence_ids(self) -> tuple[UUID, ...]:
        """The keys of the pieces that it reads."""
        return tuple(each.evidence_id for each in self.pieces)


@dataclass(slots=True)
class _Reading:
    """What is gathered for one test: the case field by field, the pieces read and what is missing."""

    evidence: EvidenceSet
    known: Known
    parameters: Parameters
    case: dict[str, object] = field(default_factory=dict)
    read: list[Held] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def of_topic(self, *topics: str) -> list[Held]:
        return [each for each in self.evidence.pieces if each.piece.topic in topics]

    def take(self, pieces: Iterable[Held]) -> list[Held]:
        """These pieces, noted as read."""
        found = list(pieces)
        self.read += [each for each in found if each not in self.read]
        return found

    def fact(self, kind: str) -> object:
        """The value of a fact (amounts as text), None when it was not told; noted as read."""
        found = self.take(each for each in self.evidence.pieces if each.piece.kind == kind
                          and each.piece.topic == FACT[kind].topic)  # fmt: skip
        return value_of(found[-1]) if found else None

    def put(self, name: str, kind: str, *, needed: bool = False) -> object:
        """A field of the case from a fact; missing, if it is needed and was not told."""
        value = self.fact(kind)
        if value is not None:
            self.case[name] = value
        elif needed:
            self.misses(FACT[kind])
        return value

    def misses(self, fact: AskedFact, *, needed: bool = True) -> None:
        self.missing.append(Missing(fact.question, HERE, needed))


def value_of(held: Held) -> object:
    """What a piece says: its amount as text, else its value."""
    piece = held.piece
    return piece.more.get("value") if piece.amount_pence is None else Money(piece.amount_pence).to_text()


def ready(name: str, evidence: EvidenceSet, known: Known, parameters: Parameters) -> ReadyTest:
    """A test put to the set of a day. KeyError for a name that is none of `asked_facts.TESTS`."""
    reading = _Reading(evidence, known, parameters, case={"on": evidence.day.isoformat()})
    _READERS[name](reading)
    return ReadyTest(name, reading.case, tuple(reading.read), tuple(reading.missing))


def _grant(reading: _Reading) -> None:
    reading.put("cost_of_works", "cost_of_works", needed=True)
    reading.put("tenure", "tenure", needed=True)
    reading.put("for_child", "works_for_child")
    told = reading.fact("benefits_paid")
    ticked = {str(each) for each in told} if isinstance(told, Sequence) else set()
    income = reading.of_topic("income")
    paid = {each.piece.kind for each in income if each.piece.kind in PASSPORT}
    if ticked | paid:
        reading.case["benefits"] = sorted(ticked | paid)
    reading.put("tax_credit_income_yearly", "tax_credit_income_yearly", needed="tax_credits" in ticked)
    reading.put("applied_on", "grant_applied_on")
    reading.put("approved_on", "grant_approved_on")
    free = bool(reading.case.get("for_child")) or bool((ticked | paid) & set(PASSPORT))
    reading.take(each for each in income if each.piece.kind in paid)
    if free:
        return
    _weekly_income(reading, leave_out=DISABILITY_BENEFITS)
    _capital(reading, "capital")
    by_credits = "tax_credits" in ticked
    if reading.put("applicable_amount_weekly", "grant_applicable_amount", needed=not by_credits) is None and by_credits:
        reading.misses(FACT["grant_applicable_amount"], needed=False)
    if reading.known.birth_date is not None:
        reading.case["date_of_birth"] = reading.known.birth_date.isoformat()
    else:
        reading.missing.append(Missing("the date of birth, without which the narrower bands hold", RECORD, False))


def _deferral(reading: _Reading) -> None:
    homes = reading.take(each for each in reading.of_topic("capital") if each.piece.kind == MAIN_HOME)
    if homes:
        reading.case["property_value"] = _own(homes).to_text()
    else:
        reading.missing.append(Missing("what the home is worth, as capital of the kind “main home”", EVIDENCE))
    reading.put("debts_secured", "secured_debts", needed=True)
    _fee(reading, "weekly_fee", needed=True)
    _weekly_income(reading)
    _capital(reading, "other_capital")
    reading.put("keeps_weekly", "deferral_keeps_weekly")
    reading.put("administration_fee", "deferral_fee")
    reading.put("deferred_so_far", "deferred_so_far")
    told = reading.put("interest_percent", "deferral_interest")
    day = reading.evidence.day
    if told is None and not any(each.holds_on(day) for each in reading.parameters.history(INTEREST)):
        reading.misses(FACT["deferral_interest"], needed=False)


def _nursing(reading: _Reading) -> None:
    reading.put("needs_registered_nurse", "needs_nurse", needed=True)
    reading.put("nursing_home", "in_nursing_home", needed=True)
    reading.put("rate", "nursing_rate")
    _fee(reading, "weekly_cost", needed=False)
    if reading.known.continuing_healthcare:
        reading.case["continuing_healthcare"] = True


def _checklist(reading: _Reading) -> None:
    reading.case["scores"] = _domains(reading, SCORE_OF, DOMAINS)
    reading.put("received_on", "checklist_received_on")


def _tool(reading: _Reading) -> None:
    reading.case["levels"] = _domains(reading, LEVEL_OF, HIGHEST)
    reading.put("professions", "team", needed=True)
    reading.put("fast_track", "fast_track")


_READERS: Mapping[str, Callable[[_Reading], None]] = {
    "dfg": _grant, "deferred-payment": _deferral, "fnc": _nursing, "chc-checklist": _checklist, "dst": _tool,
}  # fmt: skip
assert _READERS.keys() == READS.keys()


def _domains(reading: _Reading, start: str, domains: Iterable[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in domains:
        value = reading.fact(f"{start}{name}")
        if value is None:
            reading.misses(FACT[f"{start}{name}"])
        else:
            found[name] = value
    return found


def _fee(reading: _Reading, name: str, *, needed: bool) -> None:
    """What the care home costs: as told, else as the charge of a care home that is decided has it."""
    if reading.put(name, "care_home_fee") is not None:
        return
    if reading.known.care_home_fee is not None:
        reading.case[name] = reading.known.care_home_fee
    else:
        reading.misses(FACT["care_home_fee"], needed=needed)


def _weekly_income(reading: _Reading, leave_out: frozenset[str] = frozenset()) -> None:
    rows = reading.of_topic("income")
    if not rows:
        reading.missing.append(Missing("what comes in a week", EVIDENCE))
        return
    counted = [
        each for each in rows
        if INCOME[each.piece.kind].treatment != "ignore" and each.piece.kind not in leave_out
    ]  # fmt: skip
    reading.take(rows)
    reading.case["weekly_income"] = Money(sum(each.piece.amount_pence or 0 for each in counted)).to_text()


def _capital(reading: _Reading, name: str) -> None:
    rows = reading.of_topic("capital")
    if not rows:
        reading.missing.append(Missing("savings and other capital", EVIDENCE))
        return
    counted = [each for each in rows if CAPITAL[each.piece.kind].treatment == "include"]
    reading.take(rows)
    reading.case[name] = _own(counted).to_text()


def _own(pieces: Iterable[Held]) -> Money:
    """The person's own part; fractions of a penny are dropped."""
    return Money(
        sum(int((each.piece.amount_pence or 0) * Fraction(str(each.piece.more.get("share", "1")))) for each in pieces)
    )
