"""What a provider says it delivered, and confirming it, which posts it to the fund.

The provider reports a week of its own package; somebody who commissions confirms it, and only that owes money. Row and
journal are written in one transaction and hold each other: the journal names the week, and the database refuses a week
that its journal does not post to the penny. While a dispute about who pays runs, the interim payer bears the rest.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.assessment.models import Assessment
from joinedup.base.clock import london_date
from joinedup.base.errors import NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.commissioning import rules
from joinedup.commissioning.actions.adjusting import adjust_confirmed_week
from joinedup.commissioning.actions.disputes import settle_week
from joinedup.commissioning.models import DeliveredWeek, Dispute, Package, ReportedWeek, Split
from joinedup.commissioning.queries.offers import council_of, nhs_of
from joinedup.commissioning.refusals import in_words
from joinedup.commissioning.sight import sole_payer
from joinedup.door.actions import first_service_delivered
from joinedup.ledger import queries as ledger
from joinedup.ledger.actions import post_journal
from joinedup.person.actions import append_timeline
from joinedup.places.models import Body


def report_week(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, week_starts_on: date, quantity: Decimal
) -> UUID:
    """Say how much was delivered in a week that is over, for the provider. Returns the report's key; no money moves.

    NotAllowed for a provider whose package it is not; NotNow for a week that is not over, is no week of the package, or
    was reported already.
    """
    by.must("report_week")

    def act() -> str:
        package = _package(package_id)
        works_for = Subject.objects.values_list("body_id", flat=True).get(id=by.id)
        if "confirm_week" not in by.permissions and works_for != package.provider_id:
            raise NotAllowed("not-your-package", "This package is not yours.", "", "Report weeks of your own packages.")
        _must_be_over(package, week_starts_on, quantity, at)
        report = ReportedWeek(
            id=new_id(), package_id=package_id, person_id=package.person_id, week_starts_on=week_starts_on,
            quantity=quantity, reported_by_id=by.id, reported_at=at,
        )  # fmt: skip
        report.save(force_insert=True)
        note("week.reported", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(report.id)

    arguments = {"package": package_id, "week": week_starts_on, "quantity": str(quantity)}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="report_week", arguments=arguments, act=act)
    return UUID(made)


def confirm_delivered_week(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, week_starts_on: date,
    quantity: Decimal | None = None,
) -> UUID:  # fmt: skip
    """Confirm that a week was delivered, and post it: the cost, the person's charge, what the provider is owed.

    The quantity is the package's unless the provider reported one or one is given. Dated the last day of the week.
    Returns the week's key. NotNow for a week that is not over, is no week of the package or was posted already, and for
    a closed period of the fund.
    """
    by.must("confirm_week")

    def act() -> str:
        package = _package(package_id)
        reported = ReportedWeek.objects.filter(package_id=package_id, week_starts_on=week_starts_on).first()
        delivered = quantity or (reported.quantity if reported else package.quantity_per_week)
        _must_be_over(package, week_starts_on, delivered, at)
        if DeliveredWeek.objects.filter(package_id=package_id, week_starts_on=week_starts_on).exists():
            raise NotNow("week-delivered-once", "This week was confirmed and posted already.", "A week is posted once.",
                         "Open the package again.")  # fmt: skip
        week = _posted(by, at, request_key, package, week_starts_on, delivered)
        _tell(by, at, package, week)
        _first_service(by, at, package, week_starts_on)
        note("week.confirmed", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(week.id)

    arguments = {"package": package_id, "week": week_starts_on, "quantity": str(quantity or "")}
    with in_words():
        made = once(
            by=by.id, at=at, request_key=request_key, action="confirm_delivered_week", arguments=arguments, act=act
        )
    return UUID(made)


def _package(package_id: UUID) -> Package:
    found = Package.objects.select_related("line", "decision").filter(id=package_id).first()
    if found is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    if not hasattr(found, "decision"):
        raise NotNow("package-not-decided", "Nobody has decided to buy this.", "", "Wait for the decision.")
    return found


def _must_be_over(package: Package, week_starts_on: date, quantity: Decimal, at: datetime) -> None:
    if week_starts_on not in rules.weeks_over(package.starts_on, package.ends_on, london_date(at)):
        raise NotNow(
            "week-not-over", "This is no week of the package that is over.",
            "Weeks are counted from the package's first day, and a week is delivered when it has ended.",
            "Choose one of the weeks that the package shows.",
        )  # fmt: skip
    if not 0 < quantity <= package.quantity_per_week:
        raise PersonMustAct(
            "week-quantity", "This is not what was bought.", "More than nothing and no more than the package says.",
            "Give what was delivered within the package.",
        )  # fmt: skip


def _posted(
    by: Caller, at: datetime, request_key: str, package: Package, week_starts_on: date, quantity: Decimal
) -> DeliveredWeek:
    """The week and its journal, each naming the other. What the NHS pays alone comes first and has lines of its own."""
    week_id, days = new_id(), rules.days_of_week(week_starts_on, package.ends_on)
    last_day = week_starts_on + timedelta(days=days - 1)
    fund_id = package.decision.fund_id
    parts = dict(Split.objects.filter(package_id=package.id).values_list("payer", "weekly_pence"))
    amount_pence = rules.weekly_cost(quantity, package.rate_pence)
    nhs_pence = min(rules.part_of_week(parts.get(rules.NHS, 0), days), amount_pence)
    shared_pence = amount_pence - nhs_pence
    person_pence = min(rules.part_of_week(parts.get(rules.PERSON, 0), days), shared_pence)
    rest_payer, alone = rules.COUNCIL if rules.COUNCIL in parts else rules.POOLED_FUND, council_of(fund_id)
    if (payer := sole_payer(package.id, week_starts_on)) is not None:
        rest_payer, alone = rules.COUNCIL, Body.objects.get(id=payer).code
    borne = rules.borne_by(shared_pence, person_pence, rest_payer, ledger.shares(fund_id, last_day), alone)
    lines = rules.week_lines(rules.cost_account(package.line.service_code or ""), borne)
    if nhs_pence:
        account = rules.nhs_account(package.funding.case, package.line.service_code or "")
        lines += rules.nhs_lines(account, nhs_of(fund_id), nhs_pence)
    journal_id = post_journal(
        by=by, at=at, request_key=f"{request_key}.journal", fund_id=fund_id, on=last_day,
        postings=lines,
        source_kind="delivered_week", source_id=week_id, purpose="cost", memo="delivered-week",
    )  # fmt: skip
    week = DeliveredWeek(
        id=week_id, package_id=package.id, person_id=package.person_id, week_starts_on=week_starts_on,
        quantity=quantity, amount_pence=amount_pence, person_pence=person_pence, nhs_pence=nhs_pence,
        journal_id=journal_id, confirmed_by_id=by.id, confirmed_at=at,
    )  # fmt: skip
    week.save(force_insert=True)
    _settle(by, at, request_key, package, week, payer)
    adjust_confirmed_week(by=by, at=at, request_key=f"{request_key}.adjusted", package=package, week=week)
    return week


def _settle(
    by: Caller, at: datetime, request_key: str, package: Package, week: DeliveredWeek, payer: UUID | None
) -> None:
    """After a dispute that made a body outside the fund pay, the interim payer bears the week here, and is owed it."""
    ended = Dispute.objects.filter(
        package_id=package.id, ended_at__isnull=False, settled_from__lte=week.week_starts_on, interim_payer_id=payer
    ).exclude(settled_payer_id=payer)
    dispute = ended.exclude(settled_payer=None).select_related("interim_payer").order_by("-interim_from").first()
    if payer is not None and dispute is not None:
        settle_week(by=by, at=at, request_key=f"{request_key}.settle", dispute=dispute, week=week)


def _first_service(by: Caller, at: datetime, package: Package, week_starts_on: date) -> None:
    """The request that the plan came of stops waiting: nobody types again what the delivery says."""
    request_id = Assessment.objects.values_list("request_id", flat=True).get(plans=package.line.plan_id)
    if request_id is not None:
        first_service_delivered(by=by, at=at, request_id=request_id, on=week_starts_on)


def _tell(by: Caller, at: datetime, package: Package, week: DeliveredWeek) -> None:
    """A line of the record for whoever gives care too, so without who bears it: that is for who may see the money."""
    days = rules.days_of_week(week.week_starts_on, package.ends_on)
    append_timeline(
        by=by, at=at, person_id=package.person_id, kind="delivery", title=f"Delivered: {package.line.title}",
        source_key=f"commissioning.week/{week.id}", starts_on=week.week_starts_on,
        ends_on=week.week_starts_on + timedelta(days=days - 1),
        amount_pence=week.amount_pence,
    )  # fmt: skip
