"""The board of packages: agreed and not bought, waiting for a decision, committed, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from joinedup.access.callers import Caller
from joinedup.commissioning.models import Package
from joinedup.funding.models import Assessment
from joinedup.person.queries.person_row import full_name
from joinedup.plan.models import Line

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package in a list. `moved_to` names the place to which its plan has gone with the person, or is ''."""

    package_id: UUID
    name: str
    title: str
    provider: str
    weekly_cost_pence: int
    starts_on: date
    ends_on: date | None
    place: str
    moved_to: str


@dataclass(frozen=True, slots=True)
class ToBuy:
    """Care of an agreed plan that no package covers; `charged` says that the plan's charge is decided."""

    line_id: UUID
    person_id: UUID
    name: str
    title: str
    quantity: Decimal
    unit: str
    starts_on: date | None
    charged: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The board as the caller sees it: at most `AT_ONCE` of each kind; `committed_pence` is what a week now costs."""

    to_buy: tuple[ToBuy, ...]
    proposed: tuple[PackageLine, ...]
    committed: tuple[PackageLine, ...]
    ended: tuple[PackageLine, ...]
    committed_pence: int


def board(caller: Caller) -> Board:
    """Packages of people whom the caller may see; a provider sees its own."""
    caller.must("see_packages")
    packages = Package.objects.select_related("person", "line__plan__place", "provider", "place")
    committed = packages.filter(state="committed")
    return Board(
        to_buy=_to_buy() if "propose_package" in caller.permissions else (),
        proposed=_lines(packages.filter(state="proposed").order_by("proposed_at", "id")),
        committed=_lines(committed.order_by("starts_on", "id")),
        ended=_lines(packages.filter(state="ended").order_by("-ends_on", "id")),
        committed_pence=int(committed.aggregate(n=Sum("weekly_cost_pence"))["n"] or 0),
    )


def _lines(found: QuerySet[Package]) -> tuple[PackageLine, ...]:
    return tuple(
        PackageLine(
            each.id, full_name(each.person.prefix, each.person.given, each.person.family), each.line.title,
            each.provider.name, each.weekly_cost_pence, each.starts_on, each.ends_on, each.place.name,
            each.line.plan.place.name if each.line.plan.place_id != each.place_id else "",
        )
        for each in found[:AT_ONCE]
    )  # fmt: skip


def _to_buy() -> tuple[ToBuy, ...]:
    number: DecimalField[Decimal, Decimal] = DecimalField(max_digits=9, decimal_places=2)
    live = Package.objects.filter(line_id=OuterRef("id")).exclude(state="ended").values("line_id")
    bought = Subquery(live.annotate(n=Sum("quantity_per_week")).values("n"), output_field=number)
    care = Line.objects.filter(kind="care", state="open", plan__state="agreed").select_related("person")
    open_care = care.annotate(left=F("quantity_per_week") - Coalesce(bought, Value(Decimal(0)), output_field=number))
    found = list(open_care.filter(left__gt=0).order_by("starts_on", "id")[:AT_ONCE])
    charged = set(
        Assessment.objects.filter(plan_id__in=[each.plan_id for each in found]).values_list("plan_id", flat=True)
    )
    return tuple(
        ToBuy(
            each.id, each.person_id, full_name(each.person.prefix, each.person.given, each.person.family), each.title,
            each.left, each.get_unit_display(), each.starts_on, each.plan_id in charged,
        )
        for each in found
    )  # fmt: skip
