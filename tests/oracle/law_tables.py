"""The values of law by financial year, typed again from the facts sheet and from nowhere else.

Assumptions at the edges of years, so that disagreements there can be told apart: minimum income, personal
allowance and savings credit change on 6 April (in 2015 on 1 April, the day the Care Act began); the rates of
NHS-funded nursing care change on 1 April. Of the two rates for 2019-20 the later, backdated one is used.
Capital limits have been the same in every one of these years.
"""

from datetime import date
from decimal import Decimal

YEARS = tuple(range(2015, 2027))
FIRST_DAY = date(2015, 4, 1)
LAST_DAY = date(2027, 3, 31)
LOWER_LIMIT = Decimal(14250)
UPPER_LIMIT = Decimal(23250)


def _by_year(frozen: str, later: str) -> dict[int, Decimal]:
    """2015-16 to 2021-22 hold one value; the five years after it hold their own."""
    values = [Decimal(value) for value in [frozen] * 7 + later.split()]
    return dict(zip(YEARS, values, strict=True))


PERSONAL_EXPENSES = _by_year("24.90", "25.65 28.25 30.15 30.65 31.80")
SAVINGS_CREDIT_SINGLE = _by_year("5.75", "5.90 6.50 6.95 7.05 7.30")
SAVINGS_CREDIT_COUPLE = _by_year("8.60", "8.85 9.75 10.40 10.60 11.00")

MINIMUM_INCOME = {
    "single_18_to_24": _by_year("72.40", "74.60 82.15 87.65 89.15 95.40"),
    "single_25_or_over": _by_year("91.40", "94.15 103.65 110.60 112.50 120.40"),
    "single_pension_age": _by_year("189.00", "194.70 214.35 228.70 232.60 241.45"),
    "couple_working_age": _by_year("71.80", "73.95 81.40 86.85 88.35 94.55"),
    "couple_pension_age": _by_year("144.30", "148.65 163.65 174.60 177.55 184.30"),
    "disability_single": _by_year("40.35", "41.55 45.75 48.80 49.65 51.55"),
    "enhanced_disability_single": _by_year("19.70", "20.30 22.35 23.85 24.25 25.15"),
    "disability_couple": _by_year("28.75", "29.60 32.60 34.80 35.40 36.75"),
    "enhanced_disability_couple": _by_year("14.15", "14.60 16.05 17.15 17.45 18.10"),
    "carer": _by_year("43.25", "44.55 49.05 52.35 53.25 55.25"),
    "child": _by_year("83.65", "86.20 94.90 101.25 102.95 106.85"),
}


def _nursing(values: str) -> dict[int, Decimal]:
    return dict(zip(YEARS, map(Decimal, values.split()), strict=True))


NURSING = {
    "standard": _nursing("112.00 156.25 155.05 158.16 180.31 183.92 187.60 209.19 219.71 235.88 254.06 267.68"),
    "higher": _nursing("154.14 215.04 213.32 217.59 248.06 253.02 258.08 287.78 302.25 324.50 349.50 368.24"),
}


def allowance_year(day: date) -> int:
    """The financial year whose minimum income and allowances hold on a day."""
    if day < date(2015, 4, 6):
        return 2015
    return day.year if (day.month, day.day) >= (4, 6) else day.year - 1


def nursing_year(day: date) -> int:
    """The financial year whose nursing rate holds on a day."""
    return day.year if day.month >= 4 else day.year - 1
