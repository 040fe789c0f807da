"""What was promised for 2015-16, what happened, and what the gap cost: the home page's chart, and every step of it.

Worked out from inputs held as data (`parameters/figures/`) by the rules of `evaluation`, never typed as results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markupsafe import Markup

from joinedup.evaluation.figure_files import shipped
from joinedup.evaluation.rules import all_figures, chart_rows
from joinedup.evaluation.rules.figures import Figure, plain_number
from joinedup.web.charts import Pair, paired_bars, table_of

TITLE = "What was promised for 2015-16, and what happened"
KINDS = (("admissions", "Emergency admissions"), ("delayed-days", "Days of delayed discharge"))
WORKED_OUT = ("off-plan", "price", "cost-off-plan", "delivered")
MILLION = 10**6
EXPECTED = "Not known. No count of what would have happened anyway is held here, so none is shown."


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


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One worked-out figure of a kind: in words, its range from rounding, what was published, and each step of it."""

    title: str
    value: str
    between: str
    published: str
    source: str
    verdict: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KindShown:
    """Plan, actual and cost of one kind: its inputs (question, value, rounded to, source) and what is worked out."""

    name: str
    title: str
    inputs: tuple[tuple[str, str, str, str], ...]
    figures: tuple[FigureRow, ...]
    missing: tuple[str, ...]


@require_safe
def promised(request: HttpRequest) -> HttpResponse:
    """Plan beside actual beside cost, with inputs, rounding and steps; what was to be expected is not known."""
    context = {"chart": promised_and_happened(), "kinds": kinds_shown(), "expected": EXPECTED}
    return render(request, "desk/promised.html", context)


@cache
def kinds_shown() -> tuple[KindShown, ...]:
    """Each kind with everything that its figures rest on."""
    book = shipped()
    found = {each.name: each for each in all_figures(book)}
    shown = []
    for name, title in KINDS:
        held = [each for key, each in book.inputs.items() if key.startswith(f"{name}-")]
        inputs = tuple(
            (
                each.question, _number(plain_number(each.value)),
                _number(plain_number(each.rounded_to)) if each.rounded_to else "exact",
                each.source if each.verified else f"{each.source} (not read there by us)",
            )
            for each in held
        )  # fmt: skip
        figures = [found[f"{name}-{what}"] for what in WORKED_OUT]
        missing = tuple(dict.fromkeys(name for each in figures for name in each.missing))
        shown.append(KindShown(name, title, inputs, tuple(_row(each) for each in figures if each.computed), missing))
    return tuple(shown)


def _row(each: Figure) -> FigureRow:
    assert each.computed is not None
    assert each.widest is not None
    write, all_of_it = (
        each.unit.write,
        f"{each.unit.write(each.widest.lowest)} to {each.unit.write(each.widest.highest)}",
    )
    with_counts = f"{write(each.computed.lowest)} to {write(each.computed.highest)}"
    between = (
        all_of_it if each.computed.is_exact else f"{with_counts}; with the rounding of the counts too, {all_of_it}"
    )
    steps = tuple((step.text, _result(step.result)) for step in each.explanation.steps)
    return FigureRow(
        each.title, write(each.computed.central), between,
        each.unit.write_shortest(each.published.value) if each.published else "",
        each.published.source if each.published else "", each.verdict.value, steps,
    )  # fmt: skip


def _result(result: object) -> str:
    return str(result["central"]) if isinstance(result, Mapping) else _number(str(result))


def _number(digits: str) -> str:
    """Whole numbers with their thousands apart, whole millions in words: they stay on one line of a table."""
    if not digits.removeprefix("-").isdigit():
        return digits
    millions, rest = divmod(int(digits), MILLION)
    return f"{int(digits):,}" if rest or not millions else f"{millions:,} million"
