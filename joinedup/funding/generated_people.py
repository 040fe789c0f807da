"""Who could be charged for care, if nobody real may be looked at? People made from a seed, with money.

`generated_people.yaml` declares every share and band; all of it is invented, and code holds none of it. People come in
blocks, each drawn from the seed and its own number, so that the same seed always gives the same people and a larger
number contains the smaller. They are made as the columns that the engine works on. Left out: anything that would make
them a forecast of a place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from joinedup.base.errors import WeMustAct
from joinedup.base.parameters import Parameters
from joinedup.base.yaml_text import YamlFault, plain_data
from joinedup.funding.rules.ages import age_group_born
from joinedup.funding.rules.arrays import Flags, Pence, Whole
from joinedup.funding.rules.engine import NO_LOCAL_MINIMUM, WHOLE_HUNDREDTHS, Caseload
from joinedup.funding.rules.law import MINIMUM_GROUPS, ChargeLaw
from joinedup.funding.rules.reform_charges import AT_HOME, Standing
from joinedup.funding.rules.treatments import PREMIUMS, SETTINGS

BLOCK = 20_000
PENCE = 100
FILE = Path(__file__).with_name("generated_people.yaml")
PERMANENT = SETTINGS.index("care_home_permanent")
OLDEST = 130

Percent = Annotated[int, Field(ge=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(_Strict):
    """Whole numbers from one up to and without another, with a weight among its list."""

    start: int = Field(alias="from", ge=0)
    end: int = Field(alias="to")
    weight: int = Field(ge=0)


Bands = Annotated[tuple[Band, ...], Field(min_length=1)]


class Setting(_Strict):
    """Who is cared for in one setting, for how long, and what it costs a week."""

    name: Literal["home", "care_home_permanent", "care_home_temporary", "care_home_short_term"]
    weight: int
    ages: Bands
    couples: Percent
    owners: Percent
    weeks_in_care: Bands
    weekly_cost: Bands
    nursing: Percent
    top_ups: Percent


class Declared(_Strict):
    """All that is declared of people who do not exist."""

    invented: Literal[True]
    why: str
    income_bands: tuple[int, ...]
    age_bands: tuple[int, ...]
    settings: Annotated[tuple[Setting, ...], Field(min_length=1)]
    state_pension: Bands
    occupational_pension: Bands
    attendance_allowance: dict[Literal["none", "lower", "higher"], Percent]
    out_of_work_benefit: Bands
    personal_independence_payment: dict[Literal["none", "standard", "enhanced"], Percent]
    pension_credit_claimed: Percent
    savings: Bands
    home_value: Bands
    housing_costs: Bands
    disability_costs: Bands
    top_up: Bands


@dataclass(frozen=True, slots=True)
class Block:
    """People as facts, one entry each: what no reform changes."""

    setting: Whole
    age: Whole
    couple: Flags
    pension_age: Flags
    full_age: Flags
    income: dict[str, Pence]
    savings_pence: Pence
    home_pence: Pence
    weeks_in_care: Whole
    weekly_cost_pence: Pence
    nursing: Flags
    top_up_pence: Pence
    housing_costs_pence: Pence
    disability_costs_pence: Pence

    def __len__(self) -> int:
        return len(self.age)


@cache
def declared() -> Declared:
    """What the file beside this module declares. WeMustAct when it is wrong."""
    try:
        return Declared.model_validate(plain_data(FILE.read_text(encoding="utf-8")))
    except (YamlFault, ValidationError) as error:
        raise WeMustAct("generator-file", f"{FILE.name} cannot be read.", str(error), "Correct it.") from None


@cache
def digest() -> str:
    """The digest of the declaration, so that a result says from which it was made."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


def blocks(count: int, seed: int, law: Parameters, day: date) -> Iterator[Block]:
    """So many people in blocks; the benefits that they draw are those of the law on the day."""
    full_age, pension_age = _ages(law, day)
    for number in range(-(-count // BLOCK)):
        whole = _block(np.random.default_rng([seed, number]), law, day, full_age, pension_age)
        yield _first(whole, min(BLOCK, count - number * BLOCK))


def caseload(block: Block, law: ChargeLaw) -> Caseload:
    """The people of a block as the engine takes them, under the law of a day."""
    size = len(block)
    nothing, nobody = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    at_home, limit = block.setting == AT_HOME, law.capital_upper_limit.money().pence
    limit_elsewhere = max(limit, law.figure("capital-upper-limit-at-home").money().pence)
    percent = int(law.figure("charge-percent").percent() * 100)
    return Caseload(
        income=block.income,
        half_pension_pence=nothing,
        other_capital_pence=block.savings_pence,
        home_pence=np.where(block.setting == PERMANENT, block.home_pence, 0),
        notional_pence=nothing,
        in_twelve_weeks=(block.setting == PERMANENT)
        & (block.weeks_in_care < law.figure("property-disregard-weeks").count()),
        setting=block.setting,
        home_rules=at_home,
        upper_limit_pence=np.where(block.setting == PERMANENT, limit, limit_elsewhere),
        allowance_pence=np.where(at_home, 0, law.figure("personal-expenses-allowance").money().pence),
        percent_hundredths=np.where(at_home, percent, WHOLE_HUNDREDTHS),
        savings_credit_ignored=nobody,
        flat_disability_costs_pence=nothing + law.figure("flat-disability-related-expenditure-weekly").money().pence,
        fee_pence=nothing,
        nursing_pence=np.where(block.nursing, law.figure("funded-nursing-care", "standard").money().pence, 0),
        free=nobody,
        nhs_pays_all=nobody,
        wealthy=nobody,
        light_full=nobody,
        light_nothing=nobody,
        chosen_cost_pence=np.where(block.top_up_pence > 0, block.weekly_cost_pence + block.top_up_pence, 0),
        minimum_group=_minimum_group(block),
        pension_age=block.pension_age,
        couple=block.couple,
        premiums=dict.fromkeys(PREMIUMS, nobody),
        dependent_children=nothing,
        housing_costs_pence=np.where(at_home, block.housing_costs_pence, 0),
        disability_costs_pence=block.disability_costs_pence,
        disregards_pence=nothing,
        weekly_cost_pence=block.weekly_cost_pence,
        local_minimum_pence=nothing + NO_LOCAL_MINIMUM,
    )


def standing(block: Block, weekly_charge_pence: Pence) -> Standing:
    """What went before: every week in care so far was paid as this one."""
    return Standing(
        block.weeks_in_care, weekly_charge_pence * block.weeks_in_care, np.zeros(len(block), dtype=np.bool_)
    )


def _ages(law: Parameters, day: date) -> tuple[int, int]:
    """The whole years of age from which people are 25 or over, and of pension age, on a day."""
    groups = [age_group_born(date(day.year - age, 1, 1), day, law).name for age in range(OLDEST)]
    return groups.index("25_to_pension_age"), groups.index("pension_age")


def _minimum_group(block: Block) -> Whole:
    single = np.where(block.full_age, MINIMUM_GROUPS.index("single-25-to-pension-age"), 0)
    single = np.where(block.pension_age, MINIMUM_GROUPS.index("single-pension-age"), single)
    older, younger = (MINIMUM_GROUPS.index(name) for name in ("couple-pension-age", "couple-working-age"))
    return np.where(block.couple, np.where(block.pension_age, older, younger), single)


def _first(block: Block, size: int) -> Block:
    if size == len(block):
        return block
    columns: dict[str, Any] = {name: getattr(block, name) for name in Block.__slots__}
    income = {kind: each[:size] for kind, each in block.income.items()}
    return Block(**{name: held[:size] for name, held in columns.items() if name != "income"}, income=income)


def _block(chance: np.random.Generator, law: Parameters, day: date, full_age: int, pension_age: int) -> Block:
    told = declared()
    place = _choice(chance, [each.weight for each in told.settings])
    by_setting = [(place == number, each) for number, each in enumerate(told.settings)]
    age = _of(chance, by_setting, "ages")
    old = age >= pension_age
    couple = _hit(chance, by_setting, "couples")
    owner = _hit(chance, by_setting, "owners")
    home = np.where(owner & ~couple, _drawn(chance, told.home_value) * PENCE, 0)
    savings = _pence(chance, told.savings)
    costs = _of(chance, by_setting, "weekly_cost") * PENCE
    top_up = np.where(_hit(chance, by_setting, "top_ups"), _pence(chance, told.top_up), 0)
    return Block(
        setting=np.array([SETTINGS.index(each.name) for each in told.settings], dtype=np.int64)[place],
        age=age,
        couple=couple,
        pension_age=old,
        full_age=age >= full_age,
        income=_income(chance, old, couple, law, day),
        savings_pence=savings,
        home_pence=home,
        weeks_in_care=_of(chance, by_setting, "weeks_in_care"),
        weekly_cost_pence=costs,
        nursing=_hit(chance, by_setting, "nursing"),
        top_up_pence=top_up,
        housing_costs_pence=_pence(chance, told.housing_costs),
        disability_costs_pence=_pence(chance, told.disability_costs),
    )


def _income(chance: np.random.Generator, old: Flags, couple: Flags, law: Parameters, day: date) -> dict[str, Pence]:
    told = declared()
    state, pension = _pence(chance, told.state_pension), _pence(chance, told.occupational_pension)
    pension = np.where(pension < PENCE, 0, pension)
    single, both = (
        law.value_at("standard-minimum-guarantee", day, each).money().pence for each in ("single", "couple")
    )
    short = np.maximum(np.where(couple, both // 2, single) - state - pension, 0)
    claimed = chance.random(BLOCK) * 100 < told.pension_credit_claimed
    income = {
        "state_pension": np.where(old, state, 0),
        "occupational_pension": np.where(old, pension, 0),
        "pension_credit_guarantee": np.where(old & claimed, short, 0),
        "employment_and_support_allowance": np.where(old, 0, _pence(chance, told.out_of_work_benefit)),
    }
    for shares, kind, parameter, whom in (
        (told.attendance_allowance, "attendance_allowance", "attendance-allowance-weekly", old),
        (told.personal_independence_payment, "pip_daily_living", "pip-daily-living-weekly", ~old),
    ):
        level = _choice(chance, list(shares.values()))
        for number, name in enumerate(shares):
            if name != "none":
                rate = law.value_at(parameter, day, name).money().pence
                income[f"{kind}_{name}"] = np.where(whom & (level == number), rate, 0)
    return income


BySetting = Sequence[tuple[Flags, Setting]]


def _of(chance: np.random.Generator, by_setting: BySetting, name: str) -> Whole:
    drawn = np.zeros(BLOCK, dtype=np.int64)
    for here, each in by_setting:
        drawn = np.where(here, _drawn(chance, getattr(each, name)), drawn)
    return drawn


def _hit(chance: np.random.Generator, by_setting: BySetting, name: str) -> Flags:
    share = np.zeros(BLOCK)
    for here, each in by_setting:
        share = np.where(here, getattr(each, name), share)
    return np.asarray(chance.random(BLOCK) * 100 < share)


def _choice(chance: np.random.Generator, weights: Sequence[int]) -> Whole:
    edges = np.cumsum(weights)
    return np.asarray(np.searchsorted(edges, chance.random(BLOCK) * edges[-1], side="right"), dtype=np.int64)


def _drawn(chance: np.random.Generator, bands: Sequence[Band], times: int = 1) -> Whole:
    """Whole numbers of the bands, `times` as fine."""
    place = _choice(chance, [each.weight for each in bands])
    start = np.array([each.start for each in bands], dtype=np.int64)[place] * times
    width = np.array([each.end - each.start for each in bands], dtype=np.int64)[place] * times
    return start + np.floor(chance.random(BLOCK) * width).astype(np.int64)


def _pence(chance: np.random.Generator, bands: Sequence[Band]) -> Pence:
    return _drawn(chance, bands, PENCE)
