"""Charging a caseload in columns, every figure between kept, beside the same sums as bare numpy lines.

A is `charge_many` over `--people` person-weeks (a million unless named): 10,000 invented people of every setting, read
from JSON cases, their columns repeated. B is the least that the same charge could cost: the sums of A5 of the domain
facts in flat lines over the same columns, without the figures that an explanation needs. What the person, the council
and the NHS pay and what notional capital causes are compared first. Besides: one explained assessment in process and on
the command line, cases as JSON with settings and days mixed, a quarter of a year by the day, and how time grows with
the caseload. An explanation is made when it is asked for, from the person's own case. `python -m bench charging`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.side_by_side import compare, say, summary
from joinedup.base import parameter_files
from joinedup.base.errors import JoinedUpError
from joinedup.base.period import Period
from joinedup.funding.rules import RULES, Caseload, charge, charge_cases, charge_many, gather
from joinedup.funding.rules.charge_days import Version, charge_days
from joinedup.funding.rules.charge_reading import read_case
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import DISABILITY_BENEFITS, INCOME, PREMIUMS, SETTINGS

DAY, TODAY, SEED = date(2025, 6, 2), date(2026, 11, 2), 1
PERSON_WEEKS, PEOPLE_READ, ON_DEMAND = 1_000_000, 10_000, 200
GOAL = {"one_explained_ms": 2, "command_ms": 1_000, "million_seconds": 5, "ratio": 5}
KINDS = ("state_pension", "occupational_pension", "pension_credit_guarantee", "savings_credit", "universal_credit",
         "employment_and_support_allowance", "attendance_allowance_lower", "attendance_allowance_higher",
         "pip_daily_living_enhanced", "pip_mobility_standard", "war_widow_pension", "earnings")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paid:
    """What is compared: who pays, and what notional capital causes."""

    columns: tuple[NDArray[np.int64], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Paid) and all(map(np.array_equal, self.columns, other.columns))

    def __hash__(self) -> int:
        return id(self)


def run(person_weeks: int, *, rounds: int) -> dict[str, Any]:
    """Measure; each round is the whole caseload once on either side."""
    parameters, chance = parameter_files.shipped(), random.Random(SEED)
    law = ChargeLaw.at(parameters, DAY)
    cases = [invented(chance, DAY) for _ in range(PEOPLE_READ)]
    started = time.perf_counter()
    read = gather([read_case(case) for case in cases], law)
    reading = time.perf_counter() - started
    say(f"  {len(read):,} people read and placed in {reading:.1f} s")
    people = repeated(read, person_weeks)
    row = compare(
        lambda each: charge_many(each, law), lambda each: bare(each, law), [people], rounds=rounds,
        answer_of_a=lambda each: paid(each, law),
    )  # fmt: skip
    mixed = [invented(chance, date(2016, 6, 6) + timedelta(days=chance.randrange(3_700))) for _ in range(PEOPLE_READ)]
    started = time.perf_counter()
    refused = sum(isinstance(each, JoinedUpError) for each in charge_cases(mixed, parameters))
    answering = time.perf_counter() - started
    versions = [Version(Period(date(2015, 4, 1)), read_case(cases[0]))]
    quarter = Period(DAY, DAY + timedelta(weeks=13))
    return row | {
        "person_weeks": person_weeks,
        "million_seconds": round(row["a"]["p50_ms"] / 1_000 / person_weeks * 1_000_000, 2),
        "growth_seconds_a_million": growth(read, law, person_weeks),
        "read_and_placed_a_second": round(PEOPLE_READ / reading),
        "mixed_json_cases": {"cases": PEOPLE_READ, "seconds": round(answering, 2), "refused": refused},
        "one_explained": times(lambda place: charge(cases[place], parameters)),
        "one_as_the_rule_answers": times(lambda place: RULES[0].answer(cases[place], parameters, TODAY)),
        "thirteen_weeks_by_the_day": times(lambda _: charge_days(versions, quarter, parameters), 20),
        "command": on_the_command_line(cases[0]),
        "goal": GOAL,
    }


def invented(chance: random.Random, day: date) -> dict[str, Any]:
    """A case of somebody who does not exist."""
    setting, old = chance.choice(SETTINGS), chance.random() < 0.7
    born = date(day.year - (chance.randint(70, 98) if old else chance.randint(20, 55)), 1, 1)
    households = ["single", "single", "couple_pension_age"] + ([] if old else ["couple_working_age"])
    case: dict[str, Any] = {
        "as_at": day.isoformat(), "setting": setting, "date_of_birth": born.isoformat(),
        "household": chance.choice(households), "premiums": chance.sample(PREMIUMS, chance.randint(0, 2)),
        "income": [{"kind": kind, "weekly": _pounds(chance, 30_000)} for kind in chance.sample(KINDS, 3)],
        "capital": [{"kind": "savings", "amount": _pounds(chance, 3_000_000)}],
        "housing_costs": [{"kind": "other", "weekly": _pounds(chance, 5_000)}],
        "disability_related_expenditure": [{"kind": "other", "weekly": _pounds(chance, 2_500)}],
        "weekly_cost": _pounds(chance, 140_000),
    }  # fmt: skip
    if setting == "care_home_permanent":
        case["became_permanent_on"] = (day - timedelta(days=chance.randrange(400))).isoformat()
        case["capital"].append({"kind": "main_home", "amount": _pounds(chance, 30_000_000), "share": "1/2"})
    if setting != "home" and chance.random() < 0.5:
        case["funded_nursing_care"] = "standard"
    if chance.random() < 0.1:
        case["capital"].append({"kind": "notional_capital", "amount": _pounds(chance, 1_000_000)})
    if chance.random() < 0.1:
        started = day - timedelta(days=chance.randrange(80))
        case["free_service"] = {"kind": "reablement", "started_on": started.isoformat()}
    return case


def _pounds(chance: random.Random, most: int) -> str:
    pence = chance.randrange(most)
    return f"{pence // 100}.{pence % 100:02}"


def repeated(people: Caseload, count: int) -> Caseload:
    """The same people again and again, in columns of that length."""

    def column(held: Any) -> Any:
        return {name: np.resize(each, count) for name, each in held.items()} if isinstance(held, dict) else (
            np.resize(held, count)
        )  # fmt: skip

    return Caseload(**{each.name: column(getattr(people, each.name)) for each in fields(people)})


def paid(people: Caseload, law: ChargeLaw) -> Paid:
    """What A answers, for the comparison."""
    charges = charge_many(people, law)
    return Paid((charges.weekly_charge_pence, charges.council_pays_pence, charges.nhs_pays_pence,
                 charges.notional_capital_reduction_pence))  # fmt: skip


def bare(people: Caseload, law: ChargeLaw) -> Paid:
    """The same charge in flat lines, from A5 to A8 of the domain facts."""
    single, couple = ([each.money().pence for each in law.savings_credit(held)] for held in (False, True))
    lower, upper = law.capital_lower_limit.money().pence, law.capital_upper_limit.money().pence
    width, each_band = law.tariff_band.money().pence, law.tariff_per_band.money().pence
    home = people.home_rules
    income = sum(held for kind, held in people.income.items() if INCOME[kind].treatment != "ignore")
    pensions = sum(held for kind, held in people.income.items() if INCOME[kind].qualifying)
    benefits = sum(held for kind, held in people.income.items() if kind in DISABILITY_BENEFITS)
    credit = people.income["savings_credit"]
    threshold, guarantee, most = (np.where(people.couple, two, one) for one, two in zip(single, couple, strict=True))
    credit_out = np.where(pensions > guarantee, most, np.where(pensions > threshold, np.minimum(credit, most), 0))
    credit_out = np.where(people.savings_credit_ignored, credit, credit_out * ((credit > 0) & people.pension_age))
    out = credit_out + np.minimum(people.income["war_widow_pension"], law.war_widow_disregard.money().pence)
    out += np.where(home, 0, people.half_pension_pence + np.where(people.setting == 1, 0, benefits))
    income = income - out - people.disregards_pence
    income = np.where(home, np.maximum(income, 0), income)
    floor = law.minimum_pence()[people.minimum_group] + people.dependent_children * law.per_child.money().pence
    for premium in PREMIUMS:
        due = people.premiums[premium] & (~people.pension_age if premium != "carer" else True)
        one, two = (law.premiums[premium, held].money().pence for held in (False, True))
        floor += due * np.where(people.couple, two, one)
    floor = np.maximum(floor, people.local_minimum_pence) + people.housing_costs_pence
    floor += np.maximum(people.disability_costs_pence, people.flat_disability_costs_pence)
    kept = people.allowance_pence + np.where(people.setting == 1, 0, people.housing_costs_pence)
    left = income - np.where(home, floor, kept)
    nursing = np.minimum(people.nursing_pence, people.weekly_cost_pence)
    cost = people.weekly_cost_pence - nursing
    charged = []
    for other in (people.other_capital_pence, people.other_capital_pence - people.notional_pence):
        capital = other + people.home_pence * ~(people.in_twelve_weeks & (other <= upper))
        tariff = np.maximum(capital - lower + width - 1, 0) // width * each_band
        asked = np.maximum(left + tariff, 0) * people.percent_hundredths // 10_000
        asked = np.where((capital > people.upper_limit_pence) | people.light_full, cost, np.minimum(asked, cost))
        charged.append(asked * ~(people.free | people.light_nothing))
    nhs = np.where(people.free & people.nhs_pays_all, people.weekly_cost_pence, nursing)
    return Paid((charged[0], people.weekly_cost_pence - charged[0] - nhs, nhs, charged[0] - charged[1]))


def growth(read: Caseload, law: ChargeLaw, largest: int) -> dict[str, float]:
    """Seconds a million person-weeks for caseloads of several sizes; the least of three goes."""
    found = {}
    for size in (largest // 100, largest // 10, largest):
        people = repeated(read, size)
        taken = []
        for _ in range(3):
            started = time.perf_counter()
            charge_many(people, law)
            taken.append(time.perf_counter() - started)
        found[f"{size}"] = round(min(taken) / size * 1_000_000, 3)
    return found


def times(one: Callable[[int], object], count: int = ON_DEMAND) -> dict[str, Any]:
    """One after another, as somebody would ask; in milliseconds."""
    one(0)
    taken = []
    for place in range(count):
        started = time.perf_counter()
        one(place)
        taken.append((time.perf_counter() - started) * 1_000)
    return summary(taken)


def on_the_command_line(case: dict[str, Any]) -> dict[str, Any]:
    """`joinedup rule charge` in a process of its own, five times."""
    command = [str(Path(sys.executable).parent / "joinedup"), "rule", "charge"]
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run(command, input=json.dumps(case), text=True, check=True, capture_output=True, env=os.environ)
        taken.append((time.perf_counter() - started) * 1_000)
    return summary(taken)
