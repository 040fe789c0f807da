"""The home page's one chart: what was promised for 2015-16, what happened, and what the gap cost.

Worked out from inputs held as data (`parameters/figures/`) by the rules of `evaluation`, never typed as results.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from joinedup.evaluation.figure_files import shipped
from joinedup.evaluation.rules import chart_rows
from joinedup.web.charts import Pair, paired_bars, table_of

TITLE = "What was promised for 2015-16, and what happened"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with the table of the same numbers, and where they come from."""

    title: str
    drawing: Markup
    columns: list[object]
    rows: list[list[str]]
    sources: tuple[str, ...]


@cache
def promised_and_happened() -> Chart:
    """The chart of the Better Care Fund's first year; the inputs ship with the program, so it is drawn once."""
    rows = chart_rows(shipped())
    pairs = [Pair(row.label, row.promised, row.happened, row.unit, row.cost) for row in rows]
    columns, cells = table_of(pairs)
    drawing = Markup(paired_bars(TITLE, pairs, name="promised"))  # noqa: S704  (every text in it is escaped there)
    return Chart(TITLE, drawing, columns, cells, tuple(dict.fromkeys(row.source for row in rows)))
