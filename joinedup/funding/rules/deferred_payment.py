"""How much of a care home's fee can be deferred against a home, for how long, and what does it cost?

Care Act 2014 ss 34 to 36 and SI 2014/2671, from April 2015. The council pays and is paid back when the home is sold. It
may defer up to the equity limit; the resident keeps a disposable income allowance; interest is at most a gilt rate plus
a margin and changes each half year. Weeks are counted one by one: the week's part is deferred, then seven days of
interest are added. Left out: whether the security is adequate, which the council decides, and rates to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.case_reader import NOTHING, CaseReader, answer_schema, case_schema, money_in

SOURCE = "Care Act 2014 ss 34 to 36; SI 2014/2671"
INTEREST_SOURCE = "SI 2014/2671 reg 9"
MAXIMUM = "deferred-payment-interest-maximum-percent"
DAYS_A_WEEK = 7
MONTHS_A_HALF_YEAR = 6
FINE_PERCENT = 10**4


@dataclass(frozen=True, slots=True)
class _Asked:
    value: Money
    debts: Money
    other_capital: Money
    fee: Money
    income: Money
    keeps: Money
    so_far: Money


@dataclass(frozen=True, slots=True)
class _Growth:
    """What a deferred sum starts from, what is added a week, and how it is counted."""

    so_far: Money
    weekly: Money
    limit: Money
    review_at: Money
    days_a_year: int
    weeks_limit: int


@dataclass(frozen=True, slots=True)
class Course:
    """How a deferred sum grows: the whole weeks until the limit (None: not within the weeks looked at), until the
    review is due, the sum after a year and the interest in it."""

    weeks: int | None
    review_week: int | None
    after_a_year: Money
    interest_of_a_year: Money


def deferred_payment(case: Case, parameters: Parameters) -> Explanation:
    """How much can be deferred against a home, how much a week, and for how many weeks with and without interest.

    Answer: must_offer; equity_limit; weekly_deferred; keeps_weekly; weeks_without_interest and weeks_with_interest
    (None: longer than is looked at, or no rate); lasts_until (day or None); interest_percent and interest_of_first_year
    (None without a rate); review_at (Money) and review_week; warnings. SenderMustAct (deferred-payment-case) names
    fields.
    """
    reader = CaseReader("deferred-payment", case, parameters)
    allowance = reader.value("deferred-payment-disposable-income-allowance")
    asked = _asked(reader, allowance)
    most = reader.value_or_none(MAXIMUM)
    percent = _percent(reader, most)
    reader.done()
    limit, steps = _limit(reader, asked)
    weekly = max(NOTHING, asked.fee - max(NOTHING, asked.income - asked.keeps))
    review = reader.value("deferred-payment-review-trigger-percent")
    review_at = _part(asked.value, review.percent())
    steps += _weekly_steps(asked, allowance, weekly, review, review_at)
    growth = _Growth(asked.so_far, weekly, limit, review_at, *_lengths(reader))
    is_given = "interest_percent" in case or "gilt_rate_percent" in case
    rates = _Rates(reader, percent or Decimal(0), is_dated=not is_given and percent is not None)
    plain = course(growth, lambda week: Decimal(0))
    dear = None if percent is None else course(growth, rates.of_week)
    steps += _course_steps(plain, dear, percent, None if is_given else most)
    upper = reader.value("capital-upper-limit")
    must_offer = asked.other_capital <= upper.money() and limit > asked.so_far
    ends = reader.value("deferred-payment-repay-after-death-days")
    steps.append(_offer_step(asked, upper, must_offer))
    steps.append(Step("ends", "It ends with a sale, or so many days after a death.", ends.source, ends.count(), ends))
    shown = dear or plain
    answer = {
        "must_offer": must_offer,
        "equity_limit": limit,
        "weekly_deferred": weekly,
        "keeps_weekly": asked.keeps,
        "weeks_without_interest": plain.weeks,
        "weeks_with_interest": dear.weeks if dear else None,
        "lasts_until": _last_day(reader.on, shown.weeks),
        "interest_percent": percent,
        "interest_of_first_year": dear.interest_of_a_year if dear else None,
        "review_at": review_at,
        "review_week": shown.review_week,
        "warnings": [*case_reader.unverified(steps), *_warnings(asked, rates if dear else None, weekly, shown)],
    }
    return Explanation(answer, tuple(steps))


class _Rates:
    """The yearly rate of each week: as given, or the greatest of the half year in which the week begins; after the last
    half year that is known, its rate goes on."""

    def __init__(self, reader: CaseReader, first: Decimal, *, is_dated: bool) -> None:
        self._reader = reader
        self._last = first
        self.is_dated = is_dated
        self._of_half_year: dict[tuple[int, bool], Decimal] = {}
        self.unknown_from: date | None = None

    def of_week(self, week: int) -> Decimal:
        day = self._reader.on + timedelta(days=(week - 1) * DAYS_A_WEEK)
        half_year = (day.year, day.month > MONTHS_A_HALF_YEAR)
        if self.is_dated and half_year not in self._of_half_year:
            known = self._reader.parameters.history(MAXIMUM)
            found = next((each for each in known if each.holds_on(day)), None)
            if found is None:
                self.unknown_from = self.unknown_from or day
            self._last = found.percent() if found else self._last
            self._of_half_year[half_year] = self._last
        return self._of_half_year.get(half_year, self._last)


def course(growth: _Growth, rate_of_week: Callable[[int], Decimal]) -> Course:
    """The weeks that a deferral lasts, counted one by one; a fraction of a penny of interest is dropped.

    A week that would go beyond the limit is not deferred, nor is any after it; interest on the rest goes on.
    """
    balance, interest_pence, after, interest_of_a_year = growth.so_far.pence, 0, 0, 0
    weeks: int | None = None
    review_week: int | None = None
    weeks_a_year = growth.days_a_year // DAYS_A_WEEK
    whole = 100 * FINE_PERCENT * growth.days_a_year
    for week in range(1, growth.weeks_limit + 1):
        fine_percent = int(rate_of_week(week) * FINE_PERCENT)
        if weeks is None:
            deferred = balance + growth.weekly.pence
            if deferred + deferred * fine_percent * DAYS_A_WEEK // whole > growth.limit.pence:
                weeks = week - 1
            else:
                balance = deferred
        interest = balance * fine_percent * DAYS_A_WEEK // whole
        balance, interest_pence = balance + interest, interest_pence + interest
        if review_week is None and balance >= growth.review_at.pence:
            review_week = week
        if week == weeks_a_year:
            after, interest_of_a_year = balance, interest_pence
        if week >= weeks_a_year and (weeks is not None or (not growth.weekly.pence and not interest)):
            break
    return Course(weeks, review_week, Money(after), Money(interest_of_a_year))


def _asked(reader: CaseReader, allowance: Parameter) -> _Asked:
    fee = reader.value("deferred-payment-administration-fee")
    asked = _Asked(
        value=reader.amount("property_value"),
        debts=reader.amount("debts_secured"),
        other_capital=reader.amount("other_capital"),
        fee=reader.amount("weekly_fee"),
        income=reader.amount("weekly_income"),
        keeps=reader.amount("keeps_weekly", allowance.money()),
        so_far=reader.amount("deferred_so_far") + reader.amount("administration_fee", fee.money()),
    )
    if asked.keeps > allowance.money():
        reader.faults.append(
            f"keeps_weekly must be at most the disposable income allowance of {allowance.money()} a week"
        )
    return asked


def _percent(reader: CaseReader, most: Parameter | None) -> Decimal | None:
    """The rate of the agreement, else the greatest: the gilt rate given plus the margin, what is known, or None."""
    given, gilt = reader.percent("interest_percent"), reader.percent("gilt_rate_percent")
    margin = reader.value("deferred-payment-interest-margin-percent").percent()
    greatest = gilt + margin if gilt is not None else most.percent() if most else None
    if given is None:
        return greatest
    if greatest is not None and given > greatest:
        reader.faults.append(
            f"interest_percent must be at most {greatest}, the greatest that the law allows on that day"
        )
    return given


def _limit(reader: CaseReader, asked: _Asked) -> tuple[Money, list[Step]]:
    share = reader.value("deferred-payment-equity-percent")
    kept = reader.value("capital-lower-limit")
    part = _part(asked.value, share.percent())
    limit = max(NOTHING, part - kept.money() - asked.debts)
    return limit, [
        Step(
            "equity-part",
            "This part of the home's value counts.",
            share.source,
            part,
            share,
            {"property_value": asked.value},
        ),
        Step(
            "equity-limit",
            "Less the lower capital limit and what is owed on the home: so much may be deferred.",
            SOURCE,
            limit,
            kept,
            {"debts_secured": asked.debts},
        ),
    ]


def _weekly_steps(
    asked: _Asked, allowance: Parameter, weekly: Money, review: Parameter, review_at: Money
) -> list[Step]:
    return [
        Step(
            "keeps-weekly",
            "The resident may keep up to the disposable income allowance, and less by choice.",
            allowance.source,
            asked.keeps,
            allowance,
        ),
        Step(
            "weekly-deferred",
            "The fee less what the resident pays from income is deferred each week.",
            SOURCE,
            weekly,
            inputs={"weekly_fee": asked.fee, "weekly_income": asked.income, "keeps_weekly": asked.keeps},
        ),
        Step(
            "review-at",
            "At this much deferred the agreement is looked at again.",
            review.source,
            review_at,
            review,
            {"property_value": asked.value},
        ),
    ]


def _course_steps(plain: Course, dear: Course | None, percent: Decimal | None, most: Parameter | None) -> list[Step]:
    found = [Step("weeks-without-interest", "So many whole weeks fit into the limit.", SOURCE, plain.weeks)]
    if dear is not None:
        found.append(
            Step(
                "weeks-with-interest",
                "With seven days of interest added each week, so many whole weeks fit into the limit.",
                INTEREST_SOURCE,
                dear.weeks,
                most,
                {"interest_percent": percent, "deferred_after_a_year": dear.after_a_year},
            )
        )
    return found


def _offer_step(asked: _Asked, upper: Parameter, must_offer: bool) -> Step:
    return Step(
        "must-offer",
        "The council must offer it when other capital is not above the upper limit and the home leaves room to defer.",
        SOURCE,
        must_offer,
        upper,
        {"other_capital": asked.other_capital},
    )


def _lengths(reader: CaseReader) -> tuple[int, int]:
    """The days of a year of interest, and how many weeks are looked at."""
    names = ("deferred-payment-interest-year-days", "deferred-payment-weeks-looked-at")
    days, weeks = (reader.value(name).count() for name in names)
    return days, weeks


def _part(whole: Money, percent: Decimal) -> Money:
    """A percentage of an amount; a fraction of a penny is dropped."""
    return Money(int(whole.pence * percent / 100))


def _last_day(on: date, weeks: int | None) -> date | None:
    return None if weeks is None else on + timedelta(days=weeks * DAYS_A_WEEK - 1) if weeks else on - timedelta(days=1)


def _warnings(asked: _Asked, rates: _Rates | None, weekly: Money, shown: Course) -> Iterator[str]:
    if rates is None:
        yield (
            "No greatest interest is known here for that day and the case gives none: the weeks are without interest. "
            "Give interest_percent, from the council's agreement."
        )
    elif not rates.is_dated:
        yield "The greatest rate changes on 1 January and 1 July; the rate given was taken for all weeks."
    elif rates.unknown_from is not None:
        yield (
            f"No greatest rate is known for the weeks from {rates.unknown_from.isoformat()} on: the last known one was "
            "taken for them."
        )
    if not weekly.pence:
        yield "The income pays the whole fee, so nothing is deferred."
    if shown.weeks is None and weekly.pence:
        yield "The limit is not reached within the weeks that are looked at."
    if asked.debts >= asked.value:
        yield "What is owed on the home is as much as its value: there is no security."
    yield "The council also decides whether the security is adequate."


RULE = Rule(
    name="deferred-payment",
    question="How much of a care home's fee can be deferred against a home, and for how many weeks?",
    run=deferred_payment,
    input_schema=case_schema(
        ["property_value", "weekly_fee", "weekly_income"],
        on=case_reader.ON,
        property_value=money_in("What the person's share of the home is worth."),
        debts_secured=money_in("What is owed on it, such as a mortgage."),
        other_capital=money_in("Capital without the home."),
        weekly_fee=money_in("What the home costs the person a week."),
        weekly_income=money_in("All income that counts."),
        keeps_weekly=money_in("What the resident keeps; the whole allowance if left out."),
        interest_percent={"type": "string", "maxLength": 10, "description": "Interest a year, such as 4.65."},
        gilt_rate_percent={
            "type": "string",
            "maxLength": 10,
            "description": "The gilt rate of the half year; the greatest interest is this and the margin.",
        },
        deferred_so_far=money_in("What is deferred already."),
        administration_fee=money_in(
            "Added to the sum; the council's own if left out. Give 0.00 if it is paid at once."
        ),
    ),
    output_schema=answer_schema(
        "deferred-payment/1",
        must_offer=case_reader.YES_NO,
        equity_limit=case_reader.MONEY_OUT,
        weekly_deferred=case_reader.MONEY_OUT,
        keeps_weekly=case_reader.MONEY_OUT,
        weeks_without_interest=case_reader.COUNT_OR_NULL,
        weeks_with_interest=case_reader.COUNT_OR_NULL,
        lasts_until=case_reader.DAY_OR_NULL,
        interest_percent={"type": ["string", "null"]},
        interest_of_first_year=case_reader.MONEY_OR_NULL,
        review_at=case_reader.MONEY_OUT,
        review_week=case_reader.COUNT_OR_NULL,
    ),
)
