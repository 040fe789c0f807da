"""Deferred payments, the grant for adaptations and the two NHS continuing healthcare tools a second time."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
SLICES = tuple(map(Decimal, ("47.95", "95.90", "191.80")))
FACTORS = {
    "owner": tuple(map(Decimal, ("18.85", "37.69", "150.77", "376.93"))),
    "tenant": tuple(map(Decimal, ("11.04", "22.09", "88.34", "220.86"))),
}
GRANT_CEILING = Decimal(30000)
CHECKLIST_STARRED = frozenset(("breathing", "behaviour", "drug_therapies", "altered_states_of_consciousness"))


def adaptation_tariff(capital: Decimal, sixty_or_over: bool) -> Decimal:
    """Weekly income taken from capital above 6,000: begun steps count, which is an assumption."""
    step = 500 if sixty_or_over else 250
    return (max(Decimal(0), capital - 6000) / step).to_integral_value(ROUND_CEILING)


def adaptation_contribution(weekly_excess: Decimal, tenure: str) -> Decimal:
    """The notional loan that a weekly excess of income could pay."""
    loan, below = Decimal(0), Decimal(0)
    for end, factor in zip((*SLICES, Decimal("Infinity")), FACTORS[tenure], strict=True):
        loan += max(Decimal(0), min(weekly_excess, end) - below) * factor
        below = end
    return loan.quantize(PENNY, ROUND_HALF_UP)


def adaptation_grant(cost: Decimal, contribution: Decimal) -> Decimal:
    """The grant: the lesser of ceiling and cost, less the contribution."""
    return max(Decimal(0), min(GRANT_CEILING, cost) - contribution)


def checklist_positive(levels: Mapping[str, str]) -> bool:
    """Whether eleven levels A to C, by domain, ask for a full assessment."""
    high, middle = (sum(level == wanted for level in levels.values()) for wanted in "AB")
    starred = any(levels.get(domain) == "A" for domain in CHECKLIST_STARRED)
    return high >= 2 or middle >= 5 or (high == 1 and middle >= 4) or starred


def support_tool_indicator(levels: Mapping[str, str]) -> str:
    """`clear`, `unlikely` or `judgement`; never a decision."""
    found = list(levels.values())
    if "priority" in found or found.count("severe") >= 2:
        return "clear"
    return "unlikely" if set(found) <= {"none", "low"} else "judgement"


def equity_limit(value: Decimal, existing_charges: Decimal = Decimal(0)) -> Decimal:
    """The most that may be deferred against a home."""
    return max(Decimal(0), value * 9 / 10 - 14250 - existing_charges)


def deferred_weekly(fee: Decimal, income: Decimal, kept: Decimal = Decimal(144)) -> tuple[Decimal, Decimal]:
    """What the person pays now from income, and what is deferred, each week."""
    paid = min(fee, max(Decimal(0), income - min(kept, Decimal(144))))
    return paid, fee - paid


def weeks_until_limit(limit: Decimal, weekly: Decimal) -> int:
    """Whole weeks a limit lasts, before interest."""
    return int((limit / weekly).to_integral_value(ROUND_FLOOR))
