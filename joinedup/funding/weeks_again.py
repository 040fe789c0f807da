"""Which weeks would be charged otherwise by what is known now, and by how much?

Each day takes the evidence that holds on it now, and cost and setting of the charge that is in force on it; the rule
`charge-period` does the sums. What was charged is taken from the charges as they stood, with adjustments decided since.
Weeks begin on Mondays, so that a day has the same pence whatever period is asked about. It looks back to the first day
of the first charge, or of the first week that was posted where that is earlier; how many weeks the rule takes in one
question is its own limit (`charge_days.LONGEST`). Pure. Left out: weeks that have not ended, and who sends the bill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from joinedup.base.money import Money, share_out
from joinedup.base.parameters import Parameters
from joinedup.funding.charge_case import COUNCIL
from joinedup.funding.evidence_set import LISTS, Held, case_of, pieces_on
from joinedup.funding.rules import charge_period

WEEK = 7
DAY = timedelta(days=1)
NOT_OF_A_PERIOD = ("as_at", COUNCIL)


@dataclass(frozen=True, slots=True)
class KnownCharge:
    """One decided charge of a plan: from when, when it was decided, a week's pence, and its case."""

    as_at: date
    decided_on: date
    weekly_charge_pence: int
    case: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WeekChange:
    """One week that would be charged otherwise. `days` is what each of its seven days should be charged.

    None stands for a day before the first that was charged at all.
    """

    week_starts_on: date
    was_pence: int
    days: tuple[int | None, ...]

    @property
    def should_be_pence(self) -> int:
        """What the week should be charged."""
        return sum(pence or 0 for pence in self.days)

    @property
    def difference_pence(self) -> int:
        """What is still due; below nothing it is owed back."""
        return self.should_be_pence - self.was_pence


def pence_of_day(weekly_pence: int, day: date) -> int:
    """What one day bears of a week's pence: seven days in a row are the week, on whichever day they begin.

    >>> [pence_of_day(100, date(2026, 11, 2 + number)) for number in range(8)]
    [15, 15, 14, 14, 14, 14, 14, 15]
    """
    return share_out(weekly_pence, (1,) * WEEK)[day.weekday()]


def charge_in_force(charges: Sequence[KnownCharge], day: date) -> KnownCharge:
    """The charge that was in force when a day was served: the last that was decided by then and holds on it.

    Where none was decided by then, the first decided later that holds on it; before every charge, the earliest.
    """
    holds = [each for each in charges if each.as_at <= day]
    then = [each for each in holds if each.decided_on <= day]
    return then[-1] if then else holds[0] if holds else min(charges, key=lambda each: each.as_at)


def charged_on(charges: Sequence[KnownCharge], adjusted: Mapping[date, int], day: date) -> int:
    """What a day was charged: as it was adjusted last, or else by the charge that was in force when it was served."""
    if day in adjusted:
        return adjusted[day]
    return pence_of_day(charge_in_force(charges, day).weekly_charge_pence, day)


def weeks_again(
    charges: Sequence[KnownCharge], held: Sequence[Held], adjusted: Mapping[date, int], today: date,
    parameters: Parameters, posted_since: date | None = None,
) -> tuple[WeekChange, ...]:  # fmt: skip
    """Whole weeks until today that come out otherwise; nothing where no week has ended.

    `charges` in the order in which they were decided; `adjusted` holds what each day was adjusted to before. Raises as
    the rule `charge-period`.
    """
    if not charges or not held:
        return ()
    first = min(each.as_at for each in charges)
    first = min(first, posted_since) if posted_since else first
    begins = first - first.weekday() * DAY
    weeks = (today - begins).days // WEEK
    if weeks < 1:
        return ()
    ends = begins + weeks * WEEK * DAY
    asked = {"from": begins.isoformat(), "to": ends.isoformat(), "cases": list(_cases(charges, held, begins, ends))}
    answer: Any = charge_period.RULE.answer(asked, parameters, today)
    due = _by_day(answer["periods"])
    found = (_week(begins + number * WEEK * DAY, first, charges, adjusted, due) for number in range(weeks))
    return tuple(each for each in found if each.difference_pence)


def _week(
    monday: date, first: date, charges: Sequence[KnownCharge], adjusted: Mapping[date, int], due: Mapping[date, int]
) -> WeekChange:
    """A week as it was charged and as each day should be; days before the first that is charged stand out."""
    days = [monday + number * DAY for number in range(WEEK)]
    was = sum(charged_on(charges, adjusted, day) for day in days if day >= first)
    return WeekChange(monday, was, tuple(due[day] if day >= first else None for day in days))


def _by_day(periods: Iterable[Mapping[str, Any]]) -> dict[date, int]:
    """What each day of the rule's periods is charged."""
    found = {}
    for each in periods:
        day, ends = date.fromisoformat(each["from"]), date.fromisoformat(each["to"])
        pence = Money.from_text(each["weekly_charge"]).pence
        while day < ends:
            found[day] = pence_of_day(pence, day)
            day += DAY
    return found


def _cases(
    charges: Sequence[KnownCharge], held: Sequence[Held], begins: date, ends: date
) -> Iterable[dict[str, object]]:
    """The cases of a period, a new one wherever evidence or charge change."""
    days = {begins, ends, *(each.as_at for each in charges)}
    for each in held:
        days |= {each.piece.starts_on} | ({each.piece.ends_on} if each.piece.ends_on else set())
    edges = sorted(day for day in days if begins <= day <= ends)
    for start, end in pairwise(edges):
        holds = [each for each in charges if each.as_at <= start]
        charge = holds[-1] if holds else min(charges, key=lambda each: each.as_at)
        told = _nothing_left(held, charge.as_at, start) | case_of(pieces_on(held, start))
        case = {name: value for name, value in (dict(charge.case) | told).items() if name not in NOT_OF_A_PERIOD}
        if "date_of_birth" in case:
            case.pop("pension_age", None)
        yield {"from": start.isoformat(), "to": end.isoformat(), "case": case}


def _nothing_left(held: Iterable[Held], charged_from: date, day: date) -> dict[str, object]:
    """The lists of which something ended after the charge was worked out: empty, unless something holds on the day."""
    pieces = [each.piece for each in held if not each.corrected]
    ended = {each.topic for each in pieces if each.ends_on and charged_from < each.ends_on <= day}
    return {topic: [] for topic in ended & LISTS.keys()}
