"""How far were new ways of organising care carried out, and what was spent on them?

The implemented share of an area is the people under each *fully* implemented element, added over all elements, over
elements times population; the figure is the mean of the areas. Counting an element as soon as anybody anywhere has it
gives a larger number, which is worked out beside it to show the difference. The vanguards' spending is compared with
the NHS's budget of the same year. Also here: care trusts, and the wait that Torbay's care trust shortened.
"""

from __future__ import annotations

from fractions import Fraction

from joinedup.base.explanation import Step
from joinedup.evaluation.rules.figures import (
    COUNT,
    DAYS_FINE,
    OWN_ARITHMETIC,
    PERCENT,
    PERCENT_FINEST,
    SHARE,
    Area,
    Definition,
    Figure,
    FigureBook,
    Worked,
    Working,
    compared,
)
from joinedup.evaluation.rules.intervals import Interval, Values

SHARE_ROW = "implemented share"
TORBAY_ROW = "Torbay"
TRUSTS_ROW = "care trusts"
VANGUARDS_ROW = "vanguard spending"
_YEARS = ("2015-16", "2016-17", "2017-18")
_BUDGETS = tuple(f"nhs-budget-{year}" for year in _YEARS)
METHOD = "list of figures, implemented share: people under fully implemented elements over elements times population"


def implemented_share(area: Area, elements_count: int) -> Fraction:
    """The share of one area, 0 to 1: only fully implemented elements count.

    >>> implemented_share(Area("A", 100, (50,) * 6), 10)
    Fraction(3, 10)
    """
    return Fraction(sum(area.covered), elements_count * area.population)


def present_share(area: Area, elements_count: int) -> Fraction:
    """What "present anywhere" would say: elements that somebody there has, over all elements. Not the figure.

    >>> present_share(Area("A", 100, (50,) * 6), 10)
    Fraction(3, 5)
    """
    return Fraction(sum(1 for people in (*area.covered, *area.part_covered) if people), elements_count)


def mean(shares: tuple[Fraction, ...]) -> Fraction:
    """The mean of the areas, each counting once whatever its size; there must be at least one."""
    return sum(shares, Fraction(0)) / len(shares)


def share_steps(areas: tuple[Area, ...], elements_count: int, source: str) -> tuple[Step, ...]:
    """One step an area, then the mean."""
    each_area = tuple(
        Step(
            "area-share",
            f"Area {area.name}: people under each fully implemented element, added, over elements times population.",
            source,
            SHARE.write(implemented_share(area, elements_count)),
            inputs={"population": area.population, "covered": list(area.covered), "elements": elements_count},
        )
        for area in areas
    )
    shares = tuple(implemented_share(area, elements_count) for area in areas)
    text = "The mean of the areas' shares, each area counting once."
    return (*each_area, Step("mean", text, OWN_ARITHMETIC, SHARE.write(mean(shares))))


def implemented_figures(book: FigureBook) -> tuple[Figure, ...]:
    """The example's share of each area, their mean, and what "present anywhere" would wrongly say."""
    steps = share_steps(book.areas, book.elements_count, book.areas_source)
    shares = tuple(implemented_share(area, book.elements_count) for area in book.areas)
    present = tuple(present_share(area, book.elements_count) for area in book.areas)
    areas = tuple(
        _exactly(book, f"implemented-share-{area.name.lower()}", f"Implemented share of area {area.name}", share, steps)
        for area, share in zip(book.areas, shares, strict=True)
    )
    note = "The published third is a mean over real areas, whose data is not held; this example shows the method."
    return (
        *areas,
        _exactly(book, "implemented-share-mean", "Implemented share, mean of areas", mean(shares), steps, note=note),
        _exactly(
            book,
            "implemented-share-present-anywhere",
            '"Present anywhere" would wrongly say',
            mean(present),
            (
                Step(
                    "present-anywhere",
                    "Elements that anybody has, over all elements.",
                    METHOD,
                    SHARE.write(mean(present)),
                ),
            ),
            other_reading=True,
            note="Counts an element as done as soon as anybody has it.",
        ),
    )


def _exactly(
    book: FigureBook,
    name: str,
    title: str,
    value: Fraction,
    steps: tuple[Step, ...],
    *,
    other_reading: bool = False,
    note: str = "",
) -> Figure:
    working = Working("share", title, lambda _: value, SHARE)
    definition = Definition(SHARE_ROW, name, title, (), (working,), is_other_reading=other_reading, note=note)
    return compared(definition, Worked(Interval.exact(value), Interval.exact(value), steps), book)


def _left(values: Values) -> Fraction:
    return values["care-trusts-ever"] - values["care-trusts-reverted"]


def _one_year(values: Values) -> Fraction:
    return values["vanguard-money-2017-18"] / values["nhs-budget-2017-18"]


def _three_years(values: Values) -> Fraction:
    return values["vanguard-money-three-years"] / sum((values[name] for name in _BUDGETS), Fraction(0))


def _days_saved(values: Values) -> Fraction:
    return values["torbay-wait-after"] - values["torbay-wait-before"]


def _days_saved_share(values: Values) -> Fraction:
    return _days_saved(values) / values["torbay-wait-before"]


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        TRUSTS_ROW,
        "care-trusts-left",
        "Care trusts left",
        ("care-trusts-ever", "care-trusts-reverted"),
        (Working("left", "Those that ever were, less those that reverted.", _left, COUNT),),
    ),
    Definition(
        VANGUARDS_ROW,
        "vanguard-share",
        "Vanguards' money over the NHS's budget, 2017-18",
        ("vanguard-money-2017-18", "nhs-budget-2017-18"),
        (
            Working(
                "share", "The year's money for vanguards over the NHS's budget of that year.", _one_year, PERCENT_FINEST
            ),
        ),
        note="The claim names neither year nor budget; the year is the last one with both figures held.",
    ),
    Definition(
        VANGUARDS_ROW,
        "vanguard-share-three-years",
        "The same over all three years, direct funding only",
        ("vanguard-money-three-years", *_BUDGETS),
        (Working("share", "Three years' direct funding over three years' budgets.", _three_years, PERCENT_FINEST),),
        is_other_reading=True,
        note="On this reading the share is just above a tenth of one per cent.",
    ),
    Definition(
        TORBAY_ROW,
        "torbay-wait-before",
        "Wait for an occupational therapy assessment, before",
        ("torbay-wait-before",),
        (Working("before", "The wait before the care trust.", lambda values: values["torbay-wait-before"], DAYS_FINE),),
    ),
    Definition(
        TORBAY_ROW,
        "torbay-wait-after",
        "The same in the care trust's first year",
        ("torbay-wait-after",),
        (Working("after", "The wait in its first year.", lambda values: values["torbay-wait-after"], DAYS_FINE),),
    ),
    Definition(
        TORBAY_ROW,
        "torbay-wait-change",
        "The change",
        ("torbay-wait-before", "torbay-wait-after"),
        (
            Working("change-share", "The change over the wait before.", _days_saved_share, PERCENT),
            Working("change", "The wait after, less the wait before.", _days_saved, DAYS_FINE),
        ),
        note="The newspaper prints both waits; the change is ours.",
    ),
)
