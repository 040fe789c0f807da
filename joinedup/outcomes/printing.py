"""How does the command print what it worked out: as lines, as JSON, and as the SQL that was asked?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis

from joinedup.outcomes import catalogue
from joinedup.outcomes.computing import Measured, days
from joinedup.outcomes.extract_reading import Extract
from joinedup.outcomes.measures import EXPRESSIONS, Span, unbound_tables
from joinedup.outcomes.rules.figures import Figure
from joinedup.outcomes.wording import counts, limits, value

SCHEMA = "measures/1"


def as_text(extract: Extract, found: Mapping[str, tuple[Measured, ...]]) -> str:
    """The measures of each place as lines for a terminal."""
    lines = [f"Extract as at {extract.as_at}, run {extract.run}."]
    for place, measured in found.items():
        lines += ["", place]
        for each in measured:
            whole = each.figures[0]
            beside = [words for words in (limits(whole, each.measure.kind), counts(whole, each.measure.kind)) if words]
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


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
