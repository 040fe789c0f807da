"""Who owes somebody aftercare under section 117, where they lived before, and which packages are such aftercare."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from joinedup.commissioning.models import Aftercare, Package, Residence
from joinedup.commissioning.rules.residence import HOSPITAL
from joinedup.person.queries.person_row import whole_of

SECTION_117 = "section_117_aftercare"


def aftercare_of(person_id: UUID) -> tuple[Aftercare, ...]:
    """Who owes a person aftercare, the last one written first, with the finding of residence that it rests on."""
    held = Aftercare.objects.select_related("council", "icb", "residence", "written_by").filter(
        person_id__in=whole_of(person_id)
    )
    return tuple(held.order_by("-written_at", "-id"))


def lived_before(person_id: UUID, detained_on: date) -> Residence | None:
    """Where a person lived, outside hospital, when they were detained: the finding that rule `area_before` names."""
    held = Residence.objects.select_related("council").filter(person_id=person_id, since__lte=detained_on)
    return held.exclude(basis=HOSPITAL).order_by("-since", "-written_at", "-id").first()


def is_aftercare(package: Package) -> bool:
    """Whether the charge of a package says that its care is aftercare under section 117, free of charge."""
    free = package.funding.case.get("free_service") or {}
    return bool(free.get("kind") == SECTION_117)
