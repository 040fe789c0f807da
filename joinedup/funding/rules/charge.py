"""What does one person pay for care at home, what does the council pay, and why?

The Care Act 2014 (s 14 and s 17) with SI 2014/2672, from April 2015. The figures are those of `engine.charge_many`
for a caseload of one; this module adds the refusals, the warnings and the steps. A warning says that the answer rests
on a figure or a treatment that nobody has verified, or on something that the case did not say. Left out: care homes,
services that are free whatever one has, the twelve weeks of property, and a percentage or a higher limit set by local
policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from joinedup.base.errors import SenderMustAct
from joinedup.base.explanation import Explanation, Step
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case
from joinedup.funding.rules.caseload import Person, columns, placed
from joinedup.funding.rules.charge_steps import Figures, steps_of
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence, read_case
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import CAPITAL, INCOME


def charge(case: Case, parameters: Parameters) -> Explanation:
    """The charge of one case that fits CHARGE_INPUT.

    Answer: weekly_charge, council_pays, assessed_maximum, tariff_income (Money a week), warnings (sentences). Raises
    SenderMustAct (charge-case names the fields; local-policy-below-national-minimum) and OperatorMustAct
    (parameter-missing) for a day whose law is not known.
    """
    return charge_of(read_case(case), parameters)


def charge_of(evidence: Evidence, parameters: Parameters) -> Explanation:
    """The same for evidence that a program already holds."""
    law = ChargeLaw.at(parameters, evidence.as_at)
    person = placed(evidence, law)
    figures = Figures(charge_many(columns([person]), law))
    _refuse_low_local_minimum(evidence, figures)
    steps = tuple(steps_of(person, figures, law))
    answer = {
        "weekly_charge": figures.money("weekly_charge"),
        "council_pays": figures.money("council_pays"),
        "assessed_maximum": figures.money("assessed_maximum"),
        "tariff_income": figures.money("tariff_income"),
        "warnings": list(_warnings(person, figures, steps)),
    }
    return Explanation(answer, steps)


def _refuse_low_local_minimum(evidence: Evidence, figures: Figures) -> None:
    national = figures.money("national_minimum")
    if evidence.local_minimum is not None and evidence.local_minimum < national:
        raise SenderMustAct(
            "local-policy-below-national-minimum",
            "local_policy.minimum_income_guarantee_weekly is below the national minimum.",
            f"For this person on this day the national minimum income is {national} a week (SI 2014/2672 reg 7); "
            "a council may leave more and never less.",
            "Give the local minimum with premiums and amounts for children in it, or leave it out.",
        )


def _warnings(person: Person, figures: Figures, steps: Sequence[Step]) -> Iterator[str]:
    evidence = person.evidence
    for name in evidence.not_given:
        yield f"The case gives no {name}, so none was counted."
    used = dict.fromkeys(step.parameter for step in steps if step.parameter is not None)
    for parameter in used:
        if not parameter.verified:
            yield _unverified(parameter)
    yield from _unverified_treatments({held.kind for held in evidence.capital}, "capital")
    if figures.flag("above_upper_limit"):
        return
    yield from _unverified_treatments({line.kind for line in evidence.income}, "income")
    if evidence.born is None and person.minimum_group == "single-25-to-pension-age" and not evidence.dependent_children:
        yield "No date of birth is given: the person is taken to be 25 or over, for whom the minimum income is higher."
    if person.is_couple and figures.money("savings_credit_disregard").pence:
        yield "Which part of the savings credit is left out was decided by this person's own income, not the couple's."


def _unverified(parameter: Parameter) -> str:
    called = parameter.name if parameter.group is None else f"{parameter.name} ({parameter.group})"
    starts = f" from {parameter.starts_on.isoformat()}" if parameter.starts_on else ""
    return f"The value of {called}{starts}, {parameter.value_text()}, is not verified. Its source: {parameter.source}."


def _unverified_treatments(kinds: set[str], of: str) -> Iterator[str]:
    table = CAPITAL if of == "capital" else INCOME
    for name, kind in table.items():
        if name in kinds and not kind.verified:
            yield f"How the {of} {name} is treated ({kind.treatment}) is not verified. Its source: {kind.source}."
