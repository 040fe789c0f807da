"""What has been told of somebody's money, once, and what does each test read from it on a day?

One set of rows serves the charge and every other test. A correction is a row that names the one it corrects, so that
what was believed on any day can still be said. Pure: rows, the day and the shelf lives come in as arguments. Left out:
how a kind counts, which the rules say, and evidence of needs, which is told in the assessment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from joinedup.base.errors import PersonMustAct
from joinedup.base.money import Money
from joinedup.funding.asked_facts import FACT_KINDS, FACT_TOPICS, VALUED
from joinedup.funding.rules.treatments import CAPITAL, DISABILITY_RELATED_EXPENDITURE, DISREGARDS, HOUSING_COSTS, INCOME

HOUSEHOLD = "household"
LISTS: Mapping[str, str] = {
    "income": "weekly", "capital": "amount", "housing_costs": "weekly", "disability_related_expenditure": "weekly",
    "disregards": "weekly",
}  # fmt: skip
"""The lists of a case, and the field of each that holds the amount."""

CHARGE_TOPICS = {
    "income": "Income a week", "capital": "Savings and other capital", "housing_costs": "What the home costs a week",
    "disability_related_expenditure": "What the disability costs a week",
    "disregards": "What the council leaves out of income", HOUSEHOLD: "The household",
}  # fmt: skip
TOPICS = {**CHARGE_TOPICS, **FACT_TOPICS}
WITHOUT_AMOUNT = (HOUSEHOLD, *VALUED)
"""Topics whose pieces hold a value and no amount."""

FACTS = ("living", "dependent_children", "pension_age", "disability", "enhanced_disability", "carer")
"""Facts of a household: how the person lives, children, whether pension age is reached, and premiums that are due."""

PREMIUMS = FACTS[3:]
KINDS: Mapping[str, tuple[str, ...]] = {
    "income": tuple(INCOME), "capital": tuple(CAPITAL), "housing_costs": tuple(HOUSING_COSTS),
    "disability_related_expenditure": tuple(DISABILITY_RELATED_EXPENDITURE), "disregards": tuple(DISREGARDS),
    HOUSEHOLD: FACTS, **FACT_KINDS,
}  # fmt: skip
OF_THE_FORM = ("occupied_by", "half_to_partner", "debts_secured")
ASKED = ("share", *OF_THE_FORM)
"""What the form of a charge asks of a row beside kind and amount; a row is the same thing
whatever it answers to the last three."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was told: topic and kind, pence or (of a household) a value, what else the rule reads of it, the
    days for which it holds (`ends_on` is the first day on which it no longer does), and where it comes from."""

    topic: str
    kind: str
    amount_pence: int | None
    starts_on: date
    ends_on: date | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    document: str = ""
    seen_on: date | None = None
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A piece as it stands in the set: who wrote it down and when, what it corrects and what has corrected it."""

    evidence_id: UUID
    piece: Piece
    recorded_by: str
    recorded_on: date
    because: str = ""
    corrects: UUID | None = None
    corrected: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether it counts on a day: not corrected, begun, and not ended."""
        piece = self.piece
        return not self.corrected and piece.starts_on <= day and (piece.ends_on is None or day < piece.ends_on)

    def fresh_until(self, shelf_days: Mapping[str, int]) -> date:
        """The last day on which it is taken without asking again: its shelf life, counted from when it was seen."""
        return (self.piece.seen_on or self.recorded_on) + timedelta(days=shelf_days[self.piece.topic])


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """What holds on a day: the pieces, the charge's case made of them, which are stale, and which no paper proves.

    `mark` changes whenever anything is told or corrected, so that a form can say from what it was filled in.
    """

    day: date
    pieces: tuple[Held, ...]
    case: Mapping[str, object]
    stale: tuple[Held, ...]
    unseen: tuple[Held, ...]
    mark: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Topics of which nothing at all was told, of those without which no charge should be decided."""
        told = {each.piece.topic for each in self.pieces}
        return tuple(topic for topic in ("income", "capital", HOUSEHOLD) if topic not in told)


def set_on(held: Iterable[Held], day: date, shelf_days: Mapping[str, int]) -> EvidenceSet:
    """The set as it holds on a day, in an order that does not depend on when each piece was told."""
    told = tuple(held)
    pieces = pieces_on(told, day)
    keys = " ".join(sorted(str(each.evidence_id) for each in told))
    return EvidenceSet(
        day, pieces, {"as_at": day.isoformat(), **case_of(pieces)},
        tuple(each for each in pieces if each.fresh_until(shelf_days) < day),
        tuple(each for each in pieces if not each.piece.document and each.piece.topic not in WITHOUT_AMOUNT),
        hashlib.sha256(keys.encode()).hexdigest()[:16],
    )  # fmt: skip


def pieces_on(held: Iterable[Held], day: date) -> tuple[Held, ...]:
    """What holds on a day, in an order that does not depend on when each piece was told."""
    return tuple(sorted((each for each in held if each.holds_on(day)), key=_order))


def case_of(pieces: Iterable[Held]) -> dict[str, object]:
    """The case of the charge, but for day, setting, date of birth and cost; a list of which nothing was told is left
    out, so that the rule says so."""
    case: dict[str, object] = {}
    facts: dict[str, object] = {}
    premiums: list[str] = []
    for each in pieces:
        piece = each.piece
        if piece.topic == HOUSEHOLD:
            facts[piece.kind] = piece.more.get("value")
            premiums += [piece.kind] if piece.kind in PREMIUMS else []
        if piece.topic not in LISTS:
            continue
        row = {"kind": piece.kind, LISTS[piece.topic]: Money(piece.amount_pence or 0).to_text(), **piece.more}
        rows = case.setdefault(piece.topic, [])
        assert isinstance(rows, list)  # made one line above
        rows.append(row)
    if "living" in facts:
        case["household"] = facts["living"]
        case["dependent_children"] = facts.get("dependent_children", 0)
        case["premiums"] = sorted(set(premiums))
    if "pension_age" in facts:
        case["pension_age"] = facts["pension_age"]
    return case


def pieces_of(case: Mapping[str, object], starts_on: date, told_by: str) -> tuple[Piece, ...]:
    """The pieces of a case, as whoever fills in the form of a charge tells them: the other way round of `case_of`.

    >>> told = pieces_of({"household": "single", "income": [{"kind": "other", "weekly": "9.50"}]}, date(2026, 4, 6), "")
    >>> [(each.topic, each.kind, each.amount_pence) for each in told]
    [('income', 'other', 950), ('household', 'living', None), ('household', 'dependent_children', None)]
    """
    pieces = []
    for topic, amount in LISTS.items():
        rows = case.get(topic, ())
        assert isinstance(rows, Iterable)  # the form gives lists
        for row in rows:
            more = {name: value for name, value in row.items() if name not in ("kind", amount)}
            pence = Money.from_text(str(row[amount])).pence
            pieces.append(Piece(topic, str(row["kind"]), pence, starts_on, more=more, told_by=told_by))
    facts: list[tuple[str, object]] = [("living", case["household"])] if "household" in case else []
    facts += [("dependent_children", case.get("dependent_children", 0))] if facts else []
    facts += [("pension_age", case["pension_age"])] if "pension_age" in case else []
    premiums = case.get("premiums", ())
    assert isinstance(premiums, Iterable)  # the form gives a list
    facts += [(str(name), True) for name in premiums]
    pieces += [Piece(HOUSEHOLD, kind, None, starts_on, more={"value": value}, told_by=told_by) for kind, value in facts]
    return tuple(pieces)


def completed(case: Mapping[str, object], pieces: Iterable[Held]) -> dict[str, object]:
    """The case of a form, each of its rows with whatever else the set knows of the same thing and the form never asks.

    A row is the same thing when kind and amount agree, and whatever the form does ask. Each piece serves one row.
    """
    left, whole = [each.piece for each in pieces], dict(case)
    for topic, amount in LISTS.items():
        rows = case.get(topic, ())
        assert isinstance(rows, Iterable)  # the form gives lists
        done = []
        for row in rows:
            found = next((each for each in left if _is_row(each, topic, amount, row)), None)
            if found is not None:
                left.remove(found)
            known = {name: value for name, value in found.more.items() if name not in ASKED} if found else {}
            done.append({**known, **row})
        if topic in case:
            whole[topic] = done
    return whole


def check_piece(piece: Piece, today: date) -> None:
    """PersonMustAct (evidence-unusable) names everything by which a piece cannot be taken."""
    faults = []
    if piece.kind not in KINDS.get(piece.topic, ()):
        faults.append("the kind is not one of its topic")
    if piece.topic in WITHOUT_AMOUNT and "value" not in piece.more:
        faults.append("a fact that is no amount has no value")
    if piece.topic not in WITHOUT_AMOUNT and (piece.amount_pence is None or piece.amount_pence < 0):
        faults.append("the amount is missing or below nothing")
    if piece.ends_on is not None and piece.ends_on < piece.starts_on:
        faults.append("it ends before it begins")
    if bool(piece.document) != bool(piece.seen_on):
        faults.append("a document and the day on which it was seen belong together")
    if piece.seen_on is not None and piece.seen_on > today:
        faults.append("the document was seen on a day that lies ahead")
    if not piece.told_by.strip():
        faults.append("nobody is named who told it")
    if faults:
        raise PersonMustAct(
            "evidence-unusable", "This evidence cannot be taken.", f"{'; '.join(faults).capitalize()}.",
            "Correct what is named and send it again.",
        )  # fmt: skip


def same_fact(one: Piece, other: Piece) -> bool:
    """Whether two pieces say the same: kind, amount and what else the rule reads, whatever the paper and the days."""
    return (one.topic, one.kind, one.amount_pence, _more(one)) == (
        other.topic, other.kind, other.amount_pence, _more(other),
    )  # fmt: skip


def _more(piece: Piece) -> dict[str, object]:
    return {"share": "1", **piece.more} if piece.topic == "capital" else dict(piece.more)


def _is_row(piece: Piece, topic: str, amount: str, row: Mapping[str, object]) -> bool:
    asked = {name: value for name, value in row.items() if name not in ("kind", amount)}
    held = _more(piece)
    return (
        (piece.topic, piece.kind) == (topic, row["kind"])
        and Money(piece.amount_pence or 0).to_text() == row[amount]
        and all(name in OF_THE_FORM or held.get(name) == value for name, value in asked.items())
    )


def _order(each: Held) -> tuple[object, ...]:
    piece = each.piece
    return (list(TOPICS).index(piece.topic), KINDS[piece.topic].index(piece.kind), piece.starts_on,
            piece.amount_pence or 0, each.recorded_on, str(each.evidence_id))  # fmt: skip
