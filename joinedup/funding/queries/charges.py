"""The only reads of decided charges for others: a person's charges, one with its steps, and what the rule would say.

Row security limits them to whose record the caller may see, and never shows them to a provider. A charge is shown from
what was kept with it, not worked out again: the figures of law may have changed since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import RoleHolding
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.base.money import Money
from joinedup.base.parameter_local import shipped_policies
from joinedup.funding.charge_case import COUNCIL, Charged, law_of, policy_for, top_up_of, whole_case, worked_out
from joinedup.funding.evidence_set import EvidenceSet, set_on
from joinedup.funding.models import Assessment
from joinedup.funding.queries.evidence import held_of, shelf_days
from joinedup.funding.queries.money_person import MoneyPerson, money_person, plan_has_ended
from joinedup.funding.statement import Statement, worked
from joinedup.person.queries.agreed import agreed_look
from joinedup.person.queries.person_row import full_name, names_of, person_row, whole_of
from joinedup.plan.models import Line, Plan

AT_ONCE = 100
STAY = (
    "setting", "became_permanent_on", "property_disregard_ended_on", "funded_nursing_care", "chosen_home_weekly_cost",
    "top_up_paid_by", "deferred_payment", "free_service",
)  # fmt: skip
"""What a charge knows of the care itself and the evidence does not."""

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step for a reader: the sentence, what came out, what went in (label, text), and the law behind it.

    `figure` is the figure of law that was used as (name, value, from, to, source, whether somebody verified it).
    """

    rule: str
    text: str
    result: str
    inputs: tuple[tuple[str, str], ...]
    source: str
    figure: tuple[str, str, str, str, str, bool] | None


@dataclass(frozen=True, slots=True)
class ChargeShown:
    """One charge with its reasons. `present` says that none has superseded it and that its plan has not ended."""

    assessment_id: UUID
    person_id: UUID
    plan_id: UUID
    name: str
    weekly_charge_pence: int
    council_pays_pence: int
    nhs_pays_pence: int
    weekly_cost_pence: int
    as_at: date
    decided_by: str
    decided_at: datetime
    rule: str
    present: bool
    superseded_by: UUID | None
    steps: tuple[StepShown, ...]
    warnings: tuple[str, ...]
    case: Mapping[str, Any]
    policy: str
    top_up_pence: int


@dataclass(frozen=True, slots=True)
class PlanToCharge:
    """A plan that has not ended, its lines of care as text, and whether a charge was decided for it."""

    plan_id: UUID
    state: str
    care: tuple[str, ...]
    charged: bool


@dataclass(frozen=True, slots=True)
class PersonMoney:
    """What a person pays now and why, earlier charges (newest first), and the plans for which one can be decided.

    `by_money_right`: the caller sees the money alone, and no plan.
    """

    person_id: UUID
    name: str
    present: tuple[ChargeShown, ...]
    earlier: tuple[ChargeShown, ...]
    plans: tuple[PlanToCharge, ...]
    by_money_right: bool = False


@dataclass(frozen=True, slots=True)
class ChargedPerson:
    """One person with a present charge, for a list."""

    person_id: UUID
    name: str
    weekly_charge_pence: int
    weekly_cost_pence: int
    as_at: date


@dataclass(frozen=True, slots=True)
class PolicyHeld:
    """Whose own policy holds for a plan's charge: the council's name, '' where none is held; whether it was invented
    for the demo, and then whether the charge before was worked out by it."""

    name: str
    invented: bool = False
    used_before: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form for a charge starts from: the person, the plan, whether the birth date is known, and the evidence.

    `start` is the case made of the evidence, or of a charge that was decided before there was any: the last case.
    """

    person_id: UUID
    name: str
    birth_date: date | None
    plan: PlanToCharge
    evidence: EvidenceSet
    start: Mapping[str, Any]
    last_cost_pence: int | None
    policy: PolicyHeld


def money_of(caller: Caller, person_id: UUID) -> PersonMoney:
    """Everything about what a person pays; a line of the log. NotFound for somebody whom the caller may not see."""
    caller.must("see_money")
    person = money_person(caller, person_id)
    note("money.opened", person_id=person.id, place_id=person.place_id)
    whole = person.whole
    found = _charges(person).filter(person_id__in=whole).order_by("-decided_at", "-id")
    rows = [_shown(_with_plan(each, person), person.name) for each in found]
    charged = {each.plan_id for each in rows}
    plans = Plan.objects.filter(person_id__in=whole).exclude(state="ended").order_by("-drafted_at")
    return PersonMoney(
        person.id, person.name, tuple(each for each in rows if each.present),
        tuple(each for each in rows if not each.present),
        tuple(_to_charge(each, each.id in charged) for each in plans), person.by_money_right,
    )  # fmt: skip


def charged_people(caller: Caller) -> tuple[ChargedPerson, ...]:
    """People with a present charge whom the caller may see, the last decided first, a hundred at most; logged."""
    caller.must("see_money")
    rows = list(_charges().filter(superseded_by=None).exclude(plan__state="ended").order_by("-decided_at")[:AT_ONCE])
    note("charges.listed", found=len(rows))
    names = names_of(each.person_id for each in rows)
    return tuple(
        ChargedPerson(each.person_id, names.get(each.person_id, ""), each.weekly_charge_pence, each.weekly_cost_pence,
                      each.as_at)
        for each in rows
    )  # fmt: skip


def charge_of(caller: Caller, assessment_id: UUID) -> ChargeShown:
    """One charge with its steps; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_money")
    about = Assessment.objects.filter(id=assessment_id).values_list("person_id", flat=True).first()
    if about is None:
        raise NotFound("charge-not-found", "There is no such charge, or you may not see it.")
    person = money_person(caller, about)
    found = _charges(person).get(id=assessment_id)
    note("charge.opened", person_id=person.id, thing_id=found.id, place_id=person.place_id)
    return _shown(_with_plan(found, person), person.name)


def statement_of(caller: Caller, assessment_id: UUID) -> tuple[ChargeShown, Statement]:
    """One charge with its worked statement, from what was kept with it; a line of the log."""
    shown = charge_of(caller, assessment_id)
    explanation = Assessment.objects.values_list("explanation", flat=True).get(id=assessment_id)
    return shown, worked(explanation)


def present_charge(plan_id: UUID) -> Assessment | None:
    """The charge of a plan that none has superseded, if the caller may see one."""
    return Assessment.objects.filter(plan_id=plan_id, superseded_by=None).first()


def asking(caller: Caller, person_id: UUID, plan_id: UUID, day: date) -> Asking:
    """What the form for this plan's charge starts from, the evidence of the day filled in."""
    caller.must("decide_charge")
    person = person_row(person_id)
    plan = Plan.objects.select_related("place").filter(id=plan_id).exclude(state="ended").first()
    if plan is None or person_row(plan.person_id).id != person.id:
        raise NotFound("plan-not-found", "There is no such plan, or you may not see it.")
    agreed_look(person)
    note("money.opened", person_id=person.id, thing_id=plan.id, place_id=person.place_id)
    last = Assessment.objects.filter(person_id__in=whole_of(plan.person_id)).order_by("-decided_at", "-id").first()
    told = set_on(held_of(whole_of(person.id)), day, shelf_days(day))
    kept = last.case if last else {}
    stay = {name: kept[name] for name in STAY if name in kept}
    start = stay | dict(told.case) if told.pieces else kept
    return Asking(
        person.id, full_name(person.prefix, person.given, person.family), person.birth_date,
        _to_charge(plan, present_charge(plan.id) is not None), told, start,
        last.weekly_cost_pence if last and last.plan_id == plan.id else None, _policy_held(plan, kept),
    )  # fmt: skip


def charge_ahead(
    asked: Asking, case: Mapping[str, object], weekly_cost_pence: int, at: datetime, *, demo_policy: bool = False
) -> Charged:
    """What the rule would say, before anything is decided. PersonMustAct names fields that cannot be used."""
    today = london_date(at)
    whole = whole_case(case, born=asked.birth_date, weekly_cost_pence=weekly_cost_pence, today=today,
                       council=council_of_plan(asked.plan.plan_id, demo=demo_policy))  # fmt: skip
    return worked_out(whole, law_of(whole), today)


def council_of_plan(plan_id: UUID, *, demo: bool) -> str:
    """The council whose own policy holds for a plan, by the place that it is in; '' for none. See `policy_for`."""
    place = Plan.objects.filter(id=plan_id).values_list("place__code", "place__is_demo").first()
    return policy_for(place[0], demo=demo and place[1]) if place else ""


def _policy_held(plan: Plan, kept: Mapping[str, Any]) -> PolicyHeld:
    policy = shipped_policies().get(plan.place.code)
    if policy is None or (policy.invented and not plan.place.is_demo):
        return PolicyHeld("")
    return PolicyHeld(policy.name, policy.invented, policy.invented and kept.get(COUNCIL) == policy.council)


def commissioners_of(place_id: UUID, at: datetime) -> tuple[UUID, ...]:
    """Who buys care in a place at an instant: subjects that hold the role commissioner."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    held = RoleHolding.objects.filter(live, place_id=place_id, role="commissioner")
    return tuple(dict.fromkeys(held.order_by("subject_id").values_list("subject_id", flat=True)))


def steps_shown(explanation: Mapping[str, Any]) -> tuple[StepShown, ...]:
    """The steps of a kept explanation for a reader."""
    return tuple(_step(each) for each in explanation.get("steps", ()))


def _charges(person: MoneyPerson | None = None) -> Any:
    rows = Assessment.objects.select_related("decided_by").prefetch_related("superseded_by")
    return rows if person is not None and person.by_money_right else rows.select_related("plan")


def _with_plan(row: Assessment, person: MoneyPerson) -> Assessment:
    """The row; for whoever sees the money alone with a plan of which only its end is known, because they see none."""
    if person.by_money_right:
        row.plan = Plan(id=row.plan_id, state="ended" if plan_has_ended(row.id) else "agreed")
    return row


def _shown(row: Assessment, name: str) -> ChargeShown:
    after = next((each.id for each in row.superseded_by.all()), None)
    return ChargeShown(
        assessment_id=row.id, person_id=row.person_id, plan_id=row.plan_id, name=name,
        weekly_charge_pence=row.weekly_charge_pence, council_pays_pence=row.council_pays_pence,
        nhs_pays_pence=row.nhs_pays_pence, weekly_cost_pence=row.weekly_cost_pence, as_at=row.as_at,
        decided_by=row.decided_by.label, decided_at=row.decided_at, rule=row.rule,
        present=after is None and row.plan.state != "ended",
        superseded_by=after, steps=steps_shown(row.explanation),
        warnings=tuple(str(each) for each in row.explanation.get("warnings", ())), case=row.case,
        policy=_policy_name(row.case), top_up_pence=top_up_of(row.explanation),
    )  # fmt: skip


def _policy_name(case: Mapping[str, Any]) -> str:
    """Whose own policy a charge was worked out by, and that it was invented where it was; '' for none."""
    policy = shipped_policies().get(str(case.get(COUNCIL) or ""))
    return "" if policy is None else f"{policy.name}, invented for the demo," if policy.invented else policy.name


def _to_charge(plan: Plan, charged: bool) -> PlanToCharge:
    lines = Line.objects.filter(plan_id=plan.id, kind="care").exclude(state="ended").order_by("starts_on", "id")
    care = tuple(f"{each.title}: {_plain(each.quantity_per_week)} {each.get_unit_display()} a week" for each in lines)
    return PlanToCharge(plan.id, plan.state, care, charged)


def _step(step: Mapping[str, Any]) -> StepShown:
    figure, inputs = step.get("parameter"), step.get("inputs") or {}
    return StepShown(
        rule=str(step["rule"]), text=str(step["text"]), result=_result(step["result"]),
        inputs=tuple((_label(name), _words(value)) for name, value in inputs.items()), source=str(step["source"]),
        figure=None if figure is None else (
            _label(str(figure["name"])) + (f" ({_label(str(figure['group'])).lower()})" if figure.get("group") else ""),
            _words(figure["value"]), str(figure.get("from") or ""), str(figure.get("to") or ""),
            str(figure["source"]), figure.get("verified") is True,
        ),
    )  # fmt: skip


def _result(value: object) -> str:
    """What came out, for the end of a step's sentence; a yes or no stands in the sentence already."""
    return "" if isinstance(value, bool) else _words(value)


def _plain(quantity: Decimal | None) -> str:
    return f"{(quantity or Decimal(0)).normalize():f}"


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _words(value: object) -> str:
    """A result as people read it: amounts with their sign, yes and no, codes as words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return Money.from_text(value).display() if _AMOUNT.fullmatch(value) else value.replace("_", " ")
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(str(name)).lower()} {_words(each)}" for name, each in value.items())
    if isinstance(value, Iterable):
        return "; ".join(_words(each) for each in value) or "none"
    return "none" if value is None else str(value)
