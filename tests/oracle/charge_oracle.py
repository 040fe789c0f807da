"""The Care Act charge of a week a second time, in plain Decimal.

Assumptions where the facts sheet or the form leave a choice (the years' edges: law_tables):
- State Pension age is 66 to 5 April 2026, and 67 from 6 April 2028; the years and sexes between are not told
  apart, so random people with a date of birth are well to one side.
- Each line's own part is rounded down to the penny before it is summed.
- Savings credit is disregarded only at pension age. The sheet's rule asks the qualifying income and the year's
  threshold; the form has no such field, and the sheet has thresholds for five years only. So the caller chooses the
  reading: `lesser` (of credit and cap), `none` (income is not above the threshold) or `flat` (above the guarantee).
- The first 10 of war widows' pensions is ignored once a person, not once a line.
- A disability premium follows the age of the person, in a couple too.
- A higher local capital limit lets tariff income run on to it, and holds in temporary and short-term stays.
- charge_percent is not taken of the full cost above the limit; assessed_maximum is before the percent.
- Above the limit, assessed_maximum is the cost left after the NHS's part, and tariff income is 0.
- Under a free service or a light touch, tariff income, personal allowance and reduction are 0.
- Of a local and a personal allowance the higher holds. Under a free service the NHS's nursing rate is not asked.
- A window of weeks runs from its first day, included, to its end, left out; a day before it is outside it.
- A resident may top up in the 12 weeks only when the home is really ignored because of them.
"""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from tests.oracle import law_tables as law

PENNY = Decimal("0.01")
ZERO = Decimal(0)
NEVER_COUNTED = frozenset(
    [
        "pip_mobility_standard",
        "pip_mobility_enhanced",
        "dla_mobility_lower",
        "dla_mobility_higher",
        "earnings",
        "war_disablement_pension",
        "armed_forces_guaranteed_income_payment",
        "war_widow_special_supplement",
        "direct_payment",
        "child_benefit",
        "child_tax_credit",
        "council_tax_reduction",
        "housing_benefit",
        "christmas_bonus",
        "winter_fuel_payment",
        "charitable_or_voluntary_payment",
    ]
)
CARE_BENEFITS = frozenset(
    [
        "attendance_allowance_lower",
        "attendance_allowance_higher",
        "pip_daily_living_standard",
        "pip_daily_living_enhanced",
        "dla_care_lowest",
        "dla_care_middle",
        "dla_care_highest",
    ]
)
HALVED = frozenset(("occupational_pension", "personal_pension", "annuity"))
CAPITAL_IGNORED = frozenset(
    [
        "personal_possessions",
        "life_policy_surrender_value",
        "investment_bond_with_life_cover",
        "prepaid_funeral_plan",
        "personal_injury_trust",
        "compensation_scheme_payment",
    ]
)
Case = dict[str, Any]


class Refused(Exception):
    """The case may not be answered; the text is the reason's short name."""


def _floor(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, ROUND_FLOOR)


def _ceiling(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, ROUND_CEILING)


def _weekly(case: Case, field: str) -> Decimal:
    return sum((Decimal(line["weekly"]) for line in case.get(field, ())), ZERO)


def _within(day: date, first: str | None, weeks: int) -> bool:
    if first is None:
        return False
    begin = date.fromisoformat(first)
    return begin <= day < begin + timedelta(weeks=weeks)


def _own(line: Case) -> Decimal:
    top, _, bottom = line.get("share", "1").partition("/")
    own = _floor(Decimal(line["amount"]) * Decimal(top) / Decimal(bottom or "1"))
    if line["kind"] == "main_home":
        own -= _ceiling(own / 10)
    own -= Decimal(line.get("debts_secured", "0"))
    if line["kind"] == "notional_capital":
        own -= Decimal(line.get("reduced_by", "0"))
    return max(ZERO, own)


def _age(case: Case, day: date) -> int:
    born = date.fromisoformat(case["date_of_birth"])
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def pension_age(case: Case, day: date) -> bool:
    """Whether the person has reached pension age."""
    if "pension_age" in case:
        return bool(case["pension_age"])
    return "date_of_birth" in case and _age(case, day) >= (67 if day >= date(2028, 4, 6) else 66)


def minimum_income(case: Case, day: date) -> Decimal:
    """What is left to somebody charged at home: group, premiums and children."""
    year, old, household = law.allowance_year(day), pension_age(case, day), case["household"]
    children = case.get("dependent_children", 0)
    single = household == "single"
    group = household
    if single:
        young = "date_of_birth" in case and _age(case, day) < 25 and not children
        group = "single_pension_age" if old else "single_18_to_24" if young else "single_25_or_over"
    amount = law.MINIMUM_INCOME[group][year] + children * law.MINIMUM_INCOME["child"][year]
    for premium in set(case.get("premiums", ())):
        if premium == "carer":
            amount += law.MINIMUM_INCOME["carer"][year]
        elif not old:
            amount += law.MINIMUM_INCOME[f"{premium}_{'single' if single else 'couple'}"][year]
    return _at_least(case, "minimum_income_guarantee_weekly", amount)


def _at_least(case: Case, field: str, national: Decimal) -> Decimal:
    local = Decimal(case.get("local_policy", {}).get(field, national))
    if local < national:
        raise Refused("local-policy-below-national-minimum")
    return local


def personal_allowance(case: Case, day: date) -> Decimal:
    """What is left to a resident for personal expenses."""
    national = law.PERSONAL_EXPENSES[law.allowance_year(day)]
    local = _at_least(case, "personal_expenses_allowance_weekly", national)
    own = Decimal(case.get("personal_expenses_allowance_weekly", local))
    if own < national:
        raise Refused("local-policy-below-national-minimum")
    return max(own, local)


def home_rules(case: Case) -> bool:
    """Whether the week is charged by the rules outside care homes."""
    short = case["setting"] == "care_home_short_term"
    return case["setting"] == "home" or (short and case.get("local_policy", {}).get("short_term_rules") == "home")


def counted_capital(case: Case, day: date, notional: bool) -> tuple[Decimal, bool]:
    """Counted capital, and whether the home is ignored only because of the 12 weeks."""
    other = home = ZERO
    permanent = case["setting"] == "care_home_permanent"
    for line in case.get("capital", ()):
        kind = line["kind"]
        if kind in CAPITAL_IGNORED or (kind == "notional_capital" and not notional):
            continue
        if kind == "main_home":
            occupied = "occupied_by" in line or _within(day, line.get("intends_to_occupy_since"), 26)
            if permanent and not occupied:
                home += _own(line)
        elif kind == "home_sale_proceeds_for_new_home":
            other += ZERO if _within(day, line.get("bought_to_replace_since"), 26) else _own(line)
        elif kind == "personal_injury_payment":
            other += ZERO if _within(day, line.get("received_on"), 52) else _own(line)
        else:
            other += _own(line)
    twelve_weeks = _within(day, case.get("became_permanent_on"), 12) or _within(
        day, case.get("property_disregard_ended_on"), 12
    )
    if home and twelve_weeks and other <= law.UPPER_LIMIT:
        return other, True
    return other + home, False


def counted_income(case: Case, day: date, reading: str) -> Decimal:
    """Income counted in the test, disregards of single kinds taken off."""
    at_home, policy = home_rules(case), case.get("local_policy", {})
    stay = case["setting"] in ("care_home_temporary", "care_home_short_term") and not at_home
    total = savings_credit = war_widow = ZERO
    for line in case.get("income", ()):
        kind, weekly = line["kind"], Decimal(line["weekly"])
        if kind in NEVER_COUNTED or (stay and kind in CARE_BENEFITS):
            continue
        if kind == "savings_credit":
            savings_credit += weekly
        elif kind == "war_widow_pension":
            war_widow += weekly
        elif kind in HALVED and line.get("half_to_partner") and not at_home:
            total += weekly - _ceiling(weekly / 2)
        else:
            total += weekly
    caps = law.SAVINGS_CREDIT_SINGLE if case["household"] == "single" else law.SAVINGS_CREDIT_COUPLE
    if not (at_home and policy.get("savings_credit_ignored")):
        cap = caps[law.allowance_year(day)]
        if reading == "none" or not pension_age(case, day):
            cap = ZERO
        total += savings_credit - (cap if reading == "flat" else min(savings_credit, cap))
    return total + max(ZERO, war_widow - 10)


def _allowances(case: Case, day: date) -> tuple[Decimal, Decimal]:
    """All that is taken off income, and the personal allowance within it."""
    off = _weekly(case, "disregards")
    if home_rules(case):
        flat = Decimal(case.get("local_policy", {}).get("flat_disability_related_expenditure_weekly", "0"))
        extra = max(flat, _weekly(case, "disability_related_expenditure"))
        return off + minimum_income(case, day) + extra + _weekly(case, "housing_costs"), ZERO
    personal = personal_allowance(case, day)
    if case["setting"] != "care_home_permanent":
        off += _weekly(case, "housing_costs")
    return off + personal, personal


def _upper_limit(case: Case) -> Decimal:
    local = _at_least(case, "upper_capital_limit", law.UPPER_LIMIT)
    return law.UPPER_LIMIT if case["setting"] == "care_home_permanent" else local


def _means_test(case: Case, day: date, cost: Decimal, reading: str, notional: bool = True) -> Case:
    capital, twelve_weeks = counted_capital(case, day, notional)
    allowances, personal = _allowances(case, day)
    above = capital > _upper_limit(case)
    tariff = ZERO
    if above:
        charge = assessed = cost
    else:
        if capital > law.LOWER_LIMIT:
            tariff = ((capital - law.LOWER_LIMIT) / 250).to_integral_value(ROUND_CEILING)
        assessed = max(ZERO, counted_income(case, day, reading) + tariff - allowances)
        charge = assessed
        percent = case.get("local_policy", {}).get("charge_percent")
        if percent is not None and home_rules(case):
            charge = _floor(assessed * Decimal(percent) / 100)
        charge = min(charge, cost)
    return {
        "weekly_charge": charge,
        "assessed_maximum": assessed,
        "tariff_income": tariff,
        "personal_expenses_allowance": personal,
        "above": above,
        "twelve_weeks": twelve_weeks,
    }


def is_free(case: Case, day: date, cost: Decimal) -> bool:
    """Whether the service of this week may not be charged for."""
    service = case.get("free_service")
    if service is None:
        return False
    kind = service["kind"]
    if kind in ("reablement", "intermediate_care"):
        return _within(day, service.get("started_on"), 6)
    return kind != "equipment_or_minor_adaptation" or cost <= 1000


def _light_touch(case: Case, cost: Decimal) -> Case:
    touch = case["light_touch"]
    if touch.get("consented") is not True:
        raise Refused("light-touch-without-consent")
    charge = ZERO if touch["reason"] == "means_tested_benefits" else cost
    return {
        "weekly_charge": charge,
        "assessed_maximum": charge,
        "above": touch["reason"] == "wealth_above_limit",
    }


def _top_up(case: Case, day: date, cost: Decimal, free: bool) -> Decimal:
    top_up = max(ZERO, Decimal(case.get("chosen_home_weekly_cost", cost)) - cost)
    if top_up and case.get("top_up_paid_by") == "resident":
        aftercare = free and case["free_service"]["kind"] == "section_117_aftercare"
        weeks = counted_capital(case, day, notional=True)[1]
        if not (aftercare or weeks or case.get("deferred_payment")):
            raise Refused("resident-may-not-top-up")
    return top_up


def charge(case: Case, reading: str = "lesser") -> dict[str, str]:
    """Every money field of the answer to a case, as text pounds; Refused where none may be given."""
    day = date.fromisoformat(case["as_at"])
    if not law.FIRST_DAY <= day <= law.LAST_DAY:
        raise Refused("no-values-for-that-day")
    cost = Decimal(case["weekly_cost"])
    nhs = ZERO
    if "funded_nursing_care" in case:
        nhs = min(cost, law.NURSING[case["funded_nursing_care"]][law.nursing_year(day)])
    left = cost - nhs
    reduction = ZERO
    free = is_free(case, day, cost)
    if free:
        found: Case = {"weekly_charge": ZERO}
        nhs = cost if case["free_service"]["kind"] == "nhs_continuing_healthcare" else ZERO
    elif "light_touch" in case:
        found = _light_touch(case, left)
    else:
        found = _means_test(case, day, left, reading)
        if any(line["kind"] == "notional_capital" for line in case.get("capital", ())):
            without = _means_test(case, day, left, reading, notional=False)
            reduction = found["weekly_charge"] - without["weekly_charge"]
    fee = ZERO
    if case["setting"] == "home" and case.get("council_arranges") and found.get("above"):
        fee = Decimal(case.get("local_policy", {}).get("arrangement_fee_weekly", "0"))
    amounts = {
        "weekly_charge": found["weekly_charge"],
        "council_pays": cost - nhs - found["weekly_charge"],
        "assessed_maximum": found.get("assessed_maximum", ZERO),
        "tariff_income": found.get("tariff_income", ZERO),
        "nhs_pays": nhs,
        "top_up": _top_up(case, day, cost, free),
        "arrangement_fee": fee,
        "personal_expenses_allowance": found.get("personal_expenses_allowance", ZERO),
        "notional_capital_reduction": reduction,
    }
    return {name: f"{amount:.2f}" for name, amount in amounts.items()}
