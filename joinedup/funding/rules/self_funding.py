"""In which week will the savings of somebody who pays for their own care come down to the upper limit?

A series week by week: savings less what the care and other spending cost above income. When a week begins with savings
that do not exceed the upper capital limit, the council can help, and the tariff income of that week is shown. The
limits of each week are those then in force; for weeks to come for which none is known the last known ones are taken,
and the answer says so. Left out: what the council then charges (the charge), prices that rise, and interest on savings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from joinedup.base.errors import OperatorMustAct
from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.case_reader import NOTHING, CaseReader, answer_schema, case_schema, money_in, one_of

SOURCE = "Care Act 2014 s 14; SI 2014/2672 part 3 (capital limits)"
UPPER_LIMITS = {"home": "capital-upper-limit-at-home", "care_home_permanent": "capital-upper-limit"}
LIMITS = ("capital-lower-limit", "tariff-income-band", "tariff-income-weekly-per-band")
DAYS_A_WEEK = 7
WEEKS_AFTER = 4


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the series: its number, first day, savings at its beginning, whether they exceed the upper limit, and
    the tariff income (None above the limit)."""

    number: int
    starts_on: date
    savings: Money
    above_limit: bool
    tariff_income: Money | None

    def to_json(self) -> dict[str, object]:
        """Keys week, starts_on, savings, above_limit, tariff_income."""
        return {
            "week": self.number,
            "starts_on": self.starts_on,
            "savings": self.savings,
            "above_limit": self.above_limit,
            "tariff_income": self.tariff_income,
        }


class _Law:
    """The limits of each day; beyond the last known day the last known ones."""

    def __init__(self, parameters: Parameters, setting: str) -> None:
        self._parameters = parameters
        self.upper_name = UPPER_LIMITS[setting]
        self.assumed_from: date | None = None

    def at(self, name: str, day: date) -> Parameter:
        try:
            return self._parameters.value_at(name, day)
        except OperatorMustAct:
            last = max(self._parameters.history(name), key=lambda each: each.ends_on or date.max)
            if last.ends_on is None or last.ends_on > day:
                raise
            self.assumed_from = min(self.assumed_from or last.ends_on, last.ends_on)
            return last


def self_funding(case: Case, parameters: Parameters) -> Explanation:
    """When somebody who pays for their own care can ask the council for help: the first week within the upper limit.

    Answer: crosses_in_week and crosses_on (None: not within the weeks looked at); draws_weekly (Money that savings lose
    a week); series (a list of weeks, to four after the crossing); warnings. SenderMustAct (self-funding-case) names
    fields.
    """
    reader = CaseReader("self-funding", case, parameters)
    savings, cost = reader.amount("savings"), reader.amount("weekly_cost")
    income, other = reader.amount("weekly_income"), reader.amount("other_spending_weekly")
    reader.done()
    for name in (*LIMITS, *UPPER_LIMITS.values()):
        reader.value(name)
    law = _Law(parameters, str(case.get("setting", "home")))
    draws = max(NOTHING, cost + other - income)
    weeks = tuple(series(reader.on, savings, draws, law, reader.value("self-funding-weeks-looked-at").count()))
    crossing = next((week for week in weeks if not week.above_limit), None)
    steps = _steps(savings, cost, income, other, draws, law, reader.on, crossing)
    answer = {
        "crosses_in_week": crossing.number if crossing else None,
        "crosses_on": crossing.starts_on if crossing else None,
        "draws_weekly": draws,
        "series": [week.to_json() for week in weeks],
        "warnings": [*case_reader.unverified(steps), *_warnings(draws, crossing, law)],
    }
    return Explanation(answer, steps)


def series(on: date, savings: Money, draws: Money, law: _Law, most_weeks: int) -> Iterator[Week]:
    """The weeks from a day on: until four after the crossing, or so many, or one when savings do not shrink."""
    left, after = savings, 0
    for number in range(1, most_weeks + 1):
        starts_on = on + timedelta(days=(number - 1) * DAYS_A_WEEK)
        above = left > law.at(law.upper_name, starts_on).money()
        yield Week(number, starts_on, left, above, None if above else tariff(left, starts_on, law))
        after += not above
        if after > WEEKS_AFTER or not draws.pence:
            return
        left = max(NOTHING, left - draws)


def tariff(savings: Money, day: date, law: _Law) -> Money:
    """The weekly income that these savings are taken to bring on a day, within the limits."""
    lower, band, per_band = (law.at(name, day).money() for name in LIMITS)
    return per_band * -(-max(0, savings.pence - lower.pence) // band.pence)


def _steps(
    savings: Money, cost: Money, income: Money, other: Money, draws: Money, law: _Law, on: date, crossing: Week | None
) -> tuple[Step, ...]:
    upper = law.at(law.upper_name, on)
    found = [
        Step(
            "draws-weekly",
            "Each week savings pay what care and other spending cost above income.",
            SOURCE,
            draws,
            inputs={"weekly_cost": cost, "other_spending_weekly": other, "weekly_income": income},
        ),
        Step(
            "upper-limit",
            "Above this much the council gives no help with the cost; the test is whether savings exceed it.",
            upper.source,
            savings > upper.money(),
            upper,
            {"savings": savings},
        ),
        Step(
            "crossing",
            "The first week that begins with savings that do not exceed the limit then in force.",
            SOURCE,
            crossing.starts_on if crossing else None,
            law.at(law.upper_name, crossing.starts_on) if crossing else None,
            {"week": crossing.number, "savings": crossing.savings} if crossing else {},
        ),
    ]
    if crossing is not None:
        lower = law.at("capital-lower-limit", crossing.starts_on)
        found.append(
            Step(
                "tariff-income",
                "From then on savings above the lower limit are taken to bring an income.",
                lower.source,
                crossing.tariff_income,
                lower,
            )
        )
    return tuple(found)


def _warnings(draws: Money, crossing: Week | None, law: _Law) -> Iterator[str]:
    if law.assumed_from is not None:
        yield (
            f"No capital limits are known from {law.assumed_from.isoformat()} on: the last known ones were taken "
            "for the weeks after it."
        )
    if crossing is None:
        yield (
            "Income pays for everything, so savings do not shrink."
            if not draws.pence
            else "Savings stay above the limit for longer than is looked at."
        )
    yield "Costs and income were taken to stay the same; prices rise, so the day may come sooner."
    if crossing is None or crossing.number > 1:
        yield "Ask the council for an assessment well before that day."


RULE = Rule(
    name="self-funding",
    question="In which week will the savings of somebody who pays for their own care cross the upper limit?",
    run=self_funding,
    input_schema=case_schema(
        ["savings", "weekly_cost", "weekly_income"],
        on={**case_reader.DAY, "description": "The first day of the first week; today if left out."},
        setting=one_of(tuple(UPPER_LIMITS), "home if left out"),
        savings=money_in("Capital that counts, on that day."),
        weekly_cost=money_in("What the care costs a week."),
        weekly_income=money_in("All income that may go into care and other spending."),
        other_spending_weekly=money_in("What else is spent a week."),
    ),
    output_schema=answer_schema(
        "self-funding/1",
        crosses_in_week=case_reader.COUNT_OR_NULL,
        crosses_on=case_reader.DAY_OR_NULL,
        draws_weekly=case_reader.MONEY_OUT,
        series={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "week": case_reader.COUNT,
                    "starts_on": case_reader.DAY,
                    "savings": case_reader.MONEY_OUT,
                    "above_limit": case_reader.YES_NO,
                    "tariff_income": case_reader.MONEY_OR_NULL,
                },
                "required": ["week", "starts_on", "savings", "above_limit", "tariff_income"],
                "additionalProperties": False,
            },
        },
    ),
)
