"""Putting a reform beside the law, on generated people or on kept cases: two runs of the same engine.

Blocks go through one after another, so that a million people need the memory of one block. A kept case is charged with
what it says, as if decided on the day asked about; one that the rule refuses is left out and counted. Where a reform is
more generous than a council's own policy, the reform holds. Left out: whose cases may be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import JoinedUpError
from joinedup.base.money import Money
from joinedup.funding import generated_people as generated
from joinedup.funding.reform_files import law_on
from joinedup.funding.rules.ages import completed_months
from joinedup.funding.rules.arrays import Whole, flags, whole
from joinedup.funding.rules.caseload import Person, columns, placed
from joinedup.funding.rules.charge_form import CHARGE_INPUT
from joinedup.funding.rules.charge_reading import not_chargeable, read_case
from joinedup.funding.rules.engine import Caseload, charge_many
from joinedup.funding.rules.evidence import Evidence
from joinedup.funding.rules.law import DAYS_A_WEEK, ChargeLaw
from joinedup.funding.rules.reform_charges import Standing, shares
from joinedup.funding.rules.reforms import Reform
from joinedup.funding.rules.what_if import Outcome, Tally

MONTHS_A_YEAR = 12
NOT_TOLD = "not told"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A decided charge's case, and the charges of its plan so far as (day, pence a week), oldest first."""

    case: Mapping[str, object]
    charges: tuple[tuple[date, int], ...]


def weeks_asked(day: date) -> int:
    """Over how many weeks a what-if adds up."""
    return parameter_files.shipped().value_at("what-if-weeks", day).count()


def on_generated(reform: Reform, count: int, seed: int, tell: Progress | None = None) -> Outcome:
    """The reform beside the law, on so many generated people."""
    law, day = law_on(reform.day), reform.day
    before_law, after_law = ChargeLaw.at(law.parameters, day), ChargeLaw.at(reform.parameters, day)
    tally, done = _tally(day), 0
    for block in generated.blocks(count, seed, law.parameters, day):
        before_people = generated.caseload(block, before_law)
        after_people = generated.caseload(block, after_law)
        standing = generated.standing(block, charge_many(before_people, before_law).weekly_charge_pence)
        before = shares(before_people, standing, law, tally.weeks)
        after = shares(after_people, standing, reform, tally.weeks)
        tally.add(before, after, income_places(before_people), age_places(block.age))
        done += len(block)
        if tell is not None:
            tell(done, count)
    return tally.outcome()


def on_kept_cases(reform: Reform, kept: Sequence[KeptCase]) -> tuple[Outcome, int]:
    """The reform beside the law, on kept cases; and how many of them the rule refused."""
    law, day = law_on(reform.day), reform.day
    before_law, after_law = ChargeLaw.at(law.parameters, day), ChargeLaw.at(reform.parameters, day)
    before, after, used = list[Person](), list[Person](), list[KeptCase]()
    for each in kept:
        try:
            evidence = _read(each.case, day)
            pair = _placed(evidence, before_law), _placed(evidence, after_law)
        except JoinedUpError:
            continue
        before.append(pair[0])
        after.append(pair[1])
        used.append(each)
    tally = _tally(day)
    if used:
        people = columns(before)
        standing = _standing(used, before, day)
        tally.add(
            shares(people, standing, law, tally.weeks),
            shares(columns(after), standing, reform, tally.weeks),
            income_places(people),
            age_places(whole(_age(person.evidence, day) for person in before)),
        )
    return tally.outcome(), len(kept) - len(used)


def income_places(people: Caseload) -> Whole:
    """The place of everybody's whole weekly income among the bands."""
    total = np.zeros(len(people), dtype=np.int64)
    for pence in people.income.values():
        total += pence
    edges = np.array(generated.declared().income_bands, dtype=np.int64) * 100
    return np.searchsorted(edges, total, side="right").astype(np.int64)


def age_places(age: Whole) -> Whole:
    """The place of everybody's age among the bands; the last place is for an age below 0, which is not told."""
    edges = np.array(generated.declared().age_bands, dtype=np.int64)
    return np.where(age < 0, len(edges) + 1, np.searchsorted(edges, age, side="right")).astype(np.int64)


def so_far(charges: Sequence[tuple[date, int]], day: date) -> tuple[int, int]:
    """Whole weeks since the first charge, and what was paid in them, each charge until the next.

    >>> so_far([(date(2026, 1, 5), 1000), (date(2026, 1, 19), 2000)], date(2026, 2, 2))
    (4, 6000)
    """
    if not charges:
        return 0, 0
    ends = [*(starts for starts, _ in charges[1:]), day]
    lasted = [
        max((min(end, day) - starts).days, 0) // DAYS_A_WEEK for (starts, _), end in zip(charges, ends, strict=True)
    ]
    return sum(lasted), sum(weeks * pence for weeks, (_, pence) in zip(lasted, charges, strict=True))


def _tally(day: date) -> Tally:
    told = generated.declared()
    incomes = [f"£{each}" for each in told.income_bands]
    ages = told.age_bands
    return Tally(
        weeks=weeks_asked(day),
        income_bands=_names(incomes, [f"£{each - 1}.99" for each in told.income_bands]),
        age_bands=[*_names([str(each) for each in ages], [str(each - 1) for each in ages]), NOT_TOLD],
    )


def _names(starts: Sequence[str], ends: Sequence[str]) -> list[str]:
    between = [f"{start} to {end}" for start, end in zip(starts, ends[1:], strict=False)]
    return [f"under {starts[0]}", *between, f"{starts[-1]} and over"]


def _read(case: Mapping[str, object], day: date) -> Evidence:
    asked = {**case, "as_at": day.isoformat()}
    if found := list(faults(CHARGE_INPUT, asked)):
        raise not_chargeable(found)
    return read_case(asked)


def _placed(evidence: Evidence, law: ChargeLaw) -> Person:
    """The person under a law; what a council leaves beyond the law is kept only while it is more than the law."""
    allowance = law.figure("personal-expenses-allowance").money()
    policy = replace(
        evidence.policy,
        upper_limit=_at_least(evidence.policy.upper_limit, law.capital_upper_limit.money()),
        personal_allowance=_at_least(evidence.policy.personal_allowance, allowance),
    )
    own = _at_least(evidence.personal_allowance, allowance)
    return placed(replace(evidence, policy=policy, personal_allowance=own), law)


def _at_least(told: Money | None, least: Money) -> Money | None:
    return None if told is None else max(told, least)


def _standing(used: Sequence[KeptCase], people: Sequence[Person], day: date) -> Standing:
    past = [so_far(each.charges, day) for each in used]
    return Standing(
        weeks_so_far=whole(weeks for weeks, _ in past),
        paid_so_far_pence=whole(pence for _, pence in past),
        top_up_by_resident=flags(person.evidence.top_up_by_resident for person in people),
    )


def _age(evidence: Evidence, day: date) -> int:
    return -1 if evidence.born is None else completed_months(evidence.born, day) // MONTHS_A_YEAR
