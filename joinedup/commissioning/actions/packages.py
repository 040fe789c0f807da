"""Proposing to buy a line of a plan, and ending a package.

Nobody proposes without the person's share on the table: the plan must have a present charge, and the person's part is
taken from it. A package is never rewritten: a changed one is ended and proposed anew.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.commissioning import rules
from joinedup.commissioning.models import Package, Split
from joinedup.commissioning.queries.offers import charge_left, fund_for, has_cost_account, has_nhs_account, nhs_left
from joinedup.commissioning.refusals import ask_splits_now, in_words
from joinedup.commissioning.sight import accounting_officers, package_key, pass_on
from joinedup.funding.queries import present_charge
from joinedup.person.actions import end_timeline
from joinedup.plan.models import Line


def propose_package(
    *, by: Caller, at: datetime, request_key: str, line_id: UUID, provider_id: UUID, quantity_per_week: Decimal,
    rate_pence: int, starts_on: date | None = None, rest_payer: str = rules.POOLED_FUND,
) -> UUID:  # fmt: skip
    """Propose to buy care of an agreed plan from a provider, from the line's first day unless another is given.

    The NHS's part is what it pays alone, the person's what is left of their charge, the rest the pooled fund's or the
    council's. The accounting officer in post is let see the person. Returns the package's key. NotNow says which of
    these is missing: a charge, a fund with an account for this kind of care, an agreed plan that holds so much, a
    provider of the place.
    """
    by.must("propose_package")
    if quantity_per_week <= 0 or rate_pence <= 0:
        raise PersonMustAct("package-nothing", "This buys nothing.", "", "Give a quantity and a rate above 0.")

    def act() -> str:
        line = Line.objects.select_related("plan").filter(id=line_id, kind="care").first()
        if line is None:
            raise NotFound("line-not-found", "There is no such line of care, or you may not see it.")
        package = _proposed(by, at, line, provider_id, quantity_per_week, rate_pence, starts_on)
        _split(package, line, rest_payer)
        ask_splits_now()
        pass_on(by=by, at=at, request_key=request_key, receivers=accounting_officers(package.place_id),
                person_id=package.person_id, package_id=package.id)  # fmt: skip
        note("package.proposed", person_id=package.person_id, thing_id=package.id, place_id=package.place_id)
        return str(package.id)

    arguments = {
        "line": line_id, "provider": provider_id, "quantity": str(quantity_per_week), "rate": rate_pence,
        "starts": starts_on, "rest": rest_payer,
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="propose_package", arguments=arguments, act=act)
    return UUID(made)


def end_package(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, package_id: UUID, ends_on: date, why: str
) -> int:
    """End a package before a day, or take back a proposal, and say why. Returns its version.

    Weeks that began before the end can still be confirmed. Conflict when it changed since it was read.
    """
    by.must("propose_package")
    if not why.strip():
        raise PersonMustAct("why-empty", "Say why the package ends.", "", "Write a few words.")

    def act() -> int:
        package = Package.objects.select_for_update().filter(id=package_id).first()
        if package is None:
            raise NotFound("package-not-found", "There is no such package, or you may not see it.")
        if package.version != expected_version:
            raise Conflict("package-changed", "This package has changed since you opened it.")
        day = package.starts_on if package.state == "proposed" else ends_on
        if day < package.starts_on:
            raise PersonMustAct("package-end", "It would end before it begins.", "", "Choose a later day.")
        Package.objects.filter(id=package_id).update(
            state="ended", ends_on=day, ended_why=why.strip(), version=expected_version + 1
        )
        end_timeline(by=by, at=at, person_id=package.person_id, source_key=package_key(package_id), ends_on=day)
        note("package.ended", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return expected_version + 1

    arguments = {"package": package_id, "version": expected_version, "ends": ends_on, "why": why}
    with in_words():
        ended: int = once(by=by.id, at=at, request_key=request_key, action="end_package", arguments=arguments, act=act)
    return ended


def _proposed(
    by: Caller, at: datetime, line: Line, provider_id: UUID, quantity: Decimal, rate_pence: int, starts_on: date | None
) -> Package:
    charge = present_charge(line.plan_id)
    if charge is None:
        raise NotNow(
            "no-charge", "No charge is decided for this plan.",
            "Nobody proposes or decides without the cost and the person's share.", "Have the charge decided first.",
        )  # fmt: skip
    package = Package(
        id=new_id(), person_id=line.person_id, place_id=line.plan.place_id, line_id=line.id, funding_id=charge.id,
        provider_id=provider_id, quantity_per_week=quantity, rate_pence=rate_pence,
        weekly_cost_pence=rules.weekly_cost(quantity, rate_pence),
        starts_on=starts_on or line.starts_on or london_date(at), proposed_by_id=by.id, proposed_at=at,
    )  # fmt: skip
    fund = fund_for(package.place_id, package.starts_on)
    if not has_cost_account(fund, line.service_code or ""):
        raise _without_account("this kind of care")
    package.save(force_insert=True)
    return package


def _without_account(what: str) -> NotNow:
    return NotNow(
        "fund-without-account", f"The place's fund has no account for {what}.",
        "What is bought must be posted somewhere.", "Have the accounting officer open the account first.",
    )  # fmt: skip


def _split(package: Package, line: Line, rest_payer: str) -> None:
    on = package.starts_on
    left_pence = charge_left(line.plan_id, package.funding_id, on=on, except_package=package.id)
    nhs_pence = nhs_left(line, package.funding, on=on, except_package=package.id)
    account = rules.nhs_account(package.funding.case, line.service_code or "")
    if nhs_pence and not has_nhs_account(fund_for(package.place_id, on).id, account):
        raise _without_account("what the NHS pays alone")
    parts = rules.splits_of(package.weekly_cost_pence, left_pence, rest_payer, nhs_left_pence=nhs_pence)
    Split.objects.bulk_create(
        Split(package_id=package.id, person_id=package.person_id, payer=payer, weekly_pence=pence)
        for payer, pence in parts.items()
    )
