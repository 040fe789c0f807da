"""What may be raised against a charge, for whom, how it can end, and how long it took. Pure words and counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

KINDS = {"appeal": "Appeal: look at the charge again", "complaint": "Complaint: about how it was dealt with"}
RAISED_FOR = {"person": "The person", "family": "Family or a friend", "staff": "Staff, of their own accord"}
OUTCOMES = {"upheld": "Upheld", "partly": "Partly upheld", "not": "Not upheld"}
OPEN = "open"


@dataclass(frozen=True, slots=True)
class AppealCounts:
    """How many are open, late, and answered each way, and how many days the answers took."""

    open: int
    late: int
    by_outcome: tuple[tuple[str, int], ...]
    days_median: float | None
    days_longest: int | None


def days_between(raised_on: date, answered_on: date) -> int:
    """Whole days from one day to the other.

    >>> days_between(date(2026, 11, 2), date(2026, 11, 30))
    28
    """
    return (answered_on - raised_on).days


def counted(appeals: Iterable[tuple[str, date, int | None]], today: date) -> AppealCounts:
    """The counts of appeals, each given as outcome (or 'open'), due day and days taken (None while open).

    >>> counted([("open", date(2026, 11, 1), None), ("not", date(2026, 11, 1), 9)], date(2026, 11, 2)).by_outcome
    (('upheld', 0), ('partly', 0), ('not', 1))
    """
    rows: Sequence[tuple[str, date, int | None]] = tuple(appeals)
    number = Counter(outcome for outcome, _, _ in rows)
    days = [taken for _, _, taken in rows if taken is not None]
    late = sum(1 for outcome, due, _ in rows if outcome == OPEN and due < today)
    return AppealCounts(
        number[OPEN], late, tuple((name, number[name]) for name in OUTCOMES), median(days) if days else None,
        max(days) if days else None,
    )  # fmt: skip
