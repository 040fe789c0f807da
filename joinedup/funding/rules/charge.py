"""What does one person pay for care at home or in a care home, what do council and NHS pay, and why?

The Care Act 2014 (s 14 and s 17) with SI 2014/2672, from April 2015. The figures are those of `engine.charge_many`
for a caseload of one; this module adds the refusals, the warnings and the steps. A warning says that the answer rests
on a figure or a treatment that nobody has verified, or on something that the case did not say. Left out: several days
or weeks, which `charge_days.py` puts together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.explanation import Explanation, Step
from joinedup.base.parameters import Parameters
from joinedup.base.rulebook import Case
from joinedup.funding.rules.case_reader import unverified_value
from joinedup.funding.rules.caseload import Person, columns, placed
from joinedup.funding.rules.charge_reading import not_chargeable, read_case
from joinedup.funding.rules.charge_steps import steps_of
from joinedup.funding.rules.charge_words import Figures
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import DISABILITY_BENEFITS, FREE_SERVICES, INCOME

COUNTED_AFTER_A_TIME = frozenset({"home_sale_proceeds_for_new_home", "personal_injury_payment"})


REST_OF_ANSWER = (
    "assessed_maximum",
    "tariff_income",
    "nhs_pays",
    "top_up",
    "arrangement_fee",
    "personal_expenses_allowance",
    "notional_capital_reduction",
)


def charge(case: Case, parameters: Parameters) -> Explanation:
    """The charge of one case that fits CHARGE_INPUT.

    Answer: weekly_charge, council_pays, nhs_pays, assessed_maximum, tariff_income, top_up, arrangement_fee,
    personal_expenses_allowance, notional_capital_reduction (Money a week), warnings (sentences). Raises
    SenderMustAct (charge-case names the fields; local-policy-below-national-minimum) and OperatorMustAct
    (parameter-missing) for a later day whose law is not known.
    """
    return charge_of(read_case(case), parameters)


def law_of(parameters: Parameters, day: date, where: str = "as_at") -> ChargeLaw:
    """The law of a day. SenderMustAct (charge-case) names the field of a day before the charge has begun."""
    try:
        return ChargeLaw.at(parameters, day)
    except OperatorMustAct:
        first = ChargeLaw.first_day(parameters)
        if day >= first:
            raise
    raise not_chargeable([f"{where} must be {first.isoformat()} or later: the rules of this charge begin then"])


def charge_of(evidence: Evidence, parameters: Parameters) -> Explanation:
    """The same for evidence that a program already holds."""
    law = law_of(parameters, evidence.as_at)
    person = placed(evidence, law)
    figures = Figures(charge_many(columns([person]), law))
    if refusal := refusal_of_local_minimum(person, figures):
        raise refusal
    steps = tuple(steps_of(person, figures, law))
    answer = {
        "weekly_charge": figures.money("weekly_charge"),
        "council_pays": figures.money("council_pays"),
        **{name: figures.money(name) for name in REST_OF_ANSWER},
        "warnings": list(_warnings(person, figures, steps)),
    }
    return Explanation(answer, steps)


def refusal_of_local_minimum(person: Person, figures: Figures) -> SenderMustAct | None:
    """The refusal of a council's own minimum income, where it is used, that is below the national one; else None."""
    evidence, national = person.evidence, figures.money("national_minimum")
    used = person.terms.home_rules and not person.terms.free and evidence.light_touch is None
    if not used or evidence.local_minimum is None or evidence.local_minimum >= national:
        return None
    return SenderMustAct(
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
            yield unverified_value(parameter)
    if person.terms.free:
        said, source, verified = FREE_SERVICES[str(evidence.free_service)]
        if not verified:
            yield f"{said} That is not verified. Its source: {source}."
        return
    if evidence.light_touch is not None:
        return
    yield from _unverified_capital(person)
    if figures.flag("above_upper_limit"):
        if evidence.council_arranges and not figures.money("arrangement_fee").pence and evidence.setting == "home":
            yield "The council arranges the care, and no fee for that is known of its policy."
        return
    yield from _unverified_income(person)
    if person.terms.home_rules and _is_taken_to_be_over_25(person):
        yield "No date of birth is given: the person is taken to be 25 or over, for whom the minimum income is higher."
    if figures.money("savings_credit_disregard").pence and not person.terms.savings_credit_ignored:
        yield "A savings credit is in payment, so pension age is taken to have been reached before 6 April 2016."
    if person.is_couple and figures.money("savings_credit_disregard").pence and not person.terms.savings_credit_ignored:
        yield "Which part of the savings credit is left out was decided by this person's own income, not the couple's."


def _is_taken_to_be_over_25(person: Person) -> bool:
    evidence = person.evidence
    full_age = person.minimum_group == "single-25-to-pension-age"
    return evidence.born is None and full_age and not evidence.dependent_children


def _unverified_capital(person: Person) -> Iterator[str]:
    told = set()
    for line in person.capital.lines:
        if not line.verified and line.text not in told:
            told.add(line.text)
            kind = line.holding.kind
            yield f"How the capital {kind} is treated is not verified: {line.text} Its source: {line.source}."
    if person.capital.home.pence and person.evidence.permanent_on is None:
        yield "The case gives no became_permanent_on, so the home counts without the weeks for which it may be ignored."
    if any(line.holding.since is None for line in person.capital.lines if line.holding.kind in COUNTED_AFTER_A_TIME):
        yield "The case gives no day from which a time runs for which some capital is ignored, so it is counted."


def _unverified_income(person: Person) -> Iterator[str]:
    kinds = {line.kind for line in person.evidence.income}
    for name, kind in INCOME.items():
        if name in kinds and not kind.verified:
            yield f"How the income {name} is treated ({kind.treatment}) is not verified. Its source: {kind.source}."
    if not person.terms.home_rules and person.evidence.setting != "care_home_permanent" and kinds & DISABILITY_BENEFITS:
        yield "That disability benefits are ignored during a stay in a care home that is not for good is not verified."
