"""Does the NHS pay for the nursing of this care home resident, how much, and what is left for the means test?

NHS-funded nursing care, since October 2007 one standard rate and a higher one for people who were on it before. It asks
for need and never for means. Rates were changed backwards more than once (decision 0070): `known_on` gives the rate
as it was known on a day, and the answer says by how much it has changed since it was first known. Left out: who
decides that somebody needs a registered nurse, which is a judgement of the NHS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.case_reader import CaseReader, answer_schema, case_schema, money_in, one_of, yes_no

NAME = "funded-nursing-care"
SOURCE = "National Framework for NHS Continuing Healthcare and NHS-funded Nursing Care"
RATES = ("standard", "higher")


@dataclass(frozen=True, slots=True)
class _Asked:
    needs_nurse: bool
    nursing_home: bool
    continuing_healthcare: bool
    cost: Money | None


def funded_nursing_care(case: Case, parameters: Parameters) -> Explanation:
    """What the NHS pays each week for the nursing of a care home resident, whatever the resident has.

    Answer: payable; weekly (Money); left_for_means_test (Money, None without weekly_cost); changed_since_first_known
    (Money a week, may be negative); warnings. SenderMustAct (fnc-case) names fields that cannot be used.
    """
    reader = CaseReader("fnc", case, parameters)
    known_on = reader.day("known_on")
    asked = _Asked(
        needs_nurse=reader.flag("needs_registered_nurse"),
        nursing_home=reader.flag("nursing_home"),
        continuing_healthcare=reader.flag("continuing_healthcare"),
        cost=reader.amount("weekly_cost") if "weekly_cost" in case else None,
    )
    group = str(case.get("rate", "standard"))
    reader.done()
    rate = reader.value(NAME, group, known_on)
    first = _first_known(rate, parameters, reader)
    payable = asked.needs_nurse and asked.nursing_home and not asked.continuing_healthcare
    weekly = rate.money() if payable else Money(0)
    if asked.cost is not None:
        weekly = min(weekly, asked.cost)
    left = None if asked.cost is None else Money(0) if asked.continuing_healthcare else asked.cost - weekly
    steps = tuple(_steps(asked, rate, first, payable, weekly, left))
    before = first.money() if asked.cost is None else min(first.money(), asked.cost)
    changed = weekly - before if payable else Money(0)
    warnings = [*case_reader.unverified(steps), *_warnings(case, changed)]
    answer = {
        "payable": payable,
        "weekly": weekly,
        "left_for_means_test": left,
        "changed_since_first_known": changed,
        "warnings": warnings,
    }
    return Explanation(answer, steps)


def _first_known(rate: Parameter, parameters: Parameters, reader: CaseReader) -> Parameter:
    """The rate that was paid for the day before anybody knew of a change."""
    holding = [each for each in parameters.history(NAME, rate.group) if each.holds_on(reader.on)]
    return next((each for each in holding if each.known_from is None), rate)


def _steps(
    asked: _Asked, rate: Parameter, first: Parameter, payable: bool, weekly: Money, left: Money | None
) -> Iterator[Step]:
    if asked.continuing_healthcare:
        yield Step(
            "all-by-the-nhs",
            "Under NHS Continuing Healthcare the NHS pays for everything, and nothing for nursing on top.",
            SOURCE,
            True,
        )
    yield Step(
        "payable",
        "It is paid to somebody who lives in a care home with nursing and needs a registered nurse there.",
        SOURCE,
        payable,
        inputs={
            "needs_registered_nurse": asked.needs_nurse,
            "nursing_home": asked.nursing_home,
            "continuing_healthcare": asked.continuing_healthcare,
        },
    )
    yield Step("rate", "The weekly rate that holds on the day, as it is known.", rate.source, rate.money(), rate)
    if first is not rate:
        yield Step(
            "rate-first-known",
            "The rate that was paid until the change was announced; the difference was owed afterwards.",
            first.source,
            first.money(),
            first,
            inputs={"announced_on": rate.known_from},
        )
    if asked.cost is not None:
        yield Step(
            "paid-by-the-nhs",
            "The NHS pays the rate, and never more than the home costs.",
            SOURCE,
            weekly,
            inputs={"weekly_cost": asked.cost},
        )
        yield Step("left-for-means-test", "What is left is for the means test of the council.", SOURCE, left)


def _warnings(case: Case, changed: Money) -> Iterator[str]:
    if changed.pence:
        yield (
            f"What the NHS pays was changed backwards by {changed} a week: bills sent before the announcement have to "
            "be worked out again."
        )
    if case.get("rate") == "higher":
        yield "The higher rate is only for people who have had it since before October 2007: check that."


RULE = Rule(
    name="fnc",
    question="Does the NHS pay for nursing in this care home, and what is left for the means test?",
    run=funded_nursing_care,
    input_schema=case_schema(
        ["needs_registered_nurse", "nursing_home"],
        on=case_reader.ON,
        known_on={**case_reader.DAY, "description": "What was known on this day; all that is known now if left out."},
        needs_registered_nurse=yes_no("Whether the NHS found that a registered nurse is needed."),
        nursing_home=yes_no("Whether the home is one with nursing."),
        continuing_healthcare=yes_no("Whether the NHS pays for everything already."),
        rate=one_of(RATES, "standard if left out"),
        weekly_cost=money_in("What the home costs a week."),
    ),
    output_schema=answer_schema(
        "fnc/1",
        payable=case_reader.YES_NO,
        weekly=case_reader.MONEY_OUT,
        left_for_means_test=case_reader.MONEY_OR_NULL,
        changed_since_first_known={"type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2}$"},
    ),
)
