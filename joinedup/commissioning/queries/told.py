"""What somebody may take away of the decisions and disputes about their own care: read by the person and their staff.

Whoever may see the person's money reads it; row security limits every row. Left out: what members of the panel say
before anything is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.commissioning.models import (
    Aftercare,
    Condition,
    Decision,
    Dispute,
    DisputeHandover,
    Package,
    ProposedEnd,
    Residence,
    Review,
    SettledWeek,
    Telling,
)


@dataclass(frozen=True, slots=True)
class DisputeTold:
    """One dispute about the person, with its history: what each side proposed, who owned it, and what is owed."""

    row: Dispute
    ends: tuple[ProposedEnd, ...]
    handed: tuple[DisputeHandover, ...]
    weeks: tuple[SettledWeek, ...]

    @property
    def between(self) -> tuple[str, str]:
        """The two parties by name."""
        return self.row.one_body.name, self.row.other_body.name

    def late(self, today: date) -> bool:
        """Whether it runs past its day."""
        return self.row.ended_at is None and today > self.row.due_on


@dataclass(frozen=True, slots=True)
class PackageDecided:
    """One package with its decision (None while it is proposed) and what followed it."""

    row: Package
    decision: Decision | None
    conditions: tuple[Condition, ...]
    tellings: tuple[Telling, ...]
    reviews: tuple[Review, ...]


def disputes_about(caller: Caller, person_ids: Iterable[UUID]) -> tuple[DisputeTold, ...]:
    """Every dispute about one person's care, those that run first."""
    caller.must("see_money")
    parties = ("one_body", "other_body", "interim_payer", "settled_payer")
    held = Dispute.objects.select_related(*parties, "owner", "ended_by")
    rows = held.filter(person_id__in=tuple(person_ids)).order_by("-opened_at", "-id")
    found = (
        DisputeTold(
            each,
            tuple(each.proposed_ends.select_related("proposed_for", "proposed_by", "settled_payer", "answered_by")
                  .order_by("proposed_at", "id")),
            tuple(each.handovers.select_related("from_owner", "to_owner", "handed_by").order_by("handed_at", "id")),
            tuple(each.settled_weeks.select_related("week", "owed_by", "owed_to").order_by("week__week_starts_on")),
        )
        for each in rows
    )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.row.ended_at is not None))


def decisions_about(caller: Caller, person_ids: Iterable[UUID]) -> tuple[PackageDecided, ...]:
    """Every package of one person with what was decided, on which conditions, who was told, and each later look."""
    caller.must("see_money")
    rows = Package.objects.select_related("line", "provider").filter(person_id__in=tuple(person_ids))
    return tuple(_decided(each) for each in rows.order_by("starts_on", "id"))


def residence_about(
    caller: Caller, person_ids: Iterable[UUID]
) -> tuple[tuple[Residence, ...], tuple[Aftercare, ...]]:  # fmt: skip
    """Where one person lived, as written down, and who owes them aftercare."""
    caller.must("see_money")
    keys = tuple(person_ids)
    lived = Residence.objects.select_related("council", "placed_by", "written_by").filter(person_id__in=keys)
    owed = Aftercare.objects.select_related("council", "icb", "written_by").filter(person_id__in=keys)
    return tuple(lived.order_by("since", "written_at", "id")), tuple(owed.order_by("written_at", "id"))


def _decided(row: Package) -> PackageDecided:
    decision = Decision.objects.select_related("decided_by").filter(package_id=row.id).first()
    conditions = Condition.objects.select_related("owner", "closed_by").filter(decision__package_id=row.id)
    return PackageDecided(
        row, decision, tuple(conditions.order_by("due_on", "id")),
        tuple(Telling.objects.select_related("told_by").filter(package_id=row.id).order_by("recorded_at", "id")),
        tuple(Review.objects.select_related("reviewed_by").filter(package_id=row.id).order_by("recorded_at", "id")),
    )  # fmt: skip
