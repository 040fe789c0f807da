"""How is a figure said: on a page, in a terminal, in JSON?

One wording for all of them, so that "suppressed" means the same wherever it stands and never looks like nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import ibis

from joinedup.outcomes import catalogue
from joinedup.outcomes.computing import Measured, days
from joinedup.outcomes.extract_reading import Extract
from joinedup.outcomes.measures import EXPRESSIONS, Span, unbound_tables
from joinedup.outcomes.rules.figures import FURTHER, NOTHING, SMALL, Figure

SCHEMA = "measures/1"
SUPPRESSED: Mapping[str, str] = {
    NOTHING: "Nothing to count",
    SMALL: "Suppressed: the number is small and somebody could be known by it",
    FURTHER: "Suppressed: without this, a smaller number could be worked out",
}


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
    return f"{_short(figure.value)}%" if kind in ("share", "money_share") else _short(figure.value)


def limits(figure: Said) -> str:
    """Between what the true value may lie, or '' where a figure has no limits."""
    if figure.lower is None or figure.upper is None:
        return ""
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


def as_text(extract: Extract, found: Mapping[str, tuple[Measured, ...]]) -> str:
    """The measures of each place as lines for a terminal."""
    lines = [f"Extract as at {extract.as_at}, run {extract.run}."]
    for place, measured in found.items():
        lines += ["", place]
        for each in measured:
            whole = each.figures[0]
            beside = [words for words in (limits(whole), counts(whole, each.measure.kind)) if words]
            said = f"{value(whole, each.measure.kind)}" + (f"  ({'; '.join(beside)})" if beside else "")
            lines += [f"  {each.measure.title}: {said}", f"    {each.measure.unit}. {each.measure.promised}"]
    return "\n".join(lines)


def as_json(extract: Extract, found: Mapping[str, tuple[Measured, ...]]) -> dict[str, object]:
    """Keys schema, as_at, run, extract (digest) and places: each a list of measures with their figures."""
    described = catalogue.promises()
    return {
        "schema": SCHEMA, "as_at": extract.as_at.isoformat(), "run": extract.run, "extract": extract.digest,
        "places": {
            place: [
                {**each.measure.described(extract.as_at, described),
                 "figures": [figure_json(figure) for figure in each.figures]}
                for each in measured
            ]
            for place, measured in found.items()
        },
    }  # fmt: skip


def figure_json(figure: Figure) -> dict[str, Any]:
    """One figure: numbers as whole numbers or decimal texts, days as ISO, suppressed as its reason or ''."""
    return {
        "part": figure.part, "starts_on": figure.starts_on.isoformat(), "ends_on": figure.ends_on.isoformat(),
        "events": figure.events, "of": figure.of, "value": _text(figure.value), "lower": _text(figure.lower),
        "upper": _text(figure.upper), "left_out": figure.left_out, "suppressed": figure.suppressed,
    }  # fmt: skip


def statements(as_at: date) -> Iterator[str]:
    """The SQL that DuckDB is given for each measure on a day."""
    for each in catalogue.shipped():
        starts_on, ends_on = days(each, as_at)
        for name, make in EXPRESSIONS[each.name].items():
            asked = make(unbound_tables(), Span(starts_on, ends_on - timedelta(days=1)))
            yield f"-- {each.name}, {name}\n{ibis.to_sql(asked, dialect='duckdb')};"


def _short(number: Decimal) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
