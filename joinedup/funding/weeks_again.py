"""Which weeks would be charged otherwise by what is known now, and by how much?

Each day takes the evidence that holds on it now, and cost and setting of the charge that is in force on it; the rule
`charge-period` does the sums. What was charged is taken from the charges as they stood, with adjustments decided since.
Pure. Left out: weeks that have not ended, and who sends the bill.
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
from joinedup.funding.evidence_set import Held, case_of, pieces_on
from joinedup.funding.rules import charge_period

WEEK = 7
NOT_OF_A_PERIOD = ("as_at", COUNCIL)
WEEKS_LIMIT = 104
"""At most two years are looked at; what lies further back is for somebody to look at by hand."""


@dataclass(frozen=True, slots=True)
class KnownCharge:
    """One decided charge of a plan: from when, when it was decided, a week's pence, and its case."""

    as_at: date
    decided_on: date
    weekly_charge_pence: int
    case: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WeekChange:
    """One week that would be charged otherwise."""

    week_starts_on: date
    was_pence: int
    should_be_pence: int

    @property
    def difference_pence(self) -> int:
        """What is still due; below nothing it is owed back."""
        return self.should_be_pence - self.was_pence


def weeks_again(
    charges: Sequence[KnownCharge], held: Sequence[Held], adjusted: Mapping[date, int], today: date,
    parameters: Parameters,
) -> tuple[WeekChange, ...]:  # fmt: skip
    """Whole weeks from the first charge until today that come out otherwise; nothing where no week has ended.

    `charges` in the order in which they were decided; `adjusted` holds what was adjusted before, by the week. Raises as
    the rule `charge-period`.
    """
    if not charges or not held:
        return ()
    begins = min(each.as_at for each in charges)
    weeks = (today - begins).days // WEEK
    if weeks < 1:
        return ()
    if weeks > WEEKS_LIMIT:
        begins, weeks = begins + timedelta(days=WEEK * (weeks - WEEKS_LIMIT)), WEEKS_LIMIT
    starts = [begins + timedelta(days=WEEK * number) for number in range(weeks)]
    was = {each: _was(charges, each) + adjusted.get(each, 0) for each in starts}
    ends = starts[-1] + timedelta(days=WEEK)
    asked = {
        "from": begins.isoformat(), "to": ends.isoformat(), "cases": list(_cases(charges, held, begins, ends)),
        "already_charged": [
            {"week_begins": day.isoformat(), "charge": Money(pence).to_text()} for day, pence in was.items()
        ],
    }  # fmt: skip
    answer: Any = charge_period.RULE.answer(asked, parameters, today)
    return tuple(
        WeekChange(date.fromisoformat(each["week_begins"]), Money.from_text(each["was"]).pence,
                   Money.from_text(each["is_now"]).pence)
        for each in answer["adjustments"]
    )  # fmt: skip


def _was(charges: Sequence[KnownCharge], week: date) -> int:
    """What the week was charged: each day by the charge that was in force when it was served."""
    pence = 0
    for number in range(WEEK):
        day = week + timedelta(days=number)
        then = [each for each in charges if each.as_at <= day and each.decided_on <= day]
        later = [each for each in charges if each.as_at <= day]
        charge = then[-1] if then else later[0] if later else None
        pence += share_out(charge.weekly_charge_pence, (1,) * WEEK)[number] if charge else 0
    return pence


def _cases(
    charges: Sequence[KnownCharge], held: Sequence[Held], begins: date, ends: date
) -> Iterable[dict[str, object]]:
    """The cases of a period, a new one wherever evidence or charge change."""
    days = {begins, ends, *(each.as_at for each in charges)}
    for each in held:
        days |= {each.piece.starts_on} | ({each.piece.ends_on} if each.piece.ends_on else set())
    edges = sorted(day for day in days if begins <= day <= ends)
    for start, end in pairwise(edges):
        charge = [each for each in charges if each.as_at <= start][-1]
        told = case_of(pieces_on(held, start))
        case = {name: value for name, value in (dict(charge.case) | told).items() if name not in NOT_OF_A_PERIOD}
        if "date_of_birth" in case:
            case.pop("pension_age", None)
        yield {"from": start.isoformat(), "to": end.isoformat(), "case": case}
