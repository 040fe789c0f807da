"""Does a figure come out of its inputs again, and does what was published agree with it?

A `Definition` says how one figure is worked out, step by step; a `FigureBook` holds the inputs and what was published,
each with source and rounding. Nothing here knows a number: inputs and published figures are data. What was published is
rounded too, so it stands for a range: it agrees when that range and ours meet, and contradicts when they do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Literal

from joinedup.base.explanation import Explanation, Step
from joinedup.evaluation.rules.intervals import Formula, Interval, rounded, worked_out

Says = Literal["about", "below", "above"]
OWN_ARITHMETIC = "arithmetic on the inputs named"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a figure is written: moved by `power` places of ten, with `decimals`, between `before` and `after`.

    >>> MILLION_POUNDS.write(Fraction(311_349_057)), PERCENT.write(Fraction(-87, 106)), COUNT.write(Fraction(193_000))
    ('£311.3m', '-82.1%', '193,000')
    """

    name: str
    power: int = 0
    decimals: int = 0
    before: str = ""
    after: str = ""

    def write(self, value: Fraction) -> str:
        """The figure for people."""
        scaled = rounded(value / self._size(), Fraction(1, 10**self.decimals))
        whole, part = divmod(abs(scaled), 1)
        tail = f".{int(part * 10**self.decimals):0{self.decimals}d}" if self.decimals else ""
        return f"{'-' if scaled < 0 else ''}{self.before}{int(whole):,}{tail}{self.after}"

    def write_shortest(self, value: Fraction) -> str:
        """The same with no decimals that say nothing, as a published figure is printed: '£311m', '0.1%'."""
        scaled = value / self._size()
        enough = (places for places in range(self.decimals) if (scaled * 10**places).denominator == 1)
        return replace(self, decimals=next(enough, self.decimals)).write(value)

    def _size(self) -> Fraction:
        moved = 10 ** abs(self.power)
        return Fraction(moved) if self.power >= 0 else Fraction(1, moved)


COUNT = Unit("count")
DAYS = Unit("days", after=" days")
DAYS_FINE = Unit("days", decimals=1, after=" days")
POUNDS = Unit("pounds", decimals=2, before="£")
MILLION_POUNDS = Unit("pounds", power=6, decimals=1, before="£", after="m")
BILLION_POUNDS = Unit("pounds", power=9, decimals=2, before="£", after="bn")
MILLION_PEOPLE = Unit("people", power=6, decimals=1, after="m")
PERCENT = Unit("share", power=-2, decimals=1, after="%")
PERCENT_FINE = Unit("share", power=-2, decimals=2, after="%")
PERCENT_FINEST = Unit("share", power=-2, decimals=3, after="%")
SHARE = Unit("share", decimals=3)


@dataclass(frozen=True, slots=True)
class Held:
    """A figure held as data: its value, what it was rounded to (None: exact), who says so, and was that read there.

    `says` is how a published figure stands to ours: about the same, or that ours is below or above it.
    """

    name: str
    value: Fraction
    rounded_to: Fraction | None
    source: str
    verified: bool
    question: str = ""
    says: Says = "about"

    def interval(self) -> Interval:
        """What it may have been before it was rounded."""
        return Interval.around(self.value, self.rounded_to)


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the example of implemented shares: `covered` counts the people under each fully implemented element;
    `part_covered` those under each element that is only partly implemented, which does not count."""

    name: str
    population: int
    covered: tuple[int, ...]
    part_covered: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureBook:
    """All inputs, all published figures, and the example of implemented shares (its elements and areas, and source)."""

    inputs: Mapping[str, Held]
    published: Mapping[str, Held]
    elements_count: int
    areas: tuple[Area, ...]
    areas_source: str


@dataclass(frozen=True, slots=True)
class Working:
    """One step of a calculation: a kebab-case name, a sentence, the formula, and how its answer is written."""

    rule: str
    text: str
    formula: Formula
    unit: Unit


@dataclass(frozen=True, slots=True)
class Definition:
    """How one figure is worked out. `row` is its line of the list of figures, `inputs` the names that it needs.

    The last of `workings` is the figure. `taken_as_printed` names inputs whose rounding the figure does not carry,
    as in the list of figures; `Figure.widest` carries it all the same. `is_other_reading` marks a calculation shown
    for comparison, whose disagreement is its point and no contradiction.
    """

    row: str
    name: str
    title: str
    inputs: tuple[str, ...]
    workings: tuple[Working, ...]
    taken_as_printed: tuple[str, ...] = ()
    is_other_reading: bool = False
    note: str = ""


class Verdict(Enum):
    """What the comparison with the published figure says."""

    EQUALS = "equals"
    INSIDE = "lies inside the interval"
    HOLDS = "holds"
    DEPENDS = "depends on the rounding"
    CONTRADICTS = "contradicts"
    OTHER_READING = "another reading, not the figure"
    NOT_HELD = "input not held"
    NOTHING_PUBLISHED = "nothing published to compare"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure worked out and compared. `computed` and `widest` are None when an input is not held (`missing`)."""

    row: str
    name: str
    title: str
    unit: Unit
    computed: Interval | None
    widest: Interval | None
    published: Held | None
    verdict: Verdict
    explanation: Explanation
    missing: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a calculation gave, before it is compared."""

    computed: Interval
    widest: Interval
    steps: tuple[Step, ...]


def figure(definition: Definition, book: FigureBook) -> Figure:
    """Work out one figure from the book and compare it with what was published under its name."""
    missing = tuple(name for name in definition.inputs if name not in book.inputs)
    if missing:
        return compared(definition, None, book, missing)
    held = {name: book.inputs[name] for name in definition.inputs}
    inputs = {name: each.interval() for name, each in held.items()}
    carried = [name for name in inputs if name not in definition.taken_as_printed]
    steps = (*_inputs_read(held), *(_step(working, inputs, carried) for working in definition.workings))
    last = definition.workings[-1].formula
    return compared(
        definition, Worked(worked_out(last, inputs, carried), worked_out(last, inputs, list(inputs)), steps), book
    )


def compared(definition: Definition, worked: Worked | None, book: FigureBook, missing: tuple[str, ...] = ()) -> Figure:
    """The figure with its verdict; `worked` is None when an input is not held."""
    unit, published = definition.workings[-1].unit, book.published.get(definition.name)
    verdict = Verdict.NOT_HELD if worked is None else _verdict(definition, worked.computed, published)
    return Figure(
        row=definition.row,
        name=definition.name,
        title=definition.title,
        unit=unit,
        computed=worked.computed if worked else None,
        widest=worked.widest if worked else None,
        published=published,
        verdict=verdict,
        explanation=_explained(unit, worked, published, verdict),
        missing=missing,
        note=definition.note,
    )


def verdict_on(computed: Interval, published: Held) -> Verdict:
    """How a published figure stands to ours.

    >>> ours = Interval(Fraction(1460), Fraction(1468), Fraction(1476))
    >>> verdict_on(ours, Held("x", Fraction(1460), Fraction(10), "report", True)).value
    'lies inside the interval'
    >>> verdict_on(ours, Held("x", Fraction(1400), Fraction(10), "report", True)).value
    'contradicts'
    >>> verdict_on(ours, Held("x", Fraction(1470), None, "report", True, says="below")).value
    'depends on the rounding'
    """
    if published.says == "about":
        nearest = rounded(computed.central, published.rounded_to) if published.rounded_to else computed.central
        if nearest == published.value:
            return Verdict.EQUALS
        return Verdict.INSIDE if published.interval().meets(computed) else Verdict.CONTRADICTS
    limit = published.value
    below = published.says == "below"
    if computed.highest < limit if below else computed.lowest > limit:
        return Verdict.HOLDS
    against = computed.lowest >= limit if below else computed.highest <= limit
    return Verdict.CONTRADICTS if against else Verdict.DEPENDS


def written(interval: Interval, unit: Unit) -> dict[str, str]:
    """An interval as answers carry it: lowest, central and highest, each written for people."""
    return {
        "lowest": unit.write(interval.lowest),
        "central": unit.write(interval.central),
        "highest": unit.write(interval.highest),
    }


def _verdict(definition: Definition, computed: Interval, published: Held | None) -> Verdict:
    if definition.is_other_reading:
        return Verdict.OTHER_READING
    return verdict_on(computed, published) if published else Verdict.NOTHING_PUBLISHED


def _inputs_read(held: Mapping[str, Held]) -> tuple[Step, ...]:
    return tuple(
        Step(
            name,
            each.question,
            each.source,
            plain_number(each.value),
            inputs={
                "rounded_to": plain_number(each.rounded_to) if each.rounded_to else "exact",
                "verified": each.verified,
            },
        )
        for name, each in held.items()
    )


def _step(working: Working, inputs: Mapping[str, Interval], carried: list[str]) -> Step:
    answer = worked_out(working.formula, inputs, carried)
    return Step(working.rule, working.text, OWN_ARITHMETIC, written(answer, working.unit))


def _explained(unit: Unit, worked: Worked | None, published: Held | None, verdict: Verdict) -> Explanation:
    answer: dict[str, object] = {
        "computed": written(worked.computed, unit) if worked else None,
        "with_every_rounding": written(worked.widest, unit) if worked else None,
        "published": _published(published, unit) if published else None,
        "verdict": verdict.value,
    }
    return Explanation(answer, worked.steps if worked else ())


def _published(published: Held, unit: Unit) -> dict[str, object]:
    return {
        "says": published.says,
        "value": unit.write_shortest(published.value),
        "rounded_to": plain_number(published.rounded_to) if published.rounded_to else "exact",
        "source": published.source,
        "verified": published.verified,
    }


def plain_number(value: Fraction) -> str:
    """A held figure as it stands in its file: '171000000', '-0.82'; a fraction that has no end as 'a/b'.

    >>> plain_number(Fraction(-41, 50)), plain_number(Fraction(106000)), plain_number(Fraction(1, 3))
    ('-0.82', '106000', '1/3')
    """
    for decimals in range(10):
        scaled = value * 10**decimals
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(decimals + 1, "0")
            text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
            return f"-{text}" if value < 0 else text
    return str(value)
