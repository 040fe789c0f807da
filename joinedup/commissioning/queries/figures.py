"""Are the cost and the person's share that somebody saw what the package, the plan and the charge rule say now?"""

from __future__ import annotations

from datetime import date

from joinedup.base.errors import NotNow
from joinedup.base.money import Money
from joinedup.commissioning import rules
from joinedup.commissioning.models import Package, Split
from joinedup.funding.charge_case import Charged, law_of, worked_out
from joinedup.funding.models import Assessment
from joinedup.funding.queries import present_charge


def person_share(package: Package) -> int:
    """What the person bears of a week of a package, in pence."""
    found = Split.objects.filter(package_id=package.id, payer=rules.PERSON).values_list("weekly_pence", flat=True)
    return next(iter(found), 0)


def charge_by_rule(charge: Assessment, today: date) -> Charged:
    """What the charge rule says of the same case today: another answer than was decided once the figures of law have
    changed since. OperatorMustAct names a figure that is not known for today."""
    case = dict(charge.case) | {"as_at": max(today, charge.as_at).isoformat()}
    return worked_out(case, law_of(case), today)


def must_be_as_seen(package: Package, cost_pence: int, person_pence: int, today: date) -> None:
    """NotNow (plan-changed, figures-changed, charge-out-of-date) unless the figures seen still are the figures."""
    line = package.line
    if line.state != "open" or line.plan.state != "agreed":
        raise NotNow("plan-changed", "The plan no longer asks for this care.", "", "Open the plan again.")
    present = present_charge(line.plan_id)
    if present is None or present.id != package.funding_id:
        raise NotNow(
            "recommendation-on-present-charge", "The charge has changed since this was proposed.",
            "Nobody recommends without the person's share as it is now.",
            "Have the proposal taken back and made anew.",
        )  # fmt: skip
    if (cost_pence, person_pence) != (package.weekly_cost_pence, person_share(package)):
        raise NotNow(
            "figures-changed", "The cost or the person's share is not what you saw.",
            "Nobody recommends without both as they stand.", "Open the page again and look at both figures.",
        )  # fmt: skip
    must_agree_with_rule(present, today)


def must_agree_with_rule(charge: Assessment, today: date) -> None:
    """NotNow (charge-out-of-date) when the rule of today gives another share than was decided."""
    by_rule = charge_by_rule(charge, today)
    if by_rule.nhs_pays_pence != charge.nhs_pays_pence:
        raise NotNow(
            "charge-out-of-date", "The NHS pays another part today.",
            f"Decided was {Money(charge.nhs_pays_pence).display()} a week of the NHS; with today's figures of law it "
            f"is {Money(by_rule.nhs_pays_pence).display()}.",
            "Have the charge decided anew, then the package proposed anew.",
        )  # fmt: skip
    if by_rule.weekly_charge_pence != charge.weekly_charge_pence:
        raise NotNow(
            "charge-out-of-date", "The charge rule gives another share today.",
            f"Decided was {Money(charge.weekly_charge_pence).display()} a week; with today's figures of law it is "
            f"{Money(by_rule.weekly_charge_pence).display()}.",
            "Have the charge decided anew, then the package proposed anew.",
        )  # fmt: skip
