"""Which steps come before and after the means test: what is free, capital, nursing care, a care home, who pays what?

Every sum is the engine's own figure. Left out: income, and what must be left at home (`charge_steps.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from joinedup.base.explanation import Step
from joinedup.base.money import Money
from joinedup.funding.rules.caseload import Person
from joinedup.funding.rules.charge_words import (
    CARE_ACT,
    LOCAL_POLICY,
    NOTHING,
    REGULATIONS,
    Figures,
    cost_total,
    label,
    total,
)
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import FREE_FOR_WEEKS, FREE_SERVICES, LIGHT_TOUCH, SCHEDULE_1

CHOICE = "Care Act 2014 s 30; SI 2014/2670"
NURSING = "National Health Service Act 2006; SI 2012/2996"
ALLOWANCE = "SI 2014/2672 reg 6"


def service(person: Person, law: ChargeLaw) -> Iterator[Step]:
    """Whether the service is free; why not when it is not any more."""
    evidence, terms = person.evidence, person.terms
    if evidence.free_service is None:
        return
    text, source, _ = FREE_SERVICES[evidence.free_service]
    figure = None
    if evidence.free_service in FREE_FOR_WEEKS:
        figure = law.figure("reablement-free-weeks")
    elif evidence.free_service == "equipment_or_minor_adaptation":
        figure = law.figure("equipment-free-up-to")
    begun = evidence.free_since is None or evidence.free_since <= evidence.as_at
    why = "That is no longer so here" if begun else "It has not begun on this day"
    said = text if terms.free else f"{text} {why}, so the charge is worked out."
    inputs = {"service": evidence.free_service, "started_on": evidence.free_since, "weekly_cost": evidence.weekly_cost}
    yield Step("free-service", said, source, terms.free, figure, inputs)


def light_touch(person: Person, figures: Figures) -> Iterator[Step]:
    """The short way that the person has consented to."""
    text = LIGHT_TOUCH[str(person.evidence.light_touch)]
    yield Step("light-touch", f"{text} A full assessment can be asked for.", "SI 2014/2672 reg 10", True)
    yield Step(
        "weekly-charge", "So the person pays this.", CARE_ACT, figures.money("weekly_charge"),
        inputs={"cost_left": figures.money("cost_left")},
    )  # fmt: skip
    yield from _fee(figures)


def capital_steps(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    """Each piece of capital, the twelve weeks, the sum, and the upper limit."""
    for line in person.capital.lines:
        held = line.holding
        inputs: dict[str, object] = {
            "kind": held.kind, "amount": held.amount, "share": str(held.share), "own_part": line.own,
        }  # fmt: skip
        inputs |= {"debts": held.debts} if held.debts.pence else {}
        inputs |= {"reduced_by": held.reduced_by} if held.reduced_by.pence else {}
        yield Step(
            "capital-counted" if line.amount.pence else "capital-ignored",
            f"{label(held.kind)}: {line.text}", line.source, line.amount, line.parameter, inputs,
        )  # fmt: skip
    if person.capital.in_twelve_weeks and person.capital.home.pence:
        weeks = law.figure("property-disregard-weeks")
        left_out = figures.flag("home_left_out")
        yield Step(
            "property-disregard",
            f"The home is left out for the first {weeks.count()} weeks of a permanent stay."
            if left_out
            else f"The home is not left out for {weeks.count()} weeks, because other capital exceeds the upper limit.",
            weeks.source, left_out, weeks, {"home": person.capital.home, "other_capital": person.capital.other},
        )  # fmt: skip
    counted, above = figures.money("capital_counted"), figures.flag("above_upper_limit")
    yield Step("capital-total", "The person's own capital that counts, added up.", REGULATIONS, counted)
    local = person.terms.upper_limit != law.capital_upper_limit.money()
    at_home = "gives no help with the cost at home" if person.evidence.setting == "home" else "gives no help"
    yield Step(
        "capital-upper-limit",
        f"Capital {'exceeds' if above else 'does not exceed'} the upper limit"
        f"{f' of {person.terms.upper_limit} that the council has set' if local else ''}, so the council "
        f"{at_home if above else 'may help with the cost'}.",
        LOCAL_POLICY if local else law.capital_upper_limit.source,
        above,
        None if local else law.capital_upper_limit,
        {"capital": counted},
    )


def nursing(person: Person, figures: Figures) -> Iterator[Step]:
    """What the NHS pays of a nursing home first."""
    rate = person.terms.nursing
    if rate is None:
        return
    yield Step(
        "funded-nursing-care",
        "The NHS pays this for nursing, whatever the person has.",
        NURSING,
        figures.money("nhs_pays"),
        rate,
        {"weekly_cost": person.evidence.weekly_cost},
    )
    yield Step(
        "cost-left", "What is left of the cost after that.", NURSING, figures.money("cost_left"),
        inputs={"weekly_cost": person.evidence.weekly_cost, "nhs_pays": figures.money("nhs_pays")},
    )  # fmt: skip


def full_cost(person: Person, figures: Figures) -> Iterator[Step]:
    """Above the upper limit."""
    at_home = person.evidence.setting == "home"
    yield Step(
        "full-cost",
        "The person pays the whole cost of the care."
        + (" A council may help earlier by a policy of its own." if at_home else ""),
        CARE_ACT,
        figures.money("weekly_charge"),
        inputs={"assessed_maximum": figures.money("assessed_maximum")},
    )
    yield from _fee(figures)


def _fee(figures: Figures) -> Iterator[Step]:
    if figures.money("arrangement_fee").pence:
        yield Step(
            "arrangement-fee", "The council arranges the care and asks this for it, beside the cost.",
            "Care Act 2014 s 14(1)(b)", figures.money("arrangement_fee"),
        )  # fmt: skip


def half_pensions_kept(person: Person, figures: Figures, law: ChargeLaw) -> Step:
    """The half that goes to the partner at home."""
    halved = [{"kind": line.kind, "weekly": line.weekly} for line in person.evidence.income if line.half_to_partner]
    return Step(
        "half-pension-disregard",
        "Half of these pensions is left out, because at least half goes to the spouse or civil partner at home.",
        SCHEDULE_1,
        figures.money("half_pension_disregard"),
        law.figure("half-pension-disregard-percent"),
        {"lines": halved},
    )


def care_home_allowances(person: Person, figures: Figures, law: ChargeLaw) -> Iterator[Step]:
    """What must be left to a care home resident."""
    allowance, national = figures.money("personal_expenses_allowance"), law.figure("personal-expenses-allowance")
    own = allowance != national.money()
    yield Step(
        "personal-expenses-allowance",
        "The council leaves this person more than the national personal expenses allowance."
        if own
        else "The personal expenses allowance must be left.",
        LOCAL_POLICY if own else ALLOWANCE,
        allowance,
        national,
    )
    housing = person.evidence.housing_costs
    waits = person.evidence.setting != "care_home_permanent"
    if waits:
        yield cost_total("housing-costs", "What the home costs that waits for the person.", housing)
    yield Step(
        "allowances",
        "What must be left: the personal expenses allowance and what the home costs that waits."
        if waits
        else "What must be left.",
        f"{ALLOWANCE} and schedule 1",
        figures.money("allowances"),
        inputs={"personal_expenses_allowance": allowance, "housing_costs": total(housing) if waits else NOTHING},
    )


def who_pays(person: Person, figures: Figures) -> Iterator[Step]:
    """The parts of NHS and council, what a dearer home costs on top, and what notional capital has done."""
    cost, charge, nhs = person.evidence.weekly_cost, figures.money("weekly_charge"), figures.money("nhs_pays")
    inputs = {"weekly_cost": cost, "weekly_charge": charge} | ({"nhs_pays": nhs} if nhs.pence else {})
    if person.terms.free and nhs.pence:
        yield Step("nhs-pays", "The NHS pays this of the cost.", NURSING, nhs, person.terms.nursing)
    yield Step(
        "council-pays", "The council pays what is left of the cost.", CARE_ACT, figures.money("council_pays"),
        inputs=inputs,
    )  # fmt: skip
    evidence = person.evidence
    if evidence.chosen_cost is not None:
        payer = "the resident" if evidence.top_up_by_resident else "somebody else"
        yield Step(
            "top-up",
            f"The chosen home costs more than the personal budget; {payer} pays the difference, by a written "
            "agreement, and it does not count in the means test.",
            CHOICE, figures.money("top_up"), inputs={"chosen_home": evidence.chosen_cost, "personal_budget": cost},
        )  # fmt: skip
    reduction = figures.money("notional_capital_reduction")
    if person.capital.notional.pence and reduction.pence:
        yield Step(
            "notional-capital-reduction",
            "So much more is charged because of capital given away; next week it counts for so much less.",
            f"{REGULATIONS}, on notional capital", Money(reduction.pence),
        )  # fmt: skip
