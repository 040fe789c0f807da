"""Which figures do the counts of one measure in one place give?

From whole numbers to figures: value, limits and, where numbers are small, the words that say so in their place. A
figure that is suppressed holds no number at all. Every kind of measure has one function; which kind a measure is stands
in the catalogue. Left out: comparing places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from joinedup.outcomes.rules.disclosure import hidden, is_small
from joinedup.outcomes.rules.intervals import Histogram, byar, mean_limits, median, median_limits, wilson

WHOLE = ""
NOTHING = "nothing"
SMALL = "small"
FURTHER = "further"
PER_THOUSAND = 10**3
PENCE_TOGETHER = 10**5
PENCE_OF_A_POUND = 10**2
_PLACES = Decimal(1).scaleb(-4)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a measure counted in one place: whole numbers only.

    events of `of`; `histogram` of days; `parts` by month ('2026-10'); `people` behind them where that is not `events`;
    `left_out`: rows that should have counted and lacked what was needed.
    """

    events: int = 0
    of: int = 0
    histogram: Histogram = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    people: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """The smallest count that is shown, and the confidence of limits (0.95)."""

    smallest_shown: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: of the whole (part '') or a month, with its value and limits, or the reason why there is none.

    `suppressed` is '' or one of nothing (there was nothing to count), small (too few to be shown) and further (hidden
    so that another cannot be worked out). Then every number is None.
    """

    part: str
    starts_on: date
    ends_on: date
    events: int | None = None
    of: int | None = None
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    left_out: int | None = None
    suppressed: str = ""


Span = tuple[date, date]
Maker = Callable[[Counted, Span, Policy], tuple[Figure, ...]]


def share(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Per cent, with Wilson's limits."""
    if reason := _reason(counted.of, (counted.of, counted.events), policy):
        return (_none(span, reason),)
    limits = wilson(counted.events, counted.of, policy.confidence)
    numbers = (100 * counted.events / counted.of, *(100 * limit for limit in limits))
    return (_figure(span, counted, *numbers),)


def people_share(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Per cent of people, with Wilson's limits. Neither those counted nor the rest may be few: both are people."""
    if reason := _reason(counted.of, (counted.of, counted.events, counted.of - counted.events), policy):
        return (_none(span, reason),)
    return share(counted, span, policy)


def median_pence(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Median pence of those who are counted, with limits by ranks, each to the nearest pound: it is somebody's own.

    `of` counts those of whom there is nothing to measure too; neither they nor the rest may be few.
    """
    if reason := _reason(counted.of, (counted.of, counted.events, counted.of - counted.events), policy):
        return (_none(span, reason),)
    if not counted.events:
        return (_none(span, NOTHING),)
    numbers = (median(counted.histogram), *median_limits(counted.histogram, policy.confidence))
    return (_figure(span, counted, *(round(number / PENCE_OF_A_POUND) * PENCE_OF_A_POUND for number in numbers)),)


def waiting(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Median days of those who have been served, with limits by ranks; `of` counts those who still wait too."""
    if reason := _reason(counted.events, (counted.events,), policy):
        return (_none(span, reason),)
    limits = median_limits(counted.histogram, policy.confidence)
    return (_figure(span, counted, median(counted.histogram), *limits),)


def mean_days(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Mean days, with limits by the normal approximation; `of` counts those whose length is not known too."""
    if reason := _reason(counted.events, (counted.events,), policy):
        return (_none(span, reason),)
    return (_figure(span, counted, *mean_limits(counted.histogram, policy.confidence)),)


def rate(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Events for every thousand people, with Byar's limits, and the events of each month."""
    kept = hidden(tuple(counted.parts.values()), policy.smallest_shown)
    months = tuple(
        _month(part, count, SMALL if first else FURTHER if further else "")
        for (part, count), first, further in zip(counted.parts.items(), kept.first, kept.further, strict=True)
    )
    reason = _reason(counted.of, (counted.of,), policy) or (SMALL if kept.total else "")
    if reason:
        return (_none(span, reason), *months)
    numbers = (counted.events, *byar(counted.events, policy.confidence))
    return (_figure(span, counted, *(PER_THOUSAND * number / counted.of for number in numbers)), *months)


def money_share(counted: Counted, span: Span, policy: Policy) -> tuple[Figure, ...]:
    """Per cent of pence. The sums are whole thousands of pounds, and few people's money is nobody's to read.

    No limits: it is what was posted, not a sample.
    """
    if reason := _reason(counted.of, (counted.people,), policy):
        return (_none(span, reason),)
    if counted.of and counted.events and not counted.people:
        return (_none(span, SMALL),)  # nobody is known to stand behind the money, so it may be one person's
    rounded = Counted(_thousands(counted.events), _thousands(counted.of), left_out=counted.left_out)
    return (_figure(span, rounded, 100 * counted.events / counted.of),)


KINDS: Mapping[str, Maker] = {
    "share": share, "waiting": waiting, "mean_days": mean_days, "rate": rate, "money_share": money_share,
    "people_share": people_share, "median_pence": median_pence,
}  # fmt: skip


def _reason(base: int, counts: tuple[int, ...], policy: Policy) -> str:
    if base == 0:
        return NOTHING
    return SMALL if any(is_small(count, policy.smallest_shown) for count in counts) else ""


def _figure(
    span: Span, counted: Counted, value: float, lower: float | None = None, upper: float | None = None
) -> Figure:
    return Figure(
        part=WHOLE, starts_on=span[0], ends_on=span[1], events=counted.events, of=counted.of, value=_rounded(value),
        lower=None if lower is None else _rounded(lower), upper=None if upper is None else _rounded(upper),
        left_out=counted.left_out,
    )  # fmt: skip


def _month(part: str, count: int, reason: str) -> Figure:
    year, month = (int(words) for words in part.split("-"))
    starts_on, ends_on = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if reason:
        return Figure(part, starts_on, ends_on, suppressed=reason)
    return Figure(part, starts_on, ends_on, events=count)


def _none(span: Span, reason: str) -> Figure:
    return Figure(WHOLE, span[0], span[1], suppressed=reason)


def _rounded(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def _thousands(pence: int) -> int:
    return (pence + PENCE_TOGETHER // 2) // PENCE_TOGETHER * PENCE_TOGETHER
