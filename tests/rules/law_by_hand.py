"""What does the law leave to everybody, looked up and added by hand and never by the engine?"""

from __future__ import annotations

from datetime import date
from typing import Any

from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped

LAW = shipped()


def national_floor(case: dict[str, Any]) -> int:
    """What the law leaves to everybody, looked up and added by hand: regulation 6 in a care home, 7 at home."""
    day, couple = date.fromisoformat(case["as_at"]), case["household"] != "single"

    def value(name: str, group: str | None = None) -> int:
        return LAW.value_at(name, day, group).money().pence

    if case["setting"] != "home":
        by_home = case["setting"] == "care_home_short_term" and case["local_policy"].get("short_term_rules") == "home"
        if not by_home:
            return value("personal-expenses-allowance")
    years = day.year - int(case["date_of_birth"][:4])
    age = "pension-age" if years >= 69 else "18-to-24" if years < 25 and not case["dependent_children"] else (
        "25-to-pension-age")  # fmt: skip
    floor = value("minimum-income-guarantee", case["household"].replace("_", "-") if couple else f"single-{age}")
    for premium in case["premiums"]:
        if premium == "carer":
            floor += value("minimum-income-premium", "carer")
        elif years < 69:
            name = f"{premium.replace('_', '-')}-{'couple' if couple else 'single'}"
            floor += value("minimum-income-premium", name)
    floor += case["dependent_children"] * value("minimum-income-per-child")
    return floor + sum(Money.from_text(each["weekly"]).pence for each in case["housing_costs"])
