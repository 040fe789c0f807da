"""A fund of its own for each test of the ledger: two partners, officers of its place, and random entries."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from tests import factories as make

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STARTS_ON, ENDS_ON = date(2025, 4, 1), date(2027, 4, 1)


@dataclass(frozen=True, slots=True)
class Book:
    """A fund: its key and code, its place, who is its officer and commissioner, and its partners' codes."""

    id: UUID
    code: str
    place_id: UUID
    officer: make.MadeUser
    commissioner: make.MadeUser
    nhs: str
    council: str

    @property
    def holders(self) -> tuple[str, str, str]:
        return (self.nhs, self.council, "people")


def key() -> str:
    return f"test-{uuid4()}"


def open_book() -> Book:
    """A fund of 60 and 40 parts, opened by its accounting officer."""
    from joinedup.ledger.actions import NewPartner, open_fund

    place = make.place()
    officer, commissioner = make.user("accounting_officer", place), make.user("commissioner", place)
    nhs, council = f"N{uuid4().hex[:8].upper()}", f"C{uuid4().hex[:8].upper()}"
    bodies = [make.body(nhs), make.body(council)]
    code = f"POOL-{uuid4().hex[:8].upper()}"
    with make.acting_as(officer.username) as by:
        fund_id = open_fund(
            by=by, at=AT, request_key=key(), place_id=place, code=code, name="Invented pooled fund",
            host_id=bodies[1], starts_on=STARTS_ON, ends_on=ENDS_ON, basis="invented agreement",
            partners=[NewPartner(bodies[0], "nhs", 60, 600_000_00), NewPartner(bodies[1], "council", 40)],
            cost_kinds={"home-care": "Care at home", "care-home": "Care homes"},
        )  # fmt: skip
    return Book(fund_id, code, place, officer, commissioner, nhs, council)


def post(book: Book, lines, *, on: date = date(2026, 5, 4), source_id: UUID | None = None, **words) -> UUID:
    """Post lines as the commissioner, in a transaction of its own."""
    from joinedup.ledger.actions import post_journal

    wanted = {"source_kind": "delivered_week", "purpose": "cost", "memo": "delivered-week", "request_key": key()}
    with make.acting_as(book.commissioner.username) as by:
        return post_journal(
            by=by, at=AT, fund_id=book.id, on=on, postings=lines, source_id=source_id or uuid4(), **wanted | words
        )


def week(book: Book, person_pence: int = 6755, pooled_pence: int = 33245):
    """The lines of one delivered week: the person's charge, and the rest shared 60 to 40."""
    from joinedup.ledger import rules

    shared = rules.pooled(pooled_pence, {book.nhs: 60, book.council: 40})
    return rules.entry("cost-home-care", "payable", {"people": person_pence, **shared})


def random_entries(book: Book, seed: int, how_many: int) -> list[tuple[date, tuple]]:
    """Dated lines that a year could bring, the same for the same seed."""
    from joinedup.ledger import rules

    chance = random.Random(seed)
    moves = [
        ("cost-home-care", "payable"), ("cost-care-home", "payable"), ("payable", "cash"), ("cash", "receivable"),
    ]  # fmt: skip
    found = []
    for _ in range(how_many):
        debit, credit = chance.choice(moves)
        amounts = {holder: chance.randrange(1, 900_000) for holder in chance.sample(book.holders, chance.randint(1, 3))}
        found.append((STARTS_ON + timedelta(days=chance.randrange(600)), rules.entry(debit, credit, amounts)))
    return found
