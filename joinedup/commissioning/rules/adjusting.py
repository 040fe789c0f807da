"""How does the person's part of a posted week change when its days are charged otherwise, and which entry moves it?

Pure, in whole pence. Of the charge of a plan a package bears its part; when the charge of days changes, the change goes
to the plan's packages in the order in which they were proposed: more up to what each costs, less from the last one
back. So the parts of the packages sum to the charge as before, and no package that is not concerned changes. The
partners bear less or more of the week by the same pence, shared by the same terms as the week itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from joinedup.commissioning.rules.packages import borne_by, part_of_week
from joinedup.funding.weeks_again import pence_of_day
from joinedup.ledger.rules import PEOPLE, Line, entry


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A package of the plan in a week of another or its own: the person's part of a whole week, the cost of one after
    what the NHS pays alone, and how many of the week's days it is bought for."""

    person_pence: int
    cost_pence: int
    days: int


def days_from(first: date, count: int) -> tuple[date, ...]:
    """So many days from the first."""
    return tuple(first + timedelta(days=number) for number in range(count))


def person_due(
    charged: Mapping[date, int], charge_pence: int, parts: Sequence[PackagePart], own: int, amount_pence: int
) -> int:
    """What the person bears of a week whose days are charged so, never more than `amount_pence`.

    That is what the week cost after what the NHS pays alone. `charge_pence` is the weekly charge that the parts rest
    on; `own` is the place of the week's own package in `parts`, which stand in the order of their proposal.

    >>> days = days_from(date(2026, 10, 5), 7)
    >>> alone = [PackagePart(5870, 16450, 7)]
    >>> person_due({day: pence_of_day(6570, day) for day in days}, 5870, alone, 0, 16450)
    6570
    >>> two = [PackagePart(4000, 4000, 7), PackagePart(1870, 9000, 7)]
    >>> [person_due({day: pence_of_day(2000, day) for day in days}, 5870, two, own, 9000) for own in (0, 1)]
    [2000, 0]
    """
    days = len(charged)
    was = part_of_week(charge_pence, days)
    is_now = was + sum(pence - pence_of_day(charge_pence, day) for day, pence in charged.items())
    persons = [part_of_week(each.person_pence, each.days) for each in parts]
    costs = [part_of_week(each.cost_pence, each.days) for each in parts]
    whole = sum(costs)
    change = min(max(is_now, 0), whole) - min(was, whole)
    if change >= 0:
        room = [cost - person for cost, person in zip(costs, persons, strict=True)]
        more = min(max(change - sum(room[:own]), 0), room[own])
    else:
        more = -min(max(-change - sum(persons[own + 1 :]), 0), persons[own])
    return min(persons[own] + more, amount_pence)


def moved_parts(
    amount_pence: int, was_pence: int, is_pence: int, rest_payer: str, shares: Mapping[str, int], council: str
) -> dict[str, int]:
    """By how much what each holder bears changes when the person's part does; sums to nothing.

    >>> moved_parts(40000, 6755, 6000, "pooled_fund", {"QJK": 60, "E06000027": 40}, "E06000027")
    {'people': -755, 'QJK': 453, 'E06000027': 302}
    """
    before = borne_by(amount_pence, was_pence, rest_payer, shares, council)
    after = borne_by(amount_pence, is_pence, rest_payer, shares, council)
    holders = dict.fromkeys((*after, *before))
    found = {holder: after.get(holder, 0) - before.get(holder, 0) for holder in holders}
    return {holder: pence for holder, pence in found.items() if pence}


def adjustment_lines(cost_account: str, moved_pence: Mapping[str, int]) -> tuple[Line, ...]:
    """The entry of an adjusted week: who bears it, who owes the provider, and what the people are asked for.

    >>> [(each.account, each.amount_pence) for each in adjustment_lines("cost-home-care", {"people": -5, "QJK": 5})]
    [('cost-home-care:people', -5), ('cost-home-care:QJK', 5), ('payable:people', 5), ('payable:QJK', -5), \
('receivable:people', -5), ('charge:people', 5)]
    """
    asked = {PEOPLE: moved_pence.get(PEOPLE, 0)}
    return entry(cost_account, "payable", moved_pence) + entry("receivable", "charge", asked)


def entry_day(last_day: date, closed_through: date | None, today: date, fund_ends_on: date | None) -> date:
    """On which day an adjustment of a week is dated: the week's last, so that the year that bore the week bears it; a
    closed period never changes, so after that the day on which it is posted, within the life of the fund.

    >>> entry_day(date(2026, 3, 29), None, date(2026, 11, 2), None).isoformat()
    '2026-03-29'
    >>> entry_day(date(2026, 3, 29), date(2026, 3, 31), date(2026, 11, 2), None).isoformat()
    '2026-11-02'
    >>> entry_day(date(2026, 3, 29), date(2026, 3, 30), date(2026, 11, 2), date(2026, 4, 1)).isoformat()
    '2026-03-31'
    """
    if closed_through is None or last_day > closed_through:
        return last_day
    return min(today, fund_ends_on - timedelta(days=1)) if fund_ends_on else today
