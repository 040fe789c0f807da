"""What did the Better Care Fund of 2015-16 promise, what happened, what did the gap cost, and whose money was it?

The gap is actual less plan; the price of one admission or day is the planned saving over the planned fall, so the cost
of the gap is that price times the gap. Counts were printed in thousands and money in millions; as in the list of
figures the money's rounding is carried and the counts are taken as printed (`Figure.widest` carries both). Left out:
whether the plan's price of an admission was right.
"""

from __future__ import annotations

from fractions import Fraction

from joinedup.evaluation.rules.figures import (
    BILLION_POUNDS,
    COUNT,
    DAYS,
    MILLION_POUNDS,
    PERCENT,
    POUNDS,
    Definition,
    Unit,
    Working,
)
from joinedup.evaluation.rules.intervals import Formula, Values

ADMISSIONS_ROW = "admissions, 2015-16"
DAYS_ROW = "delayed days, 2015-16"
BOTH_ROW = "both"
FUND_ROW = "Better Care Fund"

PLANNED, ACTUAL, SAVING = "{}-change-planned", "{}-change-actual", "{}-saving-planned"
_NHS_PARTS = ("fund-nhs-money", "fund-carers-breaks", "fund-reablement", "fund-transfer-from-health")
_FUND_PARTS = (*_NHS_PARTS, "fund-capital-grants")


def _off_plan(what: str) -> Formula:
    planned, actual = PLANNED.format(what), ACTUAL.format(what)
    return lambda values: values[actual] - values[planned]


def _price(what: str) -> Formula:
    planned, saving = PLANNED.format(what), SAVING.format(what)
    return lambda values: values[saving] / -values[planned]


def _cost(what: str) -> Formula:
    return lambda values: _price(what)(values) * _off_plan(what)(values)


def _delivered(what: str) -> Formula:
    planned, actual = PLANNED.format(what), ACTUAL.format(what)
    return lambda values: values[actual] / values[planned]


def _of_one_kind(row: str, what: str, one: str, unit: Unit) -> tuple[Definition, ...]:
    counts = (PLANNED.format(what), ACTUAL.format(what))
    off_plan = Working(
        "off-plan", "What happened less what was planned; a planned fall is below nought.", _off_plan(what), unit
    )
    price = Working(
        "price-of-one", f"The planned saving over the planned fall: the price of one {one}.", _price(what), POUNDS
    )
    cost = Working("cost-off-plan", "That price times the gap.", _cost(what), MILLION_POUNDS)
    every = (*counts, SAVING.format(what))
    plural = what.replace("-", " ")
    return (
        Definition(row, f"{what}-off-plan", f"{plural.capitalize()} off plan", counts, (off_plan,), counts),
        Definition(row, f"{what}-price", f"Planned saving for each {one}", every, (price,), counts),
        Definition(row, f"{what}-cost-off-plan", f"Cost of {plural} off plan", every, (off_plan, price, cost), counts),
    )


def _both_delivered(what: str) -> Definition:
    counts = (PLANNED.format(what), ACTUAL.format(what))
    text = "What happened over what was planned; below nought it went the other way."
    plural = what.replace("-", " ")
    working = Working("delivered-share", text, _delivered(what), PERCENT)
    return Definition(
        BOTH_ROW, f"{what}-delivered", f"Delivered of the planned fall, {plural}", counts, (working,), counts
    )


def _sum_of(*names: str) -> Formula:
    def total(values: Values) -> Fraction:
        return sum((values[name] for name in names), Fraction(0))

    return total


def _nhs_share(values: Values) -> Fraction:
    return _sum_of(*_NHS_PARTS)(values) / _sum_of(*_FUND_PARTS)(values)


def _cost_of_both(values: Values) -> Fraction:
    return _cost("admissions")(values) + _cost("delayed-days")(values)


_PRINTED_COSTS = ("admissions-cost-printed", "delayed-days-cost-printed")
_ALL_COUNTS = tuple(shape.format(what) for what in ("admissions", "delayed-days") for shape in (PLANNED, ACTUAL))

DEFINITIONS: tuple[Definition, ...] = (
    *_of_one_kind(ADMISSIONS_ROW, "admissions", "admission", COUNT),
    *_of_one_kind(DAYS_ROW, "delayed-days", "day", DAYS),
    Definition(
        BOTH_ROW,
        "cost-of-both",
        "Both costs off plan, from the inputs",
        (*_ALL_COUNTS, SAVING.format("admissions"), SAVING.format("delayed-days")),
        (Working("sum", "The two costs, each before it is rounded, added.", _cost_of_both, MILLION_POUNDS),),
        _ALL_COUNTS,
    ),
    Definition(
        BOTH_ROW,
        "cost-of-both-printed",
        "Both costs off plan, as printed",
        _PRINTED_COSTS,
        (Working("sum", "The two costs as the report prints them, added.", _sum_of(*_PRINTED_COSTS), MILLION_POUNDS),),
        _PRINTED_COSTS,
    ),
    _both_delivered("admissions"),
    _both_delivered("delayed-days"),
    Definition(
        FUND_ROW,
        "fund-total",
        "The fund's contributions together",
        _FUND_PARTS,
        (Working("sum", "All contributions added.", _sum_of(*_FUND_PARTS), BILLION_POUNDS),),
    ),
    Definition(
        FUND_ROW,
        "fund-nhs-share",
        "The NHS's share of the fund",
        _FUND_PARTS,
        (
            Working("nhs-money", "What comes out of the NHS's money, added.", _sum_of(*_NHS_PARTS), BILLION_POUNDS),
            Working("share", "That sum over all contributions.", _nhs_share, PERCENT),
        ),
    ),
)
