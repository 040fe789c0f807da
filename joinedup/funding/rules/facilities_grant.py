"""How much of an adaptation does the Disabled Facilities Grant pay, and how much the person?

The test of resources of the Housing Grants, Construction and Regeneration Act 1996 (SI 1996/2890), since the ceiling of
22 May 2008. Weekly income above the applicable amount is turned into a loan that it could pay for, in slices; the grant
is what the works cost, up to the ceiling, less that loan. Children and people on the benefits named pay nothing. Left
out: the allowances, premiums and the housing sum, which a case gives as one applicable amount; and whether the works
are necessary and reasonable, which the council decides.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.ages import MONTHS_A_YEAR, completed_months
from joinedup.funding.rules.case_reader import NOTHING, CaseReader, answer_schema, case_schema, money_in, one_of, yes_no

SOURCE = "Housing Grants, Construction and Regeneration Act 1996; SI 1996/2890"
PASSPORT = (
    "pension_credit_guarantee",
    "income_based_jobseekers_allowance",
    "income_related_employment_and_support_allowance",
    "income_support",
    "housing_benefit",
    "universal_credit",
)
TAX_CREDITS = "tax_credits"
SLICES = ("first", "second", "third", "fourth")
TENURES = ("owner", "tenant")
PENCE_A_POUND = 100


@dataclass(frozen=True, slots=True)
class _Means:
    income: Money
    capital: Money
    applicable: Money


@dataclass(slots=True)
class _Test:
    """What is found on the way: steps in order, and the loan."""

    steps: list[Step] = field(default_factory=list)
    tariff: Money = NOTHING
    excess: Money = NOTHING
    loan: Money = NOTHING


def disabled_facilities_grant(case: Case, parameters: Parameters) -> Explanation:
    """How much of the cost of an adaptation the grant pays, and how much is left to the person.

    Answer: passported; tariff_income and weekly_excess (Money a week); contribution (Money, the loan that the excess
    could pay for); grant; person_pays; decision_due and works_due (days or None); warnings. SenderMustAct (dfg-case)
    names fields that cannot be used.
    """
    reader = CaseReader("dfg", case, parameters)
    cost = reader.amount("cost_of_works")
    income, capital = reader.amount("weekly_income"), reader.amount("capital")
    applicable = reader.amount("applicable_amount_weekly")
    yearly = reader.amount("tax_credit_income_yearly")
    benefits = reader.words("benefits")
    applied, approved = reader.day("applied_on"), reader.day("approved_on")
    older = _is_older(reader)
    if applied is not None and approved is not None and approved < applied:
        reader.faults.append("approved_on must not be earlier than applied_on")
    if TAX_CREDITS in benefits and "tax_credit_income_yearly" not in case:
        reader.faults.append("tax_credit_income_yearly is missing: tax credits count only below a yearly income")
    reader.done()
    ceiling = reader.value("dfg-maximum-grant")
    test = _Test()
    free = _nothing_to_pay(reader, benefits, yearly, test)
    if not free:
        reader.need(
            ("weekly_income", "capital", "applicable_amount_weekly"), "it decides what the person has to contribute"
        )
        reader.done()
        _excess(reader, older, _Means(income, capital, applicable), test)
        _loan(reader, str(case["tenure"]), test)
    grant = max(NOTHING, min(ceiling.money(), cost) - test.loan)
    test.steps.append(
        Step(
            "grant",
            "The grant is what the works cost, at most the ceiling, less the contribution.",
            SOURCE,
            grant,
            ceiling,
            {"cost_of_works": cost, "contribution": test.loan},
        )
    )
    decision_due = _due(
        reader, applied, "dfg-decision-months", "The council decides within so many months of a full application.", test
    )
    works_due = _due(
        reader, approved, "dfg-works-months", "The works are done within so many months of the approval.", test
    )
    answer = {
        "passported": free,
        "tariff_income": test.tariff,
        "weekly_excess": test.excess,
        "contribution": test.loan,
        "grant": grant,
        "person_pays": cost - grant,
        "decision_due": decision_due,
        "works_due": works_due,
        "warnings": [*case_reader.unverified(test.steps), *_warnings(free, cost, ceiling, test)],
    }
    return Explanation(answer, tuple(test.steps))


def _nothing_to_pay(reader: CaseReader, benefits: tuple[str, ...], yearly: Money, test: _Test) -> bool:
    limit = reader.value("dfg-tax-credit-income-limit")
    for_child = reader.flag("for_child")
    by_benefit = [name for name in benefits if name in PASSPORT]
    by_tax_credits = TAX_CREDITS in benefits and yearly < limit.money()
    test.steps.append(
        Step(
            "nothing-to-pay",
            "Nothing is asked when the works are for a child, or of people on a benefit that tested their means.",
            SOURCE,
            for_child or bool(by_benefit) or by_tax_credits,
            limit if TAX_CREDITS in benefits else None,
            {"for_child": for_child, "benefits": by_benefit, "tax_credits_below_limit": by_tax_credits},
        )
    )
    return for_child or bool(by_benefit) or by_tax_credits


def _is_older(reader: CaseReader) -> bool:
    """Whether the wider bands hold: by date of birth, or as the case says."""
    said, born = reader.flag("is_60_or_over"), reader.day("date_of_birth")
    if born is None:
        return said
    if born > reader.on:
        reader.faults.append("date_of_birth must not be later than on")
        return said
    found = completed_months(born, reader.on) >= reader.value("dfg-tariff-older-age").count() * MONTHS_A_YEAR
    if "is_60_or_over" in reader.case and said != found:
        reader.faults.append("is_60_or_over does not agree with date_of_birth: leave one of them out")
    return found


def _due(reader: CaseReader, since: date | None, name: str, text: str, test: _Test) -> date | None:
    """The day by which something is due, so many months after another; its step goes with the rest."""
    if since is None:
        return None
    months = reader.value(name)
    ordinal = since.year * MONTHS_A_YEAR + since.month - 1 + months.count()
    year, month = divmod(ordinal, MONTHS_A_YEAR)
    due = date(year, month + 1, min(since.day, monthrange(year, month + 1)[1]))
    test.steps.append(Step(name.replace("-months", "-due"), text, months.source, due, months, {"since": since}))
    return due


def _excess(reader: CaseReader, older: bool, means: _Means, test: _Test) -> None:
    income, capital, applicable = means.income, means.capital, means.applicable
    disregard = reader.value("dfg-capital-disregard")
    band = reader.value("dfg-tariff-band", "older" if older else "younger")
    per_band = reader.value("dfg-tariff-weekly-per-band")
    above = max(0, capital.pence - disregard.money().pence)
    bands = -(-above // band.money().pence)
    test.tariff = per_band.money() * bands
    test.excess = max(NOTHING, income + test.tariff - applicable)
    test.steps += [
        Step("capital-left-out", "This much capital is left out.", disregard.source, Money(above), disregard),
        Step(
            "tariff-income",
            "For each band of capital above it, or part of one, an income is assumed; bands are wider from 60 on.",
            band.source,
            test.tariff,
            band,
            {"capital": capital, "bands": bands, "weekly_per_band": per_band.money()},
        ),
        Step(
            "weekly-excess",
            "Income and assumed income above the applicable amount.",
            SOURCE,
            test.excess,
            inputs={"weekly_income": income, "tariff_income": test.tariff, "applicable_amount_weekly": applicable},
        ),
    ]


def _loan(reader: CaseReader, tenure: str, test: _Test) -> None:
    """The loan that the excess could pay for, to the nearest penny and half a penny down, in the person's favour."""
    years = reader.value("dfg-loan-years", tenure)
    hundredths, floor_pence = 0, 0
    for name in SLICES:
        top = reader.value("dfg-loan-slice-top", name).money().pence if name != SLICES[-1] else test.excess.pence
        within = max(0, min(test.excess.pence, top) - floor_pence)
        if within:
            factor = reader.value("dfg-loan-per-pound", f"{tenure}-{name}")
            part = within * factor.money().pence
            hundredths += part
            test.steps.append(
                Step(
                    f"loan-slice-{name}",
                    "Each pound of this slice of the excess could pay for so much of a loan.",
                    factor.source,
                    Money(_nearest(part)),
                    factor,
                    {"weekly_excess_in_slice": Money(within)},
                )
            )
        floor_pence = max(floor_pence, top)
    test.loan = Money(_nearest(hundredths))
    test.steps.append(
        Step(
            "contribution",
            "What the person is taken to be able to borrow, and so has to contribute.",
            years.source,
            test.loan,
            years,
            {"weekly_excess": test.excess},
        )
    )


def _nearest(hundredths_of_a_penny: int) -> int:
    """Whole pence, half a penny down.

    >>> _nearest(135_802_20), _nearest(150), _nearest(151)
    (135802, 1, 2)
    """
    return -(-(hundredths_of_a_penny * 2 - PENCE_A_POUND) // (2 * PENCE_A_POUND))


def _warnings(free: bool, cost: Money, ceiling: Parameter, test: _Test) -> Iterator[str]:
    if not free:
        yield (
            "The applicable amount is taken as the case gives it: the allowances, premiums and the housing sum of the "
            "regulations are not held here."
        )
    if cost > ceiling.money() and test.loan.pence:
        yield (
            "The works cost more than the ceiling, and the contribution was taken from the ceiling: confirm that "
            "against the maximum amounts order of 2008."
        )


RULE = Rule(
    name="dfg",
    question="How much of an adaptation does the Disabled Facilities Grant pay, and how much the person?",
    run=disabled_facilities_grant,
    input_schema=case_schema(
        ["cost_of_works", "tenure"],
        on=case_reader.ON,
        cost_of_works=money_in("What the works cost."),
        tenure=one_of(TENURES, "Whose home it is: owner (10 years of loan) or tenant (5)."),
        for_child=yes_no("Whether the works are for a disabled child."),
        benefits=case_reader.several_of((*PASSPORT, TAX_CREDITS), "Those in payment to the person or partner."),
        tax_credit_income_yearly=money_in("The yearly income by which the tax credits were worked out."),
        weekly_income=money_in("Of the person and partner, as the regulations count it."),
        capital=money_in("Of the person and partner."),
        date_of_birth={**case_reader.DAY, "description": "This, or is_60_or_over."},
        is_60_or_over=yes_no("Whether the person is 60 or over; no if left out."),
        applied_on={**case_reader.DAY, "description": "The day of the full application."},
        approved_on={**case_reader.DAY, "description": "The day on which it was approved."},
        applicable_amount_weekly=money_in("Allowances, premiums and the housing sum together."),
    ),
    output_schema=answer_schema(
        "dfg/1",
        passported=case_reader.YES_NO,
        tariff_income=case_reader.MONEY_OUT,
        weekly_excess=case_reader.MONEY_OUT,
        contribution=case_reader.MONEY_OUT,
        grant=case_reader.MONEY_OUT,
        person_pays=case_reader.MONEY_OUT,
        decision_due=case_reader.DAY_OR_NULL,
        works_due=case_reader.DAY_OR_NULL,
    ),
)
