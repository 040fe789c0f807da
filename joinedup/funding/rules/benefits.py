"""Which benefits does somebody seem entitled to and not claim?

A signpost with reasons and never a decision: the Department for Work and Pensions decides. Looked at are only benefits
whose rates are held here: Pension Credit (guarantee), Attendance Allowance or the daily living part of Personal
Independence Payment, by age, and Carer's Allowance. Left out: every other benefit, the exact tests of disability, and
couples of whom one has not reached pension age, who mostly cannot claim Pension Credit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.ages import age_group_born
from joinedup.funding.rules.case_reader import NOTHING, CaseReader, answer_schema, case_schema, money_in, one_of, yes_no

SOURCE = "DWP guidance on benefits, in outline"
ADVICE = "Ask an adviser or the DWP; a claim costs nothing."
DISABILITY_BENEFITS = (
    "attendance_allowance",
    "pip_daily_living",
    "dla_care",
    "armed_forces_independence_payment",
)
CLAIMED = ("pension_credit_guarantee", "savings_credit", *DISABILITY_BENEFITS, "carers_allowance")
HOUSEHOLDS = ("single", "couple")
HOURS_A_WEEK = 7 * 2 * 12


@dataclass(frozen=True, slots=True)
class _Person:
    pension_age: bool
    couple: bool
    claims: tuple[str, ...]
    needs_help: bool
    by_day_and_night: bool
    hours: int

    @property
    def has_disability_benefit(self) -> bool:
        return any(name in self.claims for name in DISABILITY_BENEFITS)


@dataclass(slots=True)
class _Found:
    """What was found: suggestions in order, their steps, and what could not be looked at."""

    suggestions: list[dict[str, object]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def suggest(self, benefit: str, weekly: Money, reason: str) -> None:
        """Add one benefit with the most that it may bring a week, and why."""
        self.suggestions.append({"benefit": benefit, "weekly_up_to": weekly, "reason": reason, "next_step": ADVICE})


def benefits_check(case: Case, parameters: Parameters) -> Explanation:
    """Benefits that somebody seems entitled to and does not claim, each with the reason and what to do next.

    Answer: suggestions (benefit, weekly_up_to, reason, next_step); decided_by ('DWP'); warnings. SenderMustAct
    (benefits-check-case) names fields that cannot be used.
    """
    reader = CaseReader("benefits-check", case, parameters)
    income, capital = reader.amount("weekly_income"), reader.amount("capital")
    earnings = reader.amount("weekly_earnings")
    person = _person(reader)
    reader.done()
    found = _Found()
    _disability(reader, person, found)
    _pension_credit(reader, person, income, capital, found)
    _carer(reader, person, earnings, found)
    answer = {
        "suggestions": found.suggestions,
        "decided_by": "DWP",
        "warnings": [*case_reader.unverified(found.steps), *found.missing, *_warnings(case, person)],
    }
    return Explanation(answer, tuple(found.steps))


def _person(reader: CaseReader) -> _Person:
    born = reader.day("date_of_birth")
    if born is not None and born > reader.on:
        reader.faults.append("date_of_birth must not be later than on")
    elif born is None and "pension_age" not in reader.case:
        reader.faults.append("date_of_birth is missing; give it, or say pension_age true or false")
    reader.value("adult-age-years")
    old = reader.flag("pension_age")
    if born is not None and not reader.faults:
        group = age_group_born(born, reader.on, reader.parameters)
        old = group.is_pension_age
        if group.name == "under_age" and group.parameter is not None:
            reader.faults.append(
                f"date_of_birth must be of somebody of {group.parameter.count()} or more: children's benefits are not "
                "looked at"
            )
        if reader.case.get("pension_age") not in (None, old):
            reader.faults.append("pension_age does not agree with date_of_birth: leave one of them out")
    if reader.flag("lives_alone") and reader.case.get("household") == "couple":
        reader.faults.append("lives_alone does not agree with household: nobody of a couple lives alone")
    return _Person(
        pension_age=old,
        couple=reader.case.get("household") == "couple",
        claims=reader.words("claims"),
        needs_help=reader.flag("needs_help_for_six_months"),
        by_day_and_night=reader.flag("help_by_day_and_night"),
        hours=reader.count("cares_hours_weekly"),
    )


def _disability(reader: CaseReader, person: _Person, found: _Found) -> None:
    """Attendance Allowance from pension age on, before it the daily living part of PIP."""
    may = person.needs_help and not person.has_disability_benefit
    benefit = "attendance_allowance" if person.pension_age else "pip_daily_living"
    name = "attendance-allowance-weekly" if person.pension_age else "pip-daily-living-weekly"
    lower, higher = ("lower", "higher") if person.pension_age else ("standard", "enhanced")
    rate = reader.value(name, higher if person.by_day_and_night else lower)
    found.steps.append(
        Step(
            benefit.replace("_", "-"),
            "Somebody who has needed help with personal care for six months, and has no disability benefit, may claim.",
            rate.source,
            may,
            rate,
            {"pension_age": person.pension_age, "by_day_and_night": person.by_day_and_night},
        )
    )
    if may:
        found.suggest(
            benefit,
            rate.money(),
            "Help with personal care has been needed for six months and no disability benefit is claimed. It does not "
            "depend on income or savings.",
        )


def _pension_credit(reader: CaseReader, person: _Person, income: Money, capital: Money, found: _Found) -> None:
    if not person.pension_age or "pension_credit_guarantee" in person.claims:
        return
    if "weekly_income" not in reader.case or "capital" not in reader.case:
        found.missing.append("weekly_income or capital is not given, so Pension Credit was not looked at.")
        return
    guarantee = reader.value("standard-minimum-guarantee", "couple" if person.couple else "single")
    most, addition = guarantee.money(), None
    if reader.flag("lives_alone") and person.has_disability_benefit and not reader.flag("carer_is_paid_allowance"):
        addition = reader.value("pension-credit-severe-disability-addition")
        most = most + addition.money()
    carer = _carer_addition(reader, person, found)
    if carer is not None:
        most = most + carer.money()
    tariff = _assumed_income(reader, capital, found)
    short = max(NOTHING, most - income - tariff)
    found.steps.append(
        Step("guarantee", "Pension Credit makes income up to this.", guarantee.source, guarantee.money(), guarantee)
    )
    if addition is not None:
        found.steps.append(
            Step(
                "severe-disability-addition",
                "More for somebody who lives alone and has a disability benefit, when nobody is paid for caring.",
                addition.source,
                addition.money(),
                addition,
            )
        )
    if carer is not None:
        found.steps.append(Step("carer-addition", "More for a carer.", carer.source, carer.money(), carer))
    found.steps.append(
        Step(
            "pension-credit",
            "What income and assumed income fall short of it.",
            SOURCE,
            short,
            inputs={"weekly_income": income, "assumed_income": tariff, "guarantee": most},
        )
    )
    if short.pence:
        found.suggest(
            "pension_credit_guarantee",
            short,
            f"Income with the assumed income from savings is {short} a week below what Pension Credit makes it up to. "
            "It also opens other help.",
        )


def _carer_addition(reader: CaseReader, person: _Person, found: _Found) -> Parameter | None:
    """The addition of somebody with a Carer's Allowance; where it is not known for the day that is said."""
    if "carers_allowance" not in person.claims:
        return None
    addition = reader.value_or_none("pension-credit-carer-addition")
    if addition is None:
        found.missing.append("What Pension Credit adds for a carer is not known for that day, so it may bring more.")
    return addition


def _assumed_income(reader: CaseReader, capital: Money, found: _Found) -> Money:
    free = reader.value("pension-credit-capital-disregard")
    band, per_band = (
        reader.value(name) for name in ("pension-credit-tariff-band", "pension-credit-tariff-weekly-per-band")
    )
    tariff = per_band.money() * -(-max(0, capital.pence - free.money().pence) // band.money().pence)
    found.steps.append(
        Step(
            "assumed-income",
            "For each band of capital above what is left out, or part of one, an income is assumed.",
            band.source,
            tariff,
            free,
            {"capital": capital, "band": band.money()},
        )
    )
    return tariff


def _carer(reader: CaseReader, person: _Person, earnings: Money, found: _Found) -> None:
    if not person.hours:
        return
    hours, rate = reader.value("carers-allowance-hours"), reader.value("carers-allowance-weekly")
    limit = reader.value_or_none("carers-allowance-earnings-limit")
    if limit is None:
        found.missing.append(
            "Up to which earnings Carer's Allowance is paid is not known for that day, so earnings were not looked at."
        )
    within = limit is None or earnings <= limit.money()
    cared_for = reader.flag("cared_for_has_disability_benefit")
    may = person.hours >= hours.count() and cared_for and within and "carers_allowance" not in person.claims
    found.steps.append(
        Step(
            "carers-allowance-hours",
            "Somebody who cares for at least so many hours for a person with a disability benefit may claim.",
            hours.source,
            person.hours >= hours.count() and cared_for,
            hours,
            {"cares_hours_weekly": person.hours, "cared_for_has_disability_benefit": cared_for},
        )
    )
    if limit is not None:
        found.steps.append(
            Step("carers-allowance-earnings", "Earnings may not be above this.", limit.source, within, limit)
        )
    found.steps.append(Step("carers-allowance", "What it may bring.", rate.source, rate.money(), rate))
    if may:
        reason = f"Cares for {hours.count()} hours a week or more for somebody with a disability benefit."
        if person.pension_age:
            reason += " A State Pension mostly takes its place; a claim may still raise Pension Credit."
        found.suggest("carers_allowance", rate.money(), reason)


def _warnings(case: Case, person: _Person) -> Iterator[str]:
    yield "This is a signpost: the Department for Work and Pensions decides, by tests that are not made here."
    if person.couple and person.pension_age:
        yield "Of a couple both must mostly have reached pension age to claim Pension Credit: that was not looked at."
    if "claims" not in case:
        yield "The case does not say what is claimed already, so nothing was taken off."
    if "carers_allowance" not in person.claims and person.hours:
        yield "A Carer's Allowance can lower the Pension Credit of the person cared for: ask before claiming."


RULE = Rule(
    name="benefits-check",
    question="Which benefits does somebody seem entitled to and not claim?",
    run=benefits_check,
    input_schema=case_schema(
        ["household"],
        on=case_reader.ON,
        date_of_birth={**case_reader.DAY, "description": "This, or pension_age."},
        pension_age=yes_no("Whether State Pension age is reached."),
        household=one_of(HOUSEHOLDS),
        claims=case_reader.several_of(CLAIMED, "Benefits in payment."),
        weekly_income=money_in("Of the person (a couple: of both), without disability benefits."),
        capital=money_in("Savings of the person (a couple: of both), without the home."),
        lives_alone=yes_no("Whether the person lives alone."),
        carer_is_paid_allowance=yes_no("Whether somebody is paid Carer's Allowance for caring for this person."),
        needs_help_for_six_months=yes_no("Whether help with personal care has been needed for six months."),
        help_by_day_and_night=yes_no("Whether help is needed by day and by night."),
        cares_hours_weekly={
            **case_reader.COUNT,
            "maximum": HOURS_A_WEEK,
            "description": "Hours of caring for another.",
        },
        cared_for_has_disability_benefit=yes_no("Whether the person cared for has a disability benefit."),
        weekly_earnings=money_in("Earnings a week, after deductions."),
    ),
    output_schema=answer_schema(
        "benefits-check/1",
        suggestions={
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "benefit": one_of(CLAIMED),
                    "weekly_up_to": case_reader.MONEY_OUT,
                    "reason": {"type": "string"},
                    "next_step": {"type": "string"},
                },
                "required": ["benefit", "weekly_up_to", "reason", "next_step"],
                "additionalProperties": False,
            },
        },
        decided_by=one_of(["DWP"]),
    ),
)
