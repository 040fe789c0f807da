"""Is this person an adult, over 25, of pension age?

By date of birth, from the dated ages in parameters/charging-ages.yaml, or by what the case says. The parameter
`pension-age` is dated by day of birth; its value is an age (P66Y1M) or the day on which all born then reached it.
Pension age is not fully verified; that matters, and is said, only for a person whose age lies between the lowest and
the highest pension age in the table. A month ends on the last day when the day of birth does not exist in it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from joinedup.base.errors import WeMustAct
from joinedup.base.parameters import Parameter, Parameters

MONTHS_A_YEAR = 12
AS_THE_CASE_SAYS = "As the case says"
OLDER_OR_YOUNGER = "Older or younger than every pension age in the timetable of the Pensions Acts 1995 to 2014"
_AGE = re.compile(r"P([0-9]{1,3})Y(?:([0-9]{1,2})M)?")


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """`name` is one of AGE_GROUPS, or 'under_age'; `source` says how we know.

    `parameter` is the age that decided it: None when the case said so itself, and when the person is younger or older
    than every pension age in the table, so that no one value of it decides.
    """

    name: str
    source: str
    parameter: Parameter | None = None

    @property
    def is_pension_age(self) -> bool:
        """Whether the person has reached pension age."""
        return self.name == "pension_age"


def age_group_born(born: date, on: date, parameters: Parameters) -> AgeGroup:
    """The age group on a day of somebody born on `born`. OperatorMustAct when an age is not known for the day."""
    adult, full = (parameters.value_at(name, on) for name in ("adult-age-years", "minimum-income-full-age-years"))
    months = completed_months(born, on)
    if months < adult.count() * MONTHS_A_YEAR:
        return AgeGroup("under_age", adult.source, adult)
    if months < full.count() * MONTHS_A_YEAR:
        return AgeGroup("18_to_24", full.source, full)
    lowest, highest = _lowest_and_highest(parameters)
    if not lowest <= months < highest:
        return AgeGroup("pension_age" if months >= highest else "25_to_pension_age", OLDER_OR_YOUNGER)
    pension_age = parameters.value_at("pension-age", born)
    name = "pension_age" if _is_reached(pension_age, born, on) else "25_to_pension_age"
    return AgeGroup(name, pension_age.source, pension_age)


def age_group_said(has_pension_age: bool) -> AgeGroup:
    """The age group of somebody whose case says only whether pension age is reached: 25 or over when it is not."""
    return AgeGroup("pension_age" if has_pension_age else "25_to_pension_age", AS_THE_CASE_SAYS)


def completed_months(born: date, on: date) -> int:
    """Whole months of age on a day.

    >>> completed_months(date(1960, 7, 31), date(2026, 11, 30)) == 66 * 12 + 4
    True
    """
    months = (on.year - born.year) * MONTHS_A_YEAR + on.month - born.month
    is_last_day = on.day == monthrange(on.year, on.month)[1]
    return months if on.day >= born.day or is_last_day else months - 1


def _is_reached(pension_age: Parameter, born: date, on: date) -> bool:
    months = _months(pension_age)
    if months is not None:
        return completed_months(born, on) >= months
    return on >= _day(pension_age)


def _lowest_and_highest(parameters: Parameters) -> tuple[int, int]:
    """The lowest and the highest pension age in the table, in months."""
    known = [found for each in parameters.history("pension-age") if (found := _months(each)) is not None]
    return min(known), max(known)


def _months(pension_age: Parameter) -> int | None:
    """The age in months, or None when the value is a day."""
    found = _AGE.fullmatch(pension_age.text())
    return int(found[1]) * MONTHS_A_YEAR + int(found[2] or 0) if found else None


def _day(pension_age: Parameter) -> date:
    try:
        return date.fromisoformat(pension_age.text())
    except ValueError:
        raise WeMustAct(
            "pension-age-value",
            "A value of pension-age is neither an age nor a day.",
            "An age is written P66Y1M, a day 2018-11-06.",
            "Correct it in parameters/charging-ages.yaml.",
        ) from None
