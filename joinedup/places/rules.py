"""Which body came before and after which, and when was an office empty?

Pure functions over frozen data: what an organisation's successions say when followed from end to end, and what days
are left when the days on which an office was held are taken away. Left out: who may appoint whom.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from joinedup.base.period import Period

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Succession(Generic[Key]):
    """On this day `successor` took over from `body`; both are keys of any kind."""

    body: Key
    successor: Key
    on: date


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody held an office for a period; `how` is elected or appointed."""

    holder_name: str
    period: Period
    how: str
    is_demo: bool = False


def predecessors(key: Key, successions: Iterable[Succession[Key]]) -> tuple[Key, ...]:
    """Every body whose work came to this one, directly or not, in the order of handing over; never the body itself.

    >>> steps = [Succession("PCT", "CCG", date(2013, 4, 1)), Succession("CCG", "ICB", date(2022, 7, 1))]
    >>> predecessors("ICB", steps)
    ('PCT', 'CCG')
    """
    return _followed(key, [(step.successor, step.body, step.on) for step in successions])


def successors(key: Key, successions: Iterable[Succession[Key]]) -> tuple[Key, ...]:
    """Every body to which the work of this one went, directly or not, in the order of taking over; never itself.

    >>> successors("PCT", [Succession("PCT", "CCG", date(2013, 4, 1)), Succession("CCG", "ICB", date(2022, 7, 1))])
    ('CCG', 'ICB')
    """
    return _followed(key, [(step.body, step.successor, step.on) for step in successions])


def lineage(key: Key, successions: Iterable[Succession[Key]]) -> tuple[Key, ...]:
    """The whole line through this body, longest ago first: its predecessors, itself, its successors.

    Bodies that merely share a successor with it (another town's group) are not in its line. A circle in the data ends
    where it closes.

    >>> steps = [Succession("99Q", "15N", date(2019, 4, 1)), Succession("99P", "15N", date(2019, 4, 1))]
    >>> lineage("99Q", steps)
    ('99Q', '15N')
    """
    known = tuple(successions)
    before = predecessors(key, known)
    return (*before, key, *(each for each in successors(key, known) if each not in before))


def holder_on(tenures: Iterable[Tenure], day: date) -> Tenure | None:
    """Who holds the office on a day; None when it is vacant."""
    return next((each for each in tenures if each.period.contains(day)), None)


def vacancies(tenures: Iterable[Tenure], until: date) -> tuple[Period, ...]:
    """The periods without a holder from the first known holder's first day up to `until`, in order.

    The last one is open when the office is vacant on `until`. Before the first known holder nothing is claimed, and an
    office that nobody is known to have held has no known vacancy.

    >>> held = [Tenure("A", Period(date(2023, 1, 1), date(2024, 1, 1)), "appointed")]
    >>> held += [Tenure("B", Period(date(2024, 3, 1), date(2026, 2, 1)), "appointed")]
    >>> [str(gap) for gap in vacancies(held, date(2026, 4, 6))]
    ['2024-01-01 to 2024-03-01', '2026-02-01 to open']
    """
    periods = sorted((each.period for each in tenures if each.period.starts_on <= until), key=_start)
    gaps = []
    for earlier, later in pairwise(periods):
        if earlier.ends_on is not None and earlier.ends_on < later.starts_on:
            gaps.append(Period(earlier.ends_on, later.starts_on))
    if periods and periods[-1].ends_on is not None and periods[-1].ends_on <= until:
        gaps.append(Period(periods[-1].ends_on))
    return tuple(gaps)


def vacant_since(tenures: Iterable[Tenure], day: date) -> date | None:
    """The first day of the vacancy in which `day` falls; None when the office is held, or was never known to be."""
    gap = next((each for each in vacancies(tenures, day) if each.contains(day)), None)
    return gap.starts_on if gap else None


def _start(period: Period) -> date:
    return period.starts_on


def _followed(key: Key, steps: Sequence[tuple[Key, Key, date]]) -> tuple[Key, ...]:
    """Every key reached from `key` over (from, to, when) steps, each once, by its earliest step; ties as given."""
    reached = {key}
    grew = True
    while grew:
        ends = {end for start, end, _ in steps if start in reached}
        grew = not ends <= reached
        reached |= ends
    walked = sorted((step for step in steps if step[0] in reached and step[1] != key), key=lambda step: step[2])
    return tuple(dict.fromkeys(end for _, end, _ in walked))
