"""Random cases of the charge rule: the same seed gives the same people, plausible and at the edges."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.oracle import law_tables as law

Case = dict[str, Any]
SETTINGS = ("home", "care_home_permanent", "care_home_temporary", "care_home_short_term")
INCOME = [
    "state_pension",
    "occupational_pension",
    "personal_pension",
    "annuity",
    "pension_credit_guarantee",
    "savings_credit",
    "universal_credit",
    "employment_and_support_allowance",
    "jobseekers_allowance",
    "income_support",
    "attendance_allowance_lower",
    "attendance_allowance_higher",
    "pip_daily_living_standard",
    "pip_daily_living_enhanced",
    "pip_mobility_standard",
    "pip_mobility_enhanced",
    "dla_care_lowest",
    "dla_care_middle",
    "dla_care_highest",
    "dla_mobility_lower",
    "dla_mobility_higher",
    "carers_allowance",
    "earnings",
    "war_disablement_pension",
    "armed_forces_guaranteed_income_payment",
    "war_widow_pension",
    "war_widow_special_supplement",
    "direct_payment",
    "child_benefit",
    "child_tax_credit",
    "council_tax_reduction",
    "housing_benefit",
    "christmas_bonus",
    "winter_fuel_payment",
    "charitable_or_voluntary_payment",
    "notional_income",
    "other",
]
CAPITAL = [
    "savings",
    "current_account",
    "cash",
    "premium_bonds",
    "shares",
    "second_home_or_land",
    "main_home",
    "personal_possessions",
    "life_policy_surrender_value",
    "investment_bond_with_life_cover",
    "prepaid_funeral_plan",
    "personal_injury_trust",
    "compensation_scheme_payment",
    "notional_capital",
    "other",
]
NEW_CAPITAL = ["home_sale_proceeds_for_new_home", "personal_injury_payment"]
HOUSING = ["rent_net", "mortgage_net", "council_tax_net", "ground_rent", "service_charge", "other"]
EXTRA = [
    "alarm",
    "private_care",
    "laundry",
    "heating",
    "special_diet",
    "clothing_and_bedding",
    "equipment",
    "transport",
    "continence",
    "gardening",
    "cleaning",
    "other",
]
OCCUPIERS = [
    "partner",
    "former_partner_lone_parent",
    "relative_60_or_over",
    "relative_incapacitated",
    "child_under_18",
    "council_discretion",
]
EDGES = [
    "0",
    "0.01",
    "14249.99",
    "14250",
    "14250.01",
    "14500",
    "14500.01",
    "23000",
    "23000.01",
    "23250",
    "23250.01",
    "23249.99",
    "28500.02",
    "46500",
    "46500.01",
    "69750.03",
]
FREE = [
    "reablement",
    "intermediate_care",
    "section_117_aftercare",
    "cjd_care",
    "nhs_continuing_healthcare",
    "equipment_or_minor_adaptation",
    "support_to_cared_for_person",
]
INCOME_EDGES = ("0", "0.01", "5.75", "6.95", "7.06", "9.99", "10", "10.01", "60.01", "230.25")


def people(seed: int, count: int, settings: tuple[str, ...], extended: bool) -> Iterator[Case]:
    """Cases over every year in the settings; `extended` asks for every field of the form, not today's alone."""
    random = Random(seed)
    for _ in range(count):
        yield person(random, random.choice(settings), extended)


def _pounds(random: Random, highest: int) -> str:
    pennies = random.randint(0, highest * 100)
    return f"{pennies // 100}.{pennies % 100:02}"


def _day(random: Random) -> date:
    year = random.choice(law.YEARS)
    edge = random.random()
    if edge < 0.1:
        return max(law.FIRST_DAY, date(year, 4, random.randint(1, 8)))
    last = date(year + 1, 3, 31)
    if edge < 0.15:
        return last
    return date(year, 4, 6) + timedelta(days=random.randint(0, (last - date(year, 4, 6)).days))


def _since(random: Random, day: date, weeks: int) -> str:
    """A first day that puts the case within, on either side of the end of, or after a window of weeks."""
    ago = random.choice((0, 1, weeks * 7 - 1, weeks * 7, weeks * 7 + 1, random.randint(0, weeks * 10)))
    return (day - timedelta(days=ago)).isoformat()


def _lines(random: Random, kinds: list[str], most: int, highest: int) -> list[Case]:
    return [{"kind": random.choice(kinds), "weekly": _pounds(random, highest)} for _ in range(random.randint(0, most))]


def _income(random: Random, extended: bool) -> list[Case]:
    lines = []
    for _ in range(random.randint(0, 5)):
        likely = ["state_pension", "occupational_pension", "savings_credit", "war_widow_pension"]
        kind = random.choice(random.choice((INCOME, likely)))
        highest = 20 if kind in ("savings_credit", "war_widow_pension") else 350
        edge = random.random() < 0.25
        weekly = random.choice(INCOME_EDGES) if edge else _pounds(random, highest)
        line: Case = {"kind": kind, "weekly": weekly}
        halved = kind in ("occupational_pension", "personal_pension", "annuity")
        if extended and halved and random.random() < 0.5:
            line["half_to_partner"] = random.random() < 0.8
        lines.append(line)
    return lines


def _capital(random: Random, day: date, extended: bool) -> list[Case]:
    lines = []
    for _ in range(random.randint(0, 3)):
        kind = random.choice(CAPITAL + NEW_CAPITAL if extended else CAPITAL)
        edge = random.random() < 0.35
        line: Case = {
            "kind": kind,
            "amount": random.choice(EDGES) if edge else _pounds(random, 30000),
        }
        if kind == "main_home":
            line["amount"] = _pounds(random, 400_000)
        if random.random() < 0.4:
            line["share"] = random.choice(("1", "1/2", "1/3", "2/3", "0.5", "0.25"))
        if extended:
            _more_capital(random, day, line)
        lines.append(line)
    return lines


def _more_capital(random: Random, day: date, line: Case) -> None:
    kind = line["kind"]
    if kind in ("main_home", "second_home_or_land") and random.random() < 0.3:
        line["debts_secured"] = _pounds(random, 250_000)
    if kind == "main_home" and random.random() < 0.25:
        line["occupied_by"] = random.choice(OCCUPIERS)
    if kind == "main_home" and random.random() < 0.2:
        line["intends_to_occupy_since"] = _since(random, day, 26)
    if kind == "home_sale_proceeds_for_new_home" and random.random() < 0.8:
        line["bought_to_replace_since"] = _since(random, day, 26)
    if kind == "personal_injury_payment" and random.random() < 0.8:
        line["received_on"] = _since(random, day, 52)
    if kind == "notional_capital" and random.random() < 0.5:
        line["reduced_by"] = _pounds(random, 3000)


def person(random: Random, setting: str, extended: bool) -> Case:
    """One case; ages given by date of birth are well to one side of pension age."""
    day = _day(random)
    case: Case = {
        "as_at": day.isoformat(),
        "setting": setting,
        "household": random.choice(("single", "single", "couple_working_age", "couple_pension_age")),
        "weekly_cost": random.choice(("0", "40", "999.99", "1000", "1000.01", _pounds(random, 1500))),
        "income": _income(random, extended),
        "capital": _capital(random, day, extended),
    }
    if random.random() < 0.5 and case["household"] != "couple_pension_age":
        case["pension_age"] = case["household"] == "single" and random.random() < 0.5
    else:
        old = case["household"] != "couple_working_age" and random.random() < 0.6
        age = random.randint(68, 99) if old else random.choice((18, 24, 25, random.randint(18, 58)))
        born = date(day.year - age, day.month, min(day.day, 28))
        case["date_of_birth"] = (born + timedelta(days=random.choice((0, 0, -1, -40)))).isoformat()
    if random.random() < 0.4:
        wanted = random.randint(1, 3)
        case["premiums"] = random.sample(["disability", "enhanced_disability", "carer"], wanted)
    if random.random() < 0.2:
        case["dependent_children"] = random.randint(0, 4)
    if random.random() < 0.5:
        case["housing_costs"] = _lines(random, HOUSING, 2, 80)
    if random.random() < 0.5:
        case["disability_related_expenditure"] = _lines(random, EXTRA, 3, 25)
    if random.random() < 0.3:
        case["disregards"] = _lines(random, ["night_care", "local_policy", "other"], 2, 40)
    if random.random() < 0.2:
        amount = _pounds(random, 500)
        case["local_policy"] = {"minimum_income_guarantee_weekly": amount}
    if extended:
        _more(random, case, day)
    return case


def _more(random: Random, case: Case, day: date) -> None:
    setting = case["setting"]
    policy = case.setdefault("local_policy", {})
    for field, value in (
        ("personal_expenses_allowance_weekly", f"{random.randint(24, 45)}.90"),
        ("upper_capital_limit", random.choice(("23249.99", "23250", "28500.02", "50000"))),
        ("charge_percent", random.choice(("0", "33", "80", "90", "100"))),
        ("savings_credit_ignored", random.random() < 0.5),
        ("flat_disability_related_expenditure_weekly", random.choice(("10.85", "24.16"))),
        ("arrangement_fee_weekly", _pounds(random, 12)),
        ("short_term_rules", random.choice(("care_home", "home"))),
    ):
        if random.random() < 0.2:
            policy[field] = value
    if not policy:
        del case["local_policy"]
    if setting == "care_home_permanent":
        if random.random() < 0.7:
            case["became_permanent_on"] = _since(random, day, 12)
        if random.random() < 0.1:
            case["property_disregard_ended_on"] = _since(random, day, 12)
    if setting != "home" and random.random() < 0.15:
        case["personal_expenses_allowance_weekly"] = f"{random.randint(24, 50)}.65"
    if setting == "home" and random.random() < 0.3:
        case["council_arranges"] = random.random() < 0.7
    kind = random.random()
    if kind < 0.1:
        case["free_service"] = {"kind": random.choice(FREE)}
        if case["free_service"]["kind"] in ("reablement", "intermediate_care"):
            case["free_service"]["started_on"] = _since(random, day, 6)
    elif kind < 0.15:
        reason = random.choice(("wealth_above_limit", "nominal_charge", "means_tested_benefits"))
        case["light_touch"] = {"reason": reason, "consented": random.random() < 0.8}
    elif setting != "home" and kind < 0.45:
        case["funded_nursing_care"] = random.choice(("standard", "higher"))
    if setting != "home" and random.random() < 0.25:
        case["chosen_home_weekly_cost"] = _pounds(random, 1800)
        if random.random() < 0.6:
            case["top_up_paid_by"] = random.choice(("third_party", "resident"))
        if random.random() < 0.3:
            case["deferred_payment"] = random.random() < 0.8
