"""What does a week of a package cost, who bears which part of it, and which lines does a delivered week post?

Pure, in whole pence. What the NHS pays alone comes first (nursing in a care home, SI 2012/2996; all of NHS continuing
healthcare). The person bears their charge as far as it is not borne by other packages of the plan and never more than
the care costs (Care Act 2014 s 14); the rest is the pooled fund's, shared among the partners by their agreed parts
(National Health Service Act 2006 s 75), or the council's alone where that is chosen. The result is the same in
the database (sql/0002_checks.sql); tests compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from joinedup.base.errors import BadValue
from joinedup.base.money import share_out
from joinedup.ledger.rules import PEOPLE, THE_NHS, Line, entry, pooled

PERSON, NHS, COUNCIL, POOLED_FUND = "person", "nhs", "council", "pooled_fund"
NURSING_HOME = "nursing_home"
NURSING_ACCOUNT, HEALTHCARE_ACCOUNT = THE_NHS
REST_PAYERS = (POOLED_FUND, COUNCIL)
A_WEEK = timedelta(days=7)


def weekly_cost(quantity: Decimal, rate_pence: int) -> int:
    """Quantity times rate in whole pence, half a penny up.

    >>> weekly_cost(Decimal("7.25"), 2350), weekly_cost(Decimal("0.25"), 2350), weekly_cost(Decimal("0.50"), 3)
    (17038, 588, 2)
    """
    return int((quantity * rate_pence).quantize(Decimal(1), ROUND_HALF_UP))


def nhs_account(case: Mapping[str, object], service_code: str) -> str:
    """The purpose of the account for what the NHS pays alone of this care, by the charge's case; '' for nothing.

    Continuing healthcare is all of the care; funded nursing care is of a care home with nursing alone.

    >>> nhs_account({"funded_nursing_care": "standard"}, "nursing_home"), nhs_account({}, "home_care")
    ('cost-funded-nursing-care', '')
    """
    free = case.get("free_service")
    if isinstance(free, Mapping) and free.get("kind") == "nhs_continuing_healthcare":
        return HEALTHCARE_ACCOUNT
    return NURSING_ACCOUNT if service_code == NURSING_HOME else ""


def splits_of(
    cost_pence: int, charge_left_pence: int, rest_payer: str = POOLED_FUND, *, nhs_left_pence: int = 0
) -> dict[str, int]:
    """Who pays how much of a package's week: payer to pence, nothing for nothing; the parts sum to the cost.

    `charge_left_pence` is what is left of the person's charge after other packages of the plan, `nhs_left_pence` of
    what the NHS pays alone, which comes first. BadValue (payer) for a payer of the rest that is neither the pooled
    fund nor the council.

    >>> splits_of(40000, 6755), splits_of(5000, 6755), splits_of(40000, 0, "council")
    ({'person': 6755, 'pooled_fund': 33245}, {'person': 5000}, {'council': 40000})
    >>> splits_of(110000, 19845, nhs_left_pence=26768)
    {'person': 19845, 'nhs': 26768, 'pooled_fund': 63387}
    """
    if rest_payer not in REST_PAYERS:
        raise BadValue("payer", "This is not who pays the rest.", "", "Choose the pooled fund or the council.")
    nhs_pence = min(max(nhs_left_pence, 0), cost_pence)
    person_pence = min(max(charge_left_pence, 0), cost_pence - nhs_pence)
    parts = {PERSON: person_pence, NHS: nhs_pence, rest_payer: cost_pence - nhs_pence - person_pence}
    return {payer: pence for payer, pence in parts.items() if pence}


def borne_by(
    amount_pence: int, person_pence: int, rest_payer: str, shares: Mapping[str, int], council: str
) -> dict[str, int]:
    """What each holder of the fund bears of an amount: people, and partners by body code. Sums to the amount.

    The amount is what is left after what the NHS pays alone.

    With the rest payer `council` the partner of that code bears the rest alone: the council, or who a dispute names.

    >>> borne_by(40000, 6755, "pooled_fund", {"QJK": 60, "E06000027": 40}, "E06000027")
    {'people': 6755, 'QJK': 19947, 'E06000027': 13298}
    >>> borne_by(40000, 6755, "council", {"QJK": 60, "E06000027": 40}, "E06000027")
    {'people': 6755, 'E06000027': 33245}
    """
    rest_pence = amount_pence - person_pence
    rest = pooled(rest_pence, shares) if rest_payer == POOLED_FUND else {council: rest_pence}
    return {holder: pence for holder, pence in {PEOPLE: person_pence, **rest}.items() if pence}


def nhs_lines(account: str, partner: str, pence: int) -> tuple[Line, ...]:
    """What the NHS pays alone of a week, beside its part of what is shared; nothing for nothing.

    >>> [(each.account, each.amount_pence) for each in nhs_lines("cost-funded-nursing-care", "QJK", 26768)]
    [('cost-funded-nursing-care:QJK', 26768), ('payable:QJK', -26768)]
    """
    return entry(account, "payable", {partner: pence})


def week_lines(cost_account: str, borne_pence: Mapping[str, int]) -> tuple[Line, ...]:
    """The entry of a delivered week: each holder owes the provider its part, and the people owe their charge.

    >>> [(each.account, each.amount_pence) for each in week_lines("cost-home-care", {"people": 10, "QJK": 5})]
    [('cost-home-care:people', 10), ('cost-home-care:QJK', 5), ('payable:people', -10), ('payable:QJK', -5), \
('receivable:people', 10), ('charge:people', -10)]
    """
    charged = {PEOPLE: borne_pence.get(PEOPLE, 0)}
    return entry(cost_account, "payable", borne_pence) + entry("receivable", "charge", charged)


def cost_account(service_code: str) -> str:
    """The purpose of the fund's account for a kind of care.

    >>> cost_account("home_care")
    'cost-home-care'
    """
    return f"cost-{service_code.replace('_', '-')}"


def days_of_week(week_starts_on: date, ends_on: date | None) -> int:
    """How many days of a week lie before the end of its package: 7 for a whole one.

    >>> days_of_week(date(2026, 10, 5), None), days_of_week(date(2026, 10, 5), date(2026, 10, 9))
    (7, 4)
    """
    return 7 if ends_on is None else max(min((ends_on - week_starts_on).days, 7), 0)


def part_of_week(weekly_pence: int, days: int) -> int:
    """What is borne for the first days of a week: the days of a week sum to the week, to the penny.

    >>> part_of_week(6755, 7), part_of_week(6755, 4), part_of_week(6755, 3)
    (6755, 3860, 2895)
    """
    return share_out(weekly_pence, [days, 7 - days])[0]


def weeks_over(starts_on: date, ends_on: date | None, today: date) -> tuple[date, ...]:
    """First days of the weeks of a package that are over on a day, oldest first. Weeks count from its first day.

    The last week is over when the package is.

    >>> [day.isoformat() for day in weeks_over(date(2026, 10, 5), None, date(2026, 10, 19))]
    ['2026-10-05', '2026-10-12']
    """
    found = []
    week = starts_on
    while (ends_on is None or week < ends_on) and week + timedelta(days=days_of_week(week, ends_on)) <= today:
        found.append(week)
        week += A_WEEK
    return tuple(found)
