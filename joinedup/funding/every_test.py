"""What does every other test say of the same evidence, and what would change what this person pays?

Nothing is asked twice: each test is put the case that the evidence makes, and says what it misses. What would change
a charge is found by asking the same rule again with one thing changed. Pure. Left out: tests of need, which people take
in an assessment, and the grant for adaptations and deferral, which need the cost of works and the worth of a home.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from joinedup.base.errors import JoinedUpError
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.funding.rules import RULES, ChargeLaw
from joinedup.funding.rules.capital_counted import capital_of
from joinedup.funding.rules.charge_reading import read_case
from joinedup.funding.rules.treatments import INCOME

Case = Mapping[str, Any]
BY_NAME = {each.name: each for each in RULES}
CLAIMS = {
    "pension_credit_guarantee": "pension_credit_guarantee", "savings_credit": "savings_credit",
    "carers_allowance": "carers_allowance", "attendance_allowance": "attendance_allowance",
    "pip_daily_living": "pip_daily_living", "dla_care": "dla_care",
}  # fmt: skip
"""How the kinds of income begin that are benefits which the check of benefits knows, and their names there."""

TRIED = Money(1000)
"""What is tried as a change, a week; the sentence names it, so that any other amount would do as well."""


@dataclass(frozen=True, slots=True)
class TestAnswer:
    """One test: its name in the register, what it says, and what it could not look at."""

    name: str
    outcome: str
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change the charge: a sentence, and by how many pence a week (None where not worked out)."""

    words: str
    pence: int | None


def answers(case: Case, parameters: Parameters, today: date) -> tuple[TestAnswer, ...]:
    """What the check of benefits and, above the capital limit, the test of own money say of a case of the charge."""
    return (*_benefits(case, parameters, today), *_own_money(case, parameters, today))


def changes(case: Case, parameters: Parameters, today: date) -> tuple[Change, ...]:
    """What would change the charge of a case, the biggest first; nothing where the case cannot be charged."""
    now = _charge(case, parameters, today)
    if now is None:
        return ()
    found = list(_limits(case, parameters, today))
    tried = (
        ("disability_related_expenditure", "other", "If {} more a week of what the disability costs were accepted"),
        ("housing_costs", "other", "If the home cost {} more a week"),
        ("income", "other", "If income that counts rose by {} a week"),
    )
    for topic, kind, words in tried:
        kinds = [each["kind"] for each in case.get(topic, ())] or [kind]
        row = {"kind": kind if topic == "income" else kinds[0], "weekly": TRIED.to_text()}
        other = _charge({**case, topic: [*case.get(topic, ()), row]}, parameters, today)
        if other is not None:
            found.append(Change(words.format(TRIED.display()), other - now))
    for suggestion in _suggested(case, parameters, today):
        row = {"kind": "other", "weekly": str(suggestion["weekly_up_to"])}
        other = _charge({**case, "income": [*case.get("income", ()), row]}, parameters, today)
        name = _words(suggestion["benefit"])
        words = f"If {name} were claimed and paid, up to {Money.from_text(row['weekly']).display()} a week more came in"
        found.append(Change(words, None if other is None else other - now))
    return tuple(found)


def counted_capital(case: Case, parameters: Parameters, today: date) -> Money:
    """The person's own part of capital that counts, without the home they live in or lived in."""
    held = {
        "as_at": today.isoformat(), "setting": "home", "household": "single", "pension_age": True,
        "weekly_cost": "0.00", "capital": case.get("capital", []),
    }  # fmt: skip
    return capital_of(read_case(held), ChargeLaw.at(parameters, today)).other


def _capital_of_charge(case: Case, parameters: Parameters, today: date) -> Money:
    """The capital that the charge counted, the home too where it counts; where it asked for none, all but the home."""
    answer = _answer(case, parameters, today)
    steps: Any = answer["steps"] if answer else ()
    total = next((str(each["result"]) for each in steps if each["rule"] == "capital-total"), None)
    return Money.from_text(total) if total else counted_capital(case, parameters, today)


def _limits(case: Case, parameters: Parameters, today: date) -> Iterator[Change]:
    name = "capital-upper-limit-at-home" if case.get("setting", "home") == "home" else "capital-upper-limit"
    upper = parameters.value_at(name, today).money()
    lower = parameters.value_at("capital-lower-limit", today).money()
    capital = _capital_of_charge(case, parameters, today)
    if capital > upper:
        yield Change(
            f"Capital that counts is {capital.display()}, {(capital - upper).display()} above the upper limit of "
            f"{upper.display()}: until it comes down to that the person pays the whole cost", None,
        )  # fmt: skip
    elif capital > lower:
        yield Change(
            f"Capital that counts is {capital.display()}: {(upper - capital).display()} more would reach the upper "
            f"limit of {upper.display()}, and below {lower.display()} none of it counts", None,
        )  # fmt: skip
    else:
        yield Change(
            f"Capital that counts is {capital.display()}; up to {lower.display()} none of it counts", None
        )  # fmt: skip


def _charge(case: Case, parameters: Parameters, today: date) -> int | None:
    answer = _answer(case, parameters, today)
    return None if answer is None else Money.from_text(str(answer["weekly_charge"])).pence


def _answer(case: Case, parameters: Parameters, today: date) -> Mapping[str, object] | None:
    try:
        return BY_NAME["charge"].answer(dict(case), parameters, today)
    except JoinedUpError:
        return None


def _benefits(case: Case, parameters: Parameters, today: date) -> Iterator[TestAnswer]:
    if "household" not in case or not ("date_of_birth" in case or "pension_age" in case):
        yield TestAnswer("benefit-tests", "Not taken yet", ("how the person lives, and their age",))
        return
    found = _suggested(case, parameters, today)
    partner = ("what a partner has and earns, without which Pension Credit is not looked at",)
    misses = (
        "whether help with personal care has been needed for six months", "whether the person cares for another",
        *(partner if _is_couple(case) else ()),
    )  # fmt: skip
    if not found:
        yield TestAnswer("benefit-tests", "Nothing that seems due and is not claimed", misses)
        return
    named = "; ".join(
        f"{_words(each['benefit'])} (up to {Money.from_text(str(each['weekly_up_to'])).display()} a week)"
        for each in found
    )
    yield TestAnswer("benefit-tests", f"Seems due and is not claimed: {named}. Ask; the DWP decides.", misses)


def _suggested(case: Case, parameters: Parameters, today: date) -> Sequence[Mapping[str, Any]]:
    income = case.get("income", ())
    claims = {
        claim for row in income for start, claim in CLAIMS.items() if str(row["kind"]).startswith(start)
    }  # fmt: skip
    weekly = Money.total(
        Money.from_text(str(row["weekly"])) for row in income
        if INCOME[row["kind"]].treatment != "ignore" and not _for_disability(str(row["kind"]))
    )  # fmt: skip
    asked = {
        "household": "couple" if _is_couple(case) else "single", "claims": sorted(claims),
        **{name: case[name] for name in ("date_of_birth", "pension_age") if name in case},
    }  # fmt: skip
    if not _is_couple(case):  # of a couple both count, and nothing is known here of the other
        asked |= {"weekly_income": weekly.to_text(), "capital": counted_capital(case, parameters, today).to_text()}
    try:
        found: Any = BY_NAME["benefits-check"].answer(asked, parameters, today)["suggestions"]
    except JoinedUpError:
        return ()
    return tuple(found)


def _is_couple(case: Case) -> bool:
    return str(case.get("household", "")).startswith("couple")


def _for_disability(kind: str) -> bool:
    return kind.startswith(("attendance_allowance", "pip_", "dla_"))


def _own_money(case: Case, parameters: Parameters, today: date) -> Iterator[TestAnswer]:
    setting = "home" if case.get("setting", "home") == "home" else "care_home_permanent"
    name = "capital-upper-limit-at-home" if setting == "home" else "capital-upper-limit"
    upper, savings = parameters.value_at(name, today).money(), _capital_of_charge(case, parameters, today)
    if savings <= upper:
        yield TestAnswer("own-money", "Savings do not exceed the upper limit, so the council can help")
        return
    asked = {
        "savings": savings.to_text(), "weekly_cost": str(case["weekly_cost"]), "setting": setting,
        "weekly_income": Money.total(
            Money.from_text(str(row["weekly"])) for row in case.get("income", ())
        ).to_text(),
    }  # fmt: skip
    answer = BY_NAME["self-funding"].answer(asked, parameters, today)
    crosses = answer["crosses_on"]
    told = (
        f"Savings come down to the upper limit in the week that begins on {_day(str(crosses))}"
        if crosses else "Savings stay above the upper limit for ten years and more"
    )  # fmt: skip
    yield TestAnswer("own-money", told, ("what is spent a week besides care",))


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
