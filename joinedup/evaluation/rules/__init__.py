"""Which figures about joining up come out of their inputs again, and which contradict them?

The list of figures, in its order, worked out from a `FigureBook` (inputs and published figures as data). Also the
bars of the chart "promised, happened, cost", and the implemented share as a rule that anybody can put areas to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from joinedup.base.errors import SenderMustAct
from joinedup.base.explanation import Explanation
from joinedup.base.parameters import Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.evaluation.rules import better_care_fund, care_models, demand
from joinedup.evaluation.rules.figures import SHARE, Area, Figure, FigureBook, Held, Verdict, figure

ROWS = (
    better_care_fund.ADMISSIONS_ROW,
    better_care_fund.DAYS_ROW,
    better_care_fund.BOTH_ROW,
    demand.CONDITIONS_ROW,
    care_models.TRUSTS_ROW,
    care_models.SHARE_ROW,
    care_models.VANGUARDS_ROW,
    better_care_fund.FUND_ROW,
    demand.SAVING_ROW,
    care_models.TORBAY_ROW,
)
"""The lines of the list of figures, in its order."""

DEFINITIONS = (*better_care_fund.DEFINITIONS, *care_models.DEFINITIONS, *demand.DEFINITIONS)


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One pair of bars: what was promised and what happened, as changes on the year before, and the cost of the gap.

    `promised` and `happened` are counts (below nought: a fall); `cost` is in words, as worked out and as published.
    """

    label: str
    unit: str
    promised: int
    happened: int
    cost: str
    source: str


def all_figures(book: FigureBook) -> tuple[Figure, ...]:
    """Every figure of the list, row by row in its order."""
    found = (*(figure(each, book) for each in DEFINITIONS), *care_models.implemented_figures(book))
    return tuple(sorted(found, key=lambda each: ROWS.index(each.row)))


def contradicted(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Those whose published figure cannot come from the inputs held."""
    return tuple(each for each in figures if each.verdict is Verdict.CONTRADICTS)


def not_checked(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Those that could not be worked out because an input is not held."""
    return tuple(each for each in figures if each.verdict is Verdict.NOT_HELD)


def chart_rows(book: FigureBook) -> tuple[ChartRow, ...]:
    """The bars of 2015-16: emergency admissions and delayed days, promised beside happened, with the gap's cost.

    Rows whose inputs are not held are left out.
    """
    found = {each.name: each for each in all_figures(book)}
    kinds = (
        ("admissions", "Emergency admissions", "admissions"),
        ("delayed-days", "Days of delayed discharge", "days"),
    )
    rows = []
    for what, label, unit in kinds:
        planned = book.inputs.get(better_care_fund.PLANNED.format(what))
        actual = book.inputs.get(better_care_fund.ACTUAL.format(what))
        if planned and actual:
            cost = _cost_in_words(found[f"{what}-cost-off-plan"])
            rows.append(ChartRow(label, unit, int(planned.value), int(actual.value), cost, _sources(planned, actual)))
    return tuple(rows)


def _cost_in_words(cost: Figure) -> str:
    if cost.computed is None:
        return "not known: an input is not held"
    between = f"{cost.unit.write(cost.computed.lowest)} to {cost.unit.write(cost.computed.highest)} worked out"
    if cost.published is None:
        return f"{between} over plan"
    return f"{cost.unit.write_shortest(cost.published.value)} over plan as published, {between}"


def _sources(*held: Held) -> str:
    return "; ".join(dict.fromkeys(each.source for each in held))


def implemented_share(case: Case, parameters: Parameters) -> Explanation:
    """How much of a care model is fully in place? `case`: elements (how many the model has), areas (name, population,
    covered: people under each fully implemented element, part_covered: the same for partly implemented ones).

    Answer: shares by area and mean_share (text with three decimals), present_anywhere (what counting an element as
    soon as anybody has it would say). SenderMustAct (share-impossible) when more people are covered than live there, or
    more elements than the model has.
    """
    elements = _whole(case["elements"])
    areas = tuple(_area(each, elements) for each in _list(case["areas"]))
    if not areas:
        raise _impossible("at least one area is needed")
    shares = tuple(care_models.implemented_share(area, elements) for area in areas)
    present = tuple(care_models.present_share(area, elements) for area in areas)
    write = SHARE.write
    answer = {
        "shares": [write(share) for share in shares],
        "mean_share": write(care_models.mean(shares)),
        "present_anywhere": write(care_models.mean(present)),
    }
    return Explanation(answer, care_models.share_steps(areas, elements, care_models.METHOD))


def _area(described: object, elements: int) -> Area:
    fields = described if isinstance(described, Mapping) else {}
    covered = tuple(_whole(each) for each in _list(fields["covered"]))
    part_covered = tuple(_whole(each) for each in _list(fields.get("part_covered", [])))
    population = _whole(fields["population"])
    if len(covered) + len(part_covered) > elements:
        raise _impossible("an area has more elements than the model")
    if any(people > population for people in (*covered, *part_covered)):
        raise _impossible("an element covers more people than live in its area")
    return Area(str(fields["name"]), population, covered, part_covered)


def _impossible(why: str) -> SenderMustAct:
    return SenderMustAct(
        "share-impossible", "These areas cannot be as described.", f"{why[0].upper()}{why[1:]}.", "Correct the case."
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


_PEOPLE = {"type": "array", "maxItems": 100, "items": {"type": "integer", "minimum": 0}}
_AREA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 100},
        "population": {"type": "integer", "minimum": 1},
        "covered": {**_PEOPLE, "description": "People under each fully implemented element."},
        "part_covered": {**_PEOPLE, "description": "People under each partly implemented element; these do not count."},
    },
    "required": ["name", "population", "covered"],
    "additionalProperties": False,
}

RULES = (
    Rule(
        name="implemented-share",
        question="How much of a care model is fully in place, on average over areas?",
        run=implemented_share,
        input_schema={
            "type": "object",
            "properties": {
                "elements": {"type": "integer", "minimum": 1, "maximum": 100},
                "areas": {"type": "array", "items": _AREA},
            },
            "required": ["elements", "areas"],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "schema": {"type": "string", "enum": ["implemented-share/1"]},
                "shares": {"type": "array", "items": {"type": "string"}},
                "mean_share": {"type": "string"},
                "present_anywhere": {"type": "string"},
                "steps": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["schema", "shares", "mean_share", "present_anywhere", "steps"],
            "additionalProperties": False,
        },
    ),
)
