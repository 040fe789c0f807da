"""One package as its page shows it: what, from whom, who pays which part, the decision, and every week.

What a provider may not see (the charge, who pays what, the fund) is empty for a provider, because the database gives it
no such rows. What stands in the way of a decision is asked before it is offered, as the database asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.base.money import Money
from joinedup.commissioning import rules
from joinedup.commissioning.models import Decision, DeliveredWeek, Dispute, Package, ReportedWeek, Split
from joinedup.commissioning.queries.adjusting import Move, MovedShown, moved_of_package, moves_to_post
from joinedup.commissioning.queries.aftercare import aftercare_of, is_aftercare
from joinedup.commissioning.queries.besides import obstacles_of_panel, waiting_item
from joinedup.commissioning.queries.delegations import limit_of
from joinedup.commissioning.queries.offers import council_of
from joinedup.commissioning.sight import accounting_officers
from joinedup.funding.models import Assessment
from joinedup.ledger import queries as ledger
from joinedup.ledger.models import Fund, Journal
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.places.models import Body

_SHOWN = (rules.PERSON, rules.NHS, rules.POOLED_FUND, rules.COUNCIL)
"""The order of payers on a page: whose part of the rest comes last, the partners stand below it."""


@dataclass(frozen=True, slots=True)
class WeekShown:
    """One week that is over: what the provider reported and what was confirmed and posted, where it was."""

    week_starts_on: date
    reported: Decimal | None
    reported_by: str
    delivered: Decimal | None
    amount_pence: int
    person_pence: int
    nhs_pence: int
    confirmed_by: str
    confirmed_at: datetime | None
    journal_id: UUID | None
    journal_number: int | None


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """The decision: by whom, when, from which fund (code, '' when not to be seen), under which limit."""

    decided_by: str
    decided_at: datetime
    fund_code: str
    weekly_limit_pence: int


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package with everything on its page.

    `splits` are payer and pence; `partners` what each partner of the fund bears of the rest, by name. `obstacles` say
    in words why nobody, or not this caller, can decide now (none: the caller can). `moved_to` names the place to which
    the plan has gone with the person since ('' when it has not).
    """

    package_id: UUID
    person_id: UUID
    name: str
    place: str
    moved_to: str
    plan_id: UUID
    title: str
    goal: str
    quantity: Decimal
    unit: str
    provider: str
    rate_pence: int
    weekly_cost_pence: int
    starts_on: date
    ends_on: date | None
    ended_why: str
    state: str
    version: int
    proposed_by: str
    proposed_at: datetime
    charge: Assessment | None
    charge_is_present: bool
    splits: tuple[tuple[str, int], ...]
    partners: tuple[tuple[str, int], ...]
    decision: DecisionShown | None
    obstacles: tuple[str, ...]
    weeks: tuple[WeekShown, ...]
    officer_in_post: bool
    to_post: tuple[Move, ...] = ()
    moved: tuple[MovedShown, ...] = ()

    @property
    def person_pence(self) -> int:
        """What the person bears of a week."""
        return dict(self.splits).get("The person", 0)

    @property
    def nhs_pence(self) -> int:
        """What the NHS pays alone of a week."""
        return dict(self.splits).get("The NHS", 0)


@dataclass(frozen=True, slots=True)
class WeekSource:
    """Where a posted week came from: its package, plan and charge, as keys, the day it began, and in words what."""

    package_id: UUID
    plan_id: UUID
    assessment_id: UUID
    week_starts_on: date
    title: str
    provider: str


@dataclass(frozen=True, slots=True)
class PackageTold:
    """A package in a person's list; `weeks` are each posted week's first day with its journal's key and number."""

    package_id: UUID
    title: str
    provider: str
    starts_on: date
    weeks: tuple[tuple[date, UUID, int], ...]


def package_of(caller: Caller, package_id: UUID, at: datetime) -> PackageShown:
    """One package as at an instant; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_packages")
    held = Package.objects.select_related("line__goal", "line__plan__place", "provider", "place", "proposed_by")
    package = held.filter(id=package_id).first()
    if package is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    person = person_row(package.person_id)
    note("package.opened", person_id=person.id, thing_id=package.id, place_id=package.place_id)
    charge = Assessment.objects.filter(id=package.funding_id).first()
    present = charge is not None and not Assessment.objects.filter(supersedes_id=charge.id).exists()
    decision = Decision.objects.select_related("decided_by", "delegation").filter(package_id=package.id).first()
    splits = tuple(sorted(Split.objects.filter(package_id=package.id), key=lambda each: _SHOWN.index(each.payer)))
    officers = accounting_officers(package.place_id)
    fund = Fund.objects.filter(id=decision.fund_id).first() if decision else _fund_ahead(package)
    return PackageShown(
        package_id=package.id, person_id=person.id, name=full_name(person.prefix, person.given, person.family),
        place=package.place.name, moved_to=_moved_to(package), plan_id=package.line.plan_id, title=package.line.title,
        goal=package.line.goal.words if package.line.goal else "", quantity=package.quantity_per_week,
        unit=package.line.get_unit_display(), provider=package.provider.name, rate_pence=package.rate_pence,
        weekly_cost_pence=package.weekly_cost_pence, starts_on=package.starts_on, ends_on=package.ends_on,
        ended_why=package.ended_why, state=package.state, version=package.version,
        proposed_by=package.proposed_by.label, proposed_at=package.proposed_at, charge=charge,
        charge_is_present=present, splits=tuple((each.get_payer_display(), each.weekly_pence) for each in splits),
        partners=_partners(fund, package, splits), decision=_decision(decision, fund),
        obstacles=tuple(_obstacles(caller, package, officers, present, london_date(at))),
        weeks=_weeks(package, london_date(at)),
        officer_in_post=len(officers) == 1, to_post=moves_to_post(package) if "see_money" in caller.permissions else (),
        moved=moved_of_package(package.id),
    )  # fmt: skip


def _moved_to(package: Package) -> str:
    plan = package.line.plan
    return plan.place.name if plan.place_id != package.place_id else ""


def week_source(caller: Caller, week_id: UUID) -> WeekSource | None:
    """Where a journal of a delivered week came from; None when the caller may not see whose week it was."""
    caller.must("see_fund")
    week = DeliveredWeek.objects.select_related("package__line", "package__provider").filter(id=week_id).first()
    if week is None:
        return None
    bought = week.package
    note("week.opened", person_id=week.person_id, thing_id=week.id, place_id=bought.place_id)
    return WeekSource(
        bought.id, bought.line.plan_id, bought.funding_id, week.week_starts_on, bought.line.title, bought.provider.name
    )


def packages_about(caller: Caller, person_id: UUID) -> tuple[PackageTold, ...]:
    """Every package of a person with the weeks that were posted, the first to begin first."""
    caller.must("see_packages")
    packages = Package.objects.select_related("line", "provider").filter(person_id=person_id)
    weeks = DeliveredWeek.objects.select_related("journal").filter(person_id=person_id).order_by("week_starts_on")
    posted: dict[UUID, list[tuple[date, UUID, int]]] = {}
    for each in weeks:
        posted.setdefault(each.package_id, []).append((each.week_starts_on, each.journal_id, each.journal.number))
    return tuple(
        PackageTold(each.id, each.line.title, each.provider.name, each.starts_on, tuple(posted.get(each.id, ())))
        for each in packages.order_by("starts_on", "id")
    )


def _fund_ahead(package: Package) -> Fund | None:
    found = ledger.fund_of_place(package.place_id, package.starts_on)
    return Fund.objects.filter(id=found.id).first() if found else None


def _partners(fund: Fund | None, package: Package, splits: tuple[Split, ...]) -> tuple[tuple[str, int], ...]:
    """What each partner bears of a whole week, by the terms of the package's first day."""
    parts = {each.payer: each.weekly_pence for each in splits}
    if fund is None or not parts:
        return ()
    rest_payer = rules.COUNCIL if rules.COUNCIL in parts else rules.POOLED_FUND
    shares = ledger.shares(fund.id, package.starts_on)
    if not shares:
        return ()
    borne = rules.borne_by(
        package.weekly_cost_pence - parts.get(rules.NHS, 0), parts.get(rules.PERSON, 0), rest_payer, shares,
        council_of(fund.id),
    )  # fmt: skip
    names = dict(Body.objects.filter(code__in=borne, ends_on=None).values_list("code", "name"))
    return tuple((names.get(code, code), pence) for code, pence in borne.items() if code != "people")


def _decision(decision: Decision | None, fund: Fund | None) -> DecisionShown | None:
    if decision is None:
        return None
    limit_pence = decision.delegation.weekly_limit_pence if decision.delegation else 0
    return DecisionShown(decision.decided_by.label, decision.decided_at, fund.code if fund else "", limit_pence)


def _obstacles(
    caller: Caller, package: Package, officers: tuple[UUID, ...], present: bool, today: date
) -> Iterator[str]:
    if package.state != "proposed":
        return
    if not officers:
        yield "The office of accounting officer is vacant in this place, so nobody can decide."
    elif len(officers) > 1:
        yield f"{len(officers)} people hold the office of accounting officer in this place, so nobody can decide."
    elif officers[0] != caller.id:
        yield "Only the accounting officer of this place decides."
    elif (item := waiting_item(package.id)) is not None:
        disputed = Dispute.objects.filter(package_id=package.id, ended_at=None).exists()
        yield from obstacles_of_panel(item, disputed, today)
    elif (limit_pence := limit_of(caller.id, package.place_id, package.line.service_code or "")) < (
        package.weekly_cost_pence
    ):
        reaches = f"up to {Money(limit_pence).display()} a week" if limit_pence else "nothing"
        yield f"Your delegation in this place reaches {reaches}, and this costs more: the panel decides it."
    if is_aftercare(package) and not aftercare_of(package.person_id):
        yield (
            "Nobody wrote down who owes this aftercare under section 117: write it on the page of ordinary residence."
        )
    if not present:
        yield "The charge has changed since this was proposed: propose it anew with the present share."


def _weeks(package: Package, today: date) -> tuple[WeekShown, ...]:
    """Every week that is over, newest first."""
    if package.state == "proposed" or not Decision.objects.filter(package_id=package.id).exists():
        return ()
    delivered = {
        each.week_starts_on: each
        for each in DeliveredWeek.objects.select_related("confirmed_by").filter(package_id=package.id)
    }
    reported = {
        each.week_starts_on: each
        for each in ReportedWeek.objects.select_related("reported_by").filter(package_id=package.id)
    }
    keys = [each.journal_id for each in delivered.values()]
    numbers = dict(Journal.objects.filter(id__in=keys).values_list("id", "number"))
    over = rules.weeks_over(package.starts_on, package.ends_on, today)
    return tuple(_week(day, reported.get(day), delivered.get(day), numbers) for day in reversed(over))


def _week(day: date, report: ReportedWeek | None, done: DeliveredWeek | None, numbers: dict[UUID, int]) -> WeekShown:
    return WeekShown(
        day, report.quantity if report else None, report.reported_by.label if report else "",
        done.quantity if done else None, done.amount_pence if done else 0, done.person_pence if done else 0,
        done.nhs_pence if done else 0,
        done.confirmed_by.label if done else "", done.confirmed_at if done else None,
        done.journal_id if done else None, numbers.get(done.journal_id) if done else None,
    )  # fmt: skip
