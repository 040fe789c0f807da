"""How is a figure said: on a page, in a terminal, in JSON?

One wording for all of them, so that "suppressed" means the same wherever it stands and never looks like nothing at all.
Needs no engine: the public site says figures too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from joinedup.outcomes.rules.figures import FURTHER, NOTHING, SMALL

SUPPRESSED: Mapping[str, str] = {
    NOTHING: "Nothing to count",
    SMALL: "Suppressed: the number is small and somebody could be known by it",
    FURTHER: "Suppressed: without this, a smaller number could be worked out",
}


PER_CENT = ("share", "people_share", "money_share")
"""Kinds whose value bears its unit with it."""


class Said(Protocol):
    """A figure, whether just worked out or kept in a release."""

    @property
    def events(self) -> int | None: ...
    @property
    def of(self) -> int | None: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def lower(self) -> Decimal | None: ...
    @property
    def upper(self) -> Decimal | None: ...
    @property
    def suppressed(self) -> str: ...


def value(figure: Said, kind: str) -> str:
    """The value with its sign of unit, or why there is none."""
    if figure.suppressed:
        return SUPPRESSED[figure.suppressed]
    if figure.value is None:
        return f"{figure.events:,}"
    if kind in PER_CENT:
        return f"{_short(figure.value)}%"
    return _pounds(figure.value) if kind == "median_pence" else _short(figure.value)


def limits(figure: Said, kind: str = "") -> str:
    """Between what the true value may lie, or '' where a figure has no limits."""
    if figure.lower is None or figure.upper is None:
        return ""
    if kind == "median_pence":
        return f"{_pounds(figure.lower)} to {_pounds(figure.upper)}"
    return f"{_short(figure.lower)} to {_short(figure.upper)}"


def counts(figure: Said, kind: str) -> str:
    """What it rests on: '12 of 40', or pounds; '' where nothing is shown."""
    if figure.suppressed or figure.events is None or figure.of is None:
        return ""
    if kind == "money_share":
        return f"£{figure.events // 100:,} of £{figure.of // 100:,}"
    return f"{figure.events:,} of {figure.of:,}" if kind != "rate" else f"{figure.events:,} among {figure.of:,} people"


def span(starts_on: date, ends_on: date) -> str:
    """The days counted, as a reader says them; one day is one day."""
    last = ends_on - timedelta(days=1)
    return _day(last) if last == starts_on else f"{_day(starts_on)} to {_day(last)}"


def month(part: str) -> str:
    """'2026-10' as 'October 2026'."""
    year, number = (int(words) for words in part.split("-"))
    return f"{date(year, number, 1):%B} {year}"


def _pounds(pence: Decimal) -> str:
    return f"£{pence / 100:,.0f}"


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
