"""How many people will live with long-term conditions, and how large is the saving that was claimed from caring for
them better?

Growth is taken as the same share every year, so the figure of a year between is on a curve and not on a line. The
claimed saving is set against the lowest and highest of the gap that it was to close: a claim, never a baseline for a
plan. Left out: whether either will come true.
"""

from __future__ import annotations

from fractions import Fraction

from joinedup.evaluation.rules.figures import MILLION_PEOPLE, PERCENT, PERCENT_FINE, Definition, Working
from joinedup.evaluation.rules.intervals import Values, root

CONDITIONS_ROW = "long-term conditions"
SAVING_ROW = "chronic-disease saving"
_PEOPLE = "conditions-people-first"
_GROWTH = "conditions-growth"
_FIRST, _LAST, _BETWEEN = "conditions-year-first", "conditions-year-last", "conditions-year-between"
_NOTE = "A claim, never a baseline."


def _last(values: Values) -> Fraction:
    return values[_PEOPLE] * (1 + values[_GROWTH])


def _a_year(values: Values) -> Fraction:
    return root(1 + values[_GROWTH], values[_LAST] - values[_FIRST]) - 1


def _between(values: Values) -> Fraction:
    years = values[_BETWEEN] - values[_FIRST]
    return values[_PEOPLE] * (1 + _a_year(values)) ** int(years)


def _of_lowest(values: Values) -> Fraction:
    return values["saving-claimed"] / values["gap-lowest"]


def _of_highest(values: Values) -> Fraction:
    return values["saving-claimed"] / values["gap-highest"]


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        CONDITIONS_ROW,
        "conditions-people-last",
        "People with a long-term condition, 2025",
        (_PEOPLE, _GROWTH),
        (Working("grown", "The people at the start, grown by the whole period's share.", _last, MILLION_PEOPLE),),
    ),
    Definition(
        CONDITIONS_ROW,
        "conditions-growth-a-year",
        "Growth a year",
        (_GROWTH, _FIRST, _LAST),
        (Working("a-year", "The same share each year that gives the whole growth.", _a_year, PERCENT_FINE),),
    ),
    Definition(
        CONDITIONS_ROW,
        "conditions-people-between",
        "People with a long-term condition, 2018",
        (_PEOPLE, _GROWTH, _FIRST, _LAST, _BETWEEN),
        (
            Working("a-year", "The same share each year that gives the whole growth.", _a_year, PERCENT_FINE),
            Working(
                "between", "The people at the start, grown by that share to the year between.", _between, MILLION_PEOPLE
            ),
        ),
    ),
    Definition(
        SAVING_ROW,
        "saving-of-highest-gap",
        "The claimed saving as a share of the largest gap",
        ("saving-claimed", "gap-highest"),
        (Working("share", "The claimed saving over the highest of the gap.", _of_highest, PERCENT),),
        note=_NOTE,
    ),
    Definition(
        SAVING_ROW,
        "saving-of-lowest-gap",
        "The claimed saving as a share of the smallest gap",
        ("saving-claimed", "gap-lowest"),
        (Working("share", "The claimed saving over the lowest of the gap.", _of_lowest, PERCENT),),
        note=_NOTE,
    ),
)
