"""What does a reform change: by payer, and for whom, by income and by age?

Adds up people block by block, so that a million need little memory: only each person's change and bands are kept until
the medians are known. A median is the lower of the two in the middle, so it is somebody's own change and whole pence.
Parts sum exactly to their whole. Left out: which small numbers may not be shown (`joinedup/desk/what_if.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from joinedup.base.money import share_out
from joinedup.funding.rules.arrays import Pence, Whole
from joinedup.funding.rules.reform_charges import Shares

PAYERS = ("person", "council", "nhs", "other")


@dataclass(frozen=True, slots=True)
class PayerRow:
    """What one payer pays over the weeks before and after, and in the average week; whole pence."""

    payer: str
    before_pence: int
    after_pence: int
    before_weekly_pence: int
    after_weekly_pence: int

    @property
    def change_pence(self) -> int:
        """After less before, over the weeks."""
        return self.after_pence - self.before_pence

    @property
    def change_weekly_pence(self) -> int:
        """After less before, in the average week."""
        return self.after_weekly_pence - self.before_weekly_pence


@dataclass(frozen=True, slots=True)
class BandRow:
    """People of one band: how many pay less, more and the same, and the sum of their changes.

    `median_change_pence` is that of those who pay less or more; 0 where nobody does.
    """

    band: str
    people: int
    pay_less: int
    pay_more: int
    pay_same: int
    median_change_pence: int
    change_pence: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole answer: payers, everybody as one row, and the same people by income and by age."""

    people: int
    weeks: int
    payers: tuple[PayerRow, ...]
    everybody: BandRow
    by_income: tuple[BandRow, ...]
    by_age: tuple[BandRow, ...]

    @property
    def cost_pence(self) -> int:
        """What the care costs over the weeks; a reform changes who pays it."""
        return sum(row.before_pence for row in self.payers)


@dataclass(slots=True)
class Tally:
    """People added block by block. `income` and `age` of `add` are places in the two lists of bands."""

    weeks: int
    income_bands: Sequence[str]
    age_bands: Sequence[str]
    before: list[int] = field(default_factory=lambda: [0] * len(PAYERS))
    after: list[int] = field(default_factory=lambda: [0] * len(PAYERS))
    changes: list[Pence] = field(default_factory=list)
    incomes: list[Whole] = field(default_factory=list)
    ages: list[Whole] = field(default_factory=list)

    def add(self, before: Shares, after: Shares, income: Whole, age: Whole) -> None:
        """A block of people under the law and under the reform."""
        for total, held in ((self.before, before), (self.after, after)):
            columns = (held.person_pence, held.council_pence, held.nhs_pence, held.other_pence)
            for place, column in enumerate(columns):
                total[place] += int(column.sum())
        self.changes.append(after.person_pence - before.person_pence)
        self.incomes.append(income.astype(np.int8))
        self.ages.append(age.astype(np.int8))

    def outcome(self) -> Outcome:
        """The answer for everybody who was added."""
        nobody = np.zeros(0, dtype=np.int64)
        change = np.concatenate([nobody, *self.changes])
        income, age = (np.concatenate([nobody, *held]) for held in (self.incomes, self.ages))
        before, after = (_by_week(total, self.weeks) for total in (self.before, self.after))
        return Outcome(
            people=len(change),
            weeks=self.weeks,
            payers=tuple(
                PayerRow(name, self.before[place], self.after[place], before[place], after[place])
                for place, name in enumerate(PAYERS)
            ),
            everybody=_band("everybody", change),
            by_income=tuple(_band(band, change[income == place]) for place, band in enumerate(self.income_bands)),
            by_age=tuple(_band(band, change[age == place]) for place, band in enumerate(self.age_bands)),
        )


def _by_week(total: Sequence[int], weeks: int) -> tuple[int, ...]:
    """The average week, a fraction of a penny dropped, shared so that the payers' parts sum to it."""
    whole = sum(total) // weeks
    return share_out(whole, total) if whole else (0,) * len(total)


def _band(name: str, change: Pence) -> BandRow:
    less, more = int((change < 0).sum()), int((change > 0).sum())
    changed = change[change != 0]
    middle = (len(changed) - 1) // 2
    median = int(np.partition(changed, middle)[middle]) if len(changed) else 0
    return BandRow(name, len(change), less, more, len(change) - less - more, median, int(change.sum()))
