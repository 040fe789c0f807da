"""How does a family follow a charge with a calculator, line by line?

Made from the explanation that was kept with the charge, never worked out again: each step becomes one line with the sum
that leads to it. A sum is written only when it gives the step's own figure to the penny; a step whose sum is not known
here stands with its figure alone. Pure. Left out: words of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from joinedup.base.money import Money

HUNDRED = 100
Step = Mapping[str, Any]
Sum = Callable[[Step, Sequence[Step]], tuple[str, Money | int | None]]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: its number, the sentence, the sum as on a calculator ('' where there is none), what comes out, the law,
    and the figure of law as (words, source, whether somebody read it there), None where none was used."""

    number: int
    text: str
    sum: str
    result: str
    law: str
    figure: tuple[str, str, bool] | None


@dataclass(frozen=True, slots=True)
class StatementPart:
    """The lines of one question of the statement."""

    title: str
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The parts in order, and the figures of law that were used, each once."""

    parts: tuple[StatementPart, ...]
    figures: tuple[tuple[str, str, bool], ...]

    @property
    def lines(self) -> tuple[StatementLine, ...]:
        """Every line, in order."""
        return tuple(line for part in self.parts for line in part.lines)


PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What you have", ("capital", "tariff", "property", "notional", "full-cost")),
    ("What comes in each week", ("income", "included", "assessable", "disregard", "war", "savings-credit", "standard",
                                 "half")),
    ("What must be left to you", ("age", "minimum", "national", "local", "premium", "housing", "disability",
                                  "allowances", "personal", "flat")),
    ("What you pay", ()),
)  # fmt: skip
"""The parts with the beginnings of the steps' names in them; what fits none belongs to the last one."""


def worked(explanation: Mapping[str, Any]) -> Statement:
    """The statement of a kept explanation."""
    steps: Sequence[Step] = explanation.get("steps", ())
    lines = [(_part(each), _line(number, each, steps[:number])) for number, each in enumerate(steps)]
    titles = tuple(title for title, _ in PARTS)
    parts = tuple(StatementPart(title, tuple(line for part, line in lines if part == title)) for title in titles)
    figures = dict.fromkeys(line.figure for _, line in lines if line.figure is not None)
    return Statement(_numbered(each for each in parts if each.lines), tuple(figures))


def _numbered(parts: Iterable[StatementPart]) -> tuple[StatementPart, ...]:
    number, done = 0, []
    for part in parts:
        lines = []
        for line in part.lines:
            number += 1
            lines.append(StatementLine(number, line.text, line.sum, line.result, line.law, line.figure))
        done.append(StatementPart(part.title, tuple(lines)))
    return tuple(done)


def _part(step: Step) -> str:
    name = str(step["rule"])
    return next((title for title, starts in PARTS if name.startswith(starts)), PARTS[-1][0])


def _line(number: int, step: Step, before: Sequence[Step]) -> StatementLine:
    figure = step.get("parameter")
    shown = None
    if figure is not None:
        group = f" ({_words(figure['group'])})" if figure.get("group") else ""
        since = f", from {figure['from']}" if figure.get("from") else ""
        shown = (f"{_words(figure['name']).capitalize()}{group}: {_figure(figure)}{since}", str(figure["source"]),
                 figure.get("verified") is True)  # fmt: skip
    return StatementLine(
        number, str(step["text"]), _sum(step, before), _result(step["result"]), str(step["source"]), shown
    )


def _sum(step: Step, before: Sequence[Step]) -> str:
    """The sum of a step as on a calculator, '' unless it gives the step's own result."""
    known = SUMS.get(str(step["rule"]))
    if known is None:
        return ""
    text, value = known(step, before)
    return text if text and value is not None and _same(value, step["result"]) else ""


def _same(value: Money | int, result: object) -> bool:
    return str(value) == str(result) if isinstance(value, int) else value.to_text() == str(result)


def _plus(*names: str) -> Sum:
    """The sum of these inputs, as many as there are."""
    return lambda step, before: _added(_amounts(step, names))


def _added(amounts: Sequence[Money]) -> tuple[str, Money | int | None]:
    total = Money.total(amounts)
    return (f"{' + '.join(each.display() for each in amounts)} = {total.display()}" if len(amounts) > 1 else "", total)


def _minus(*names: str) -> Sum:
    """The first of these inputs less the others."""

    def less(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
        amounts = _amounts(step, names)
        return _taken(amounts[0], amounts[1:]) if len(amounts) > 1 else ("", None)

    return less


def _taken(first: Money, rest: Sequence[Money]) -> tuple[str, Money | int | None]:
    left = first - Money.total(rest)
    text = f"{' − '.join(each.display() for each in (first, *rest))} = {left.display()}"
    if left.pence < 0:
        return f"{text}; below nothing counts as {Money(0).display()}", Money(0)
    return text, left


def _lower(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    amounts = _amounts(step, ("percentage_charged", "assessed_maximum", "cost_left", "weekly_cost"))[:2]
    if len(amounts) < 2:
        return "", None
    least = min(amounts, key=lambda each: each.pence)
    return f"The smaller of {' and '.join(each.display() for each in amounts)} is {least.display()}", least


def _less_figure(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    return _taken(_amounts(step, ("capital",))[0], [Money.from_text(str(step["parameter"]["value"]))])


def _bands(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    above, band = _amounts(step, ("capital_above_lower_limit",))[0], Money.from_text(str(step["parameter"]["value"]))
    bands = -(-above.pence // band.pence)
    exact = Fraction(above.pence, band.pence)
    return f"{above.display()} ÷ {band.display()} = {float(exact):.2f}, rounded up: {bands}", bands


def _times(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    number, each = int(step["inputs"]["bands"]), Money.from_text(str(step["parameter"]["value"]))
    total = Money(number * each.pence)
    return f"{number} × {each.display()} = {total.display()}", total


def _own_part(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    """The share of the whole, less selling it (a part of a penny for the person), what is secured on it, and what
    notional capital has lost."""
    given, figure = step["inputs"], step.get("parameter")
    share, amount = Fraction(str(given.get("share", "1"))), Money.from_text(str(given["amount"]))
    own = Money(int(amount.pence * share))
    shared = f"{amount.display()} × {share} = {own.display()}" if share != 1 else ""
    less = _amounts(step, ("debts", "reduced_by"))
    if figure is not None and figure["name"] == "sale-costs-percent":
        less = [Money(-(-own.pence * Fraction(str(figure["value"])) // HUNDRED)), *less]
    text, left = _taken(own, less) if less else ("", own)
    return "; ".join(part for part in (shared, text) if part), left


def _percent(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    assessed, percent = _amounts(step, ("assessed_maximum",))[0], str(step["inputs"]["percent"])
    part = Money(int(assessed.pence * Fraction(percent) / HUNDRED))
    return f"{assessed.display()} × {percent}% = {part.display()} (a part of a penny is dropped)", part


def _capital(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    return _added([Money.from_text(str(each["result"])) for each in before if each["rule"] == "capital-counted"])


def _included(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    counted = [Money.from_text(str(each["result"])) for each in before if str(each["rule"]).startswith(_COUNTED)]
    left_out = Money.from_text(str(step["inputs"]["left_out"]))
    text, left = _taken(Money.total(counted), [left_out])
    added, _ = _added(counted)
    return "; ".join(part for part in (added, text if left_out.pence else "") if part), left


_COUNTED = ("income-counted",)


def _cost_lines(step: Step, before: Sequence[Step]) -> tuple[str, Money | int | None]:
    return _added([Money.from_text(str(each["weekly"])) for each in step["inputs"].get("lines", ())])


SUMS: Mapping[str, Sum] = {
    "capital-counted": _own_part,
    "capital-total": _capital,
    "capital-lower-limit": _less_figure,
    "tariff-bands": _bands,
    "tariff-income": _times,
    "included-income": _included,
    "assessable-income": _plus("included_income", "tariff_income"),
    "national-minimum-income": _plus("minimum", "premiums", "children"),
    "housing-costs": _cost_lines,
    "disability-related-expenditure": _cost_lines,
    "allowances": _plus(
        "minimum_income", "personal_expenses_allowance", "housing_costs", "disability_related_expenditure"
    ),
    "assessed-maximum": _minus("assessable_income", "allowances"),
    "percentage-charged": _percent,
    "weekly-charge": _lower,
    "cost-left": _minus("weekly_cost", "nhs_pays"),
    "council-pays": _minus("weekly_cost", "nhs_pays", "weekly_charge"),
    "top-up": _minus("chosen_home", "personal_budget"),
}
"""How each step's figure comes about, by the step's name. Inputs are named, for a kept case keeps no order of them."""


def _amounts(step: Step, names: Sequence[str]) -> list[Money]:
    inputs = step.get("inputs") or {}
    return [Money.from_text(str(inputs[name])) for name in names if _is_amount(str(inputs.get(name, "")))]


def _is_amount(text: str) -> bool:
    whole, dot, pence = text.removeprefix("-").partition(".")
    return bool(dot) and whole.isdigit() and pence.isdigit() and len(pence) == 2


def _result(value: object) -> str:
    if isinstance(value, bool):
        return ""  # the sentence says it
    text = str(value)
    return Money.from_text(text).display() if _is_amount(text) else _words(text)


def _figure(figure: Mapping[str, Any]) -> str:
    value = str(figure["value"])
    return Money.from_text(value).display() if figure.get("unit") == "pounds" and _is_amount(value) else value


def _words(text: object) -> str:
    return str(text).replace("_", " ").replace("-", " ")
