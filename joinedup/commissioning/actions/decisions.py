"""Deciding to buy, by exactly one accounting officer within a delegation; and giving and ending delegations.

The database counts who holds the office and looks up the delegation at the moment of the decision; this module only
puts its refusals in words. One decision commits every partner's part, because its terms bind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import RoleHolding
from joinedup.access.roles import permissions_of
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.models import EVERYTHING, Condition, Decision, Delegation, Package
from joinedup.commissioning.queries.figures import must_agree_with_rule
from joinedup.commissioning.queries.offers import fund_for
from joinedup.commissioning.refusals import in_words
from joinedup.commissioning.rules.panel import look_again_on
from joinedup.commissioning.sight import accounting_officers, package_key, pass_on, workers_of_provider
from joinedup.funding.queries import present_charge
from joinedup.person.actions import append_timeline


def ask_for_decision(*, by: Caller, at: datetime, request_key: str, package_id: UUID) -> int:
    """Let the accounting officer who is in post now see the person of a proposal. Returns 1 if they could not before.

    NotNow (exactly-one-accounting-officer) when the office is vacant or held by two.
    """
    by.must("propose_package")

    def act() -> int:
        package = _package(package_id)
        officers = accounting_officers(package.place_id)
        if len(officers) != 1:
            found = "The office of accounting officer is vacant" if not officers else "Two hold the office"
            raise NotNow(
                "exactly-one-accounting-officer", f"{found} in this place.", "Nobody can decide this now.",
                "Ask the board to put it right.",
            )  # fmt: skip
        return pass_on(by=by, at=at, request_key=request_key, receivers=officers, person_id=package.person_id,
                       package_id=package_id)  # fmt: skip

    arguments = {"package": package_id}
    asked: int = once(by=by.id, at=at, request_key=request_key, action="ask_for_decision", arguments=arguments, act=act)
    return asked


@dataclass(frozen=True, slots=True)
class NewCondition:
    """What a decision asks for besides: in words, who sees to it, and until when."""

    words: str
    owner_id: UUID
    due_on: date


def decide(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, package_id: UUID,
    conditions: Sequence[NewCondition] = (), review_on: date | None = None, appeal_route: str = "",
) -> UUID:  # fmt: skip
    """Commit a proposed package from the fund of its place, with conditions. Returns the decision's key.

    It keeps the rule and the charge it rests on, the appeal route (the shipped words unless others are given) and the
    day on which it is looked at again (the shipped number of days after its start unless another is given).

    Those who work for the provider are let see the person from now on. NotNow says why the database refuses
    (exactly-one-accounting-officer, within-delegation, panel-has-met, panel-of-both-sides-agrees,
    decision-on-present-charge, charge-out-of-date, decision-on-a-proposal); Conflict
    when the package changed since it was read.
    """
    by.must("decide_package")

    def act() -> str:
        package = _package(package_id)
        if package.version != expected_version:
            raise Conflict("package-changed", "This package has changed since you opened it.")
        if (charge := present_charge(package.line.plan_id)) is not None and charge.id == package.funding_id:
            must_agree_with_rule(charge, london_date(at))
        fund = fund_for(package.place_id, package.starts_on)
        decision = Decision(
            id=new_id(), package_id=package_id, person_id=package.person_id, place_id=package.place_id,
            decided_by_id=by.id, decided_at=at, weekly_cost_pence=package.weekly_cost_pence, fund_id=fund.id,
            review_on=review_on or look_again_on(package.starts_on, london_date(at), shipped()),
            appeal_route=appeal_route.strip() or shipped().value_at("panel-appeal-route", london_date(at)).text(),
        )  # fmt: skip
        decision.save(force_insert=True)
        Condition.objects.bulk_create(
            Condition(id=new_id(), decision_id=decision.id, person_id=package.person_id, words=each.words.strip(),
                      owner_id=each.owner_id, due_on=each.due_on)
            for each in conditions
        )  # fmt: skip
        _tell(by, at, package)
        workers = workers_of_provider(package.provider_id, package.place_id)
        pass_on(by=by, at=at, request_key=request_key, receivers=workers, person_id=package.person_id,
                package_id=package_id)  # fmt: skip
        note("package.committed", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(decision.id)

    arguments = {
        "package": package_id, "version": expected_version, "review": review_on, "appeal": appeal_route,
        "conditions": [(each.words, str(each.owner_id), each.due_on) for each in conditions],
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="decide", arguments=arguments, act=act)
    return UUID(made)


def delegate_authority(
    *, by: Caller, at: datetime, request_key: str, holder_id: UUID, place_id: UUID, weekly_limit_pence: int,
    kind: str = EVERYTHING, ends_at: datetime | None = None,
) -> UUID:  # fmt: skip
    """Let the holder commit up to a weekly sum in a place, from now on, for one kind of care or everything.

    The database makes it hold from its own now, for as long as lies between `at` and `ends_at`. Returns its key. Needs
    delegate_authority in that place; the holder must hold the office of accounting officer there.
    """
    held = permissions_of(each.role for each in by.holdings if each.place_id == place_id)
    if "delegate_authority" not in held:
        raise NotAllowed(
            "permission-missing", "Your role does not include this.",
            "It needs the permission 'delegate_authority' in that place.", "Ask the board of the place.",
        )  # fmt: skip
    if weekly_limit_pence <= 0 or (ends_at is not None and ends_at <= at):
        raise PersonMustAct("delegation-nothing", "This delegates nothing.", "", "Give a sum above 0 and a later end.")

    def act() -> str:
        if not RoleHolding.objects.filter(subject_id=holder_id, place_id=place_id, role="accounting_officer").exists():
            raise NotNow("not-an-officer", "This is no accounting officer of the place.", "", "Choose one who is.")
        delegation = Delegation(
            id=new_id(), holder_id=holder_id, place_id=place_id, kind=kind, weekly_limit_pence=weekly_limit_pence,
            starts_at=at, ends_at=ends_at, given_by_id=by.id, given_at=at,
        )  # fmt: skip
        delegation.save(force_insert=True)
        note("delegation.given", thing_id=delegation.id, place_id=place_id)
        return str(delegation.id)

    arguments = {
        "holder": holder_id, "place": place_id, "limit": weekly_limit_pence, "kind": kind, "ends": ends_at,
    }  # fmt: skip
    with in_words():
        given = once(
            by=by.id, at=at, request_key=request_key, action="delegate_authority", arguments=arguments, act=act
        )
    return UUID(given)


def end_delegation(*, by: Caller, at: datetime, request_key: str, expected_version: int, delegation_id: UUID) -> int:
    """End a delegation now; decisions made under it stay. Returns its version, Conflict for a stale one."""
    by.must("delegate_authority")

    def act() -> int:
        changed = Delegation.objects.filter(id=delegation_id, version=expected_version).update(
            ends_at=at, version=expected_version + 1
        )
        if not changed:
            raise Conflict("delegation-changed", "This delegation has changed or is not of your place.")
        note("delegation.ended", thing_id=delegation_id)
        return expected_version + 1

    arguments = {"delegation": delegation_id, "version": expected_version}
    with in_words():
        ended: int = once(
            by=by.id, at=at, request_key=request_key, action="end_delegation", arguments=arguments, act=act
        )
    return ended


def _package(package_id: UUID) -> Package:
    found = Package.objects.select_related("line", "provider").filter(id=package_id).first()
    if found is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    return found


def _tell(by: Caller, at: datetime, package: Package) -> None:
    quantity = f"{package.quantity_per_week.normalize():f} {package.line.get_unit_display()} a week"
    append_timeline(
        by=by, at=at, person_id=package.person_id, kind="service", title=package.line.title,
        detail=(
            ("From", package.provider.name), ("How much", quantity), ("Decided by", by.label),
            ("Decided on", london_date(at).isoformat()),
            ("Cost of the week", Money(package.weekly_cost_pence).display()),
        ),
        source_key=package_key(package.id), starts_on=package.starts_on, open_ended=True,
        amount_pence=package.weekly_cost_pence,
    )  # fmt: skip
