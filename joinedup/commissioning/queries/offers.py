"""What a proposal starts from: the line, what is left of the person's charge, the fund, and the providers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound, NotNow
from joinedup.commissioning import rules
from joinedup.commissioning.models import Package, Split
from joinedup.funding.models import Assessment
from joinedup.funding.queries import present_charge
from joinedup.ledger import queries as ledger
from joinedup.ledger.models import Account, FundPartner
from joinedup.ledger.queries import FundRow
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.places.models import BodyPlace
from joinedup.plan.models import Line


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of care to buy. `charge` is None while none is decided; `quantity_left` what no package covers yet.

    `charge_left_pence` is what is left of the person's charge after other packages, `nhs_left_pence` of what the NHS
    pays alone of this care; `providers` are key and name.
    """

    line_id: UUID
    plan_id: UUID
    person_id: UUID
    name: str
    title: str
    service_code: str
    unit: str
    quantity_left: Decimal
    starts_on: date | None
    charge: Assessment | None
    charge_left_pence: int
    nhs_left_pence: int
    fund: FundRow | None
    providers: tuple[tuple[UUID, str], ...]


def offer_of(caller: Caller, line_id: UUID) -> Offer:
    """What a proposal for a line starts from; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("propose_package")
    line = Line.objects.select_related("plan").filter(id=line_id, kind="care").first()
    if line is None:
        raise NotFound("line-not-found", "There is no such line of care, or you may not see it.")
    person = person_row(line.person_id)
    note("line.opened", person_id=person.id, thing_id=line.id, place_id=person.place_id)
    charge = present_charge(line.plan_id)
    bought = Package.objects.filter(line_id=line.id).exclude(state="ended").aggregate(n=Sum("quantity_per_week"))["n"]
    return Offer(
        line_id=line.id, plan_id=line.plan_id, person_id=person.id,
        name=full_name(person.prefix, person.given, person.family), title=line.title,
        service_code=line.service_code or "", unit=line.get_unit_display(),
        quantity_left=(line.quantity_per_week or Decimal(0)) - (bought or Decimal(0)), starts_on=line.starts_on,
        charge=charge, charge_left_pence=charge_left(line.plan_id, charge.id) if charge else 0,
        nhs_left_pence=nhs_left(line, charge) if charge else 0,
        fund=ledger.fund_of_place(line.plan.place_id, line.starts_on) if line.starts_on else None,
        providers=_providers(line.plan.place_id),
    )  # fmt: skip


def charge_left(plan_id: UUID, funding_id: UUID, *, on: date | None = None, except_package: UUID | None = None) -> int:
    """What is left of a person's charge in pence after the plan's other packages, never below 0.

    With `on`, a package that has ended counts when its last day lies later.
    """
    charge_pence = Assessment.objects.values_list("weekly_charge_pence", flat=True).get(id=funding_id)
    return _left(charge_pence, rules.PERSON, plan_id, on, except_package)


def nhs_left(line: Line, charge: Assessment, *, on: date | None = None, except_package: UUID | None = None) -> int:
    """What is left in pence of what the NHS pays alone, for a line of its plan; 0 for care of which it pays nothing."""
    if not rules.nhs_account(charge.case, line.service_code or ""):
        return 0
    return _left(charge.nhs_pays_pence, rules.NHS, line.plan_id, on, except_package)


def _left(whole_pence: int, payer: str, plan_id: UUID, on: date | None, except_package: UUID | None) -> int:
    counted = ~Q(package__state="ended") | (Q(package__ends_on__gt=on) if on else Q(pk__in=[]))
    borne = Split.objects.filter(counted, package__line__plan_id=plan_id, payer=payer)
    if except_package is not None:
        borne = borne.exclude(package_id=except_package)
    return max(whole_pence - int(borne.aggregate(n=Sum("weekly_pence"))["n"] or 0), 0)


def fund_for(place_id: UUID, on: date) -> FundRow:
    """The pooled fund of a place on a day. NotNow (no-fund) when there is none that the caller sees."""
    found = ledger.fund_of_place(place_id, on)
    if found is None:
        raise NotNow(
            "no-fund", "This place has no pooled fund on that day.", "What is bought is paid from the partners' fund.",
            "Have the accounting officer open one, or choose a later first day.",
        )  # fmt: skip
    return found


def has_cost_account(fund: FundRow, service_code: str) -> bool:
    """Whether the fund can post this kind of care for everybody who may bear it."""
    purpose = rules.cost_account(service_code)
    return Account.objects.filter(fund_id=fund.id, code=f"{purpose}:people").exists()


def has_nhs_account(fund_id: UUID, purpose: str) -> bool:
    """Whether the fund can post what the NHS pays alone."""
    return Account.objects.filter(fund_id=fund_id, code=f"{purpose}:{nhs_of(fund_id)}").exists()


def nhs_of(fund_id: UUID) -> str:
    """The body code of the fund's partner that bears what the NHS pays alone: its only one of the NHS, or its board.

    NotNow (fund-without-nhs) when no partner is, or more than one could be.
    """
    found = list(FundPartner.objects.filter(fund_id=fund_id, side="nhs").values_list("body__code", "body__kind"))
    boards = [code for code, kind in found if kind == "icb"]
    codes = boards if len(found) > 1 else [code for code, _ in found]
    if len(codes) != 1:
        raise NotNow(
            "fund-without-nhs", "No one partner of this fund pays for the NHS.",
            "The NHS pays a part of this care alone, and the fund must know which body that is.",
            "Have the integrated care board join the fund.",
        )  # fmt: skip
    return str(codes[0])


def council_of(fund_id: UUID) -> str:
    """The body code of the fund's council. NotNow (fund-without-council) when no partner is one."""
    code = FundPartner.objects.filter(fund_id=fund_id, side="council").values_list("body__code", flat=True).first()
    if code is None:
        raise NotNow("fund-without-council", "No partner of this fund is a council.", "", "Have one join it.")
    return str(code)


def partner_bodies(fund_id: UUID) -> dict[str, UUID]:
    """The bodies that share in a fund: code to key."""
    return dict(FundPartner.objects.filter(fund_id=fund_id).values_list("body__code", "body_id"))


def _providers(place_id: UUID) -> tuple[tuple[UUID, str], ...]:
    serving = BodyPlace.objects.filter(Q(ends_on=None), place_id=place_id, body__kind="provider", body__ends_on=None)
    return tuple(serving.order_by("body__name").values_list("body_id", "body__name"))
