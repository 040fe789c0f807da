"""Who has to see a person so that their care can be decided and delivered, and the passing on of sight to them.

Sight is passed along the chain by whoever has it: the proposer to the accounting officer in post, the officer to
those who work for the provider, whoever runs the panel to its members for some days. The database refuses whoever has
none to pass on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.plan.sight import give_sight


def accounting_officers(place_id: UUID) -> tuple[UUID, ...]:
    """Who holds the office in a place at this moment, by the database's clock: as it should be, exactly one."""
    with connection.cursor() as cursor:
        cursor.execute("select access.accounting_officers(%s)", [place_id])
        return tuple(cursor.fetchone()[0])


def workers_of_provider(provider_id: UUID, place_id: UUID) -> tuple[UUID, ...]:
    """Who works for a provider in a place at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("select access.workers_of_provider(%s, %s)", [provider_id, place_id])
        return tuple(cursor.fetchone()[0])


def sole_payer(package_id: UUID, week_starts_on: date) -> UUID | None:
    """The body that by a dispute bears alone what the person does not of a week; None where the split holds."""
    with connection.cursor() as cursor:
        cursor.execute("select access.sole_payer(%s, %s)", [package_id, week_starts_on])
        found: UUID | None = cursor.fetchone()[0]
    return found


def pass_on(
    *, by: Caller, at: datetime, request_key: str, receivers: Sequence[UUID], person_id: UUID, package_id: UUID,
    ends_at: datetime | None = None,
) -> int:  # fmt: skip
    """Let each receiver see the person because of the package; returns how many could not before."""
    return sum(
        give_sight(
            by=by, at=at, request_key=f"{request_key}.{number}", receiver=receiver, person_id=person_id,
            source=package_key(package_id), ends_at=ends_at,
        )
        for number, receiver in enumerate(receivers)
    )  # fmt: skip


def package_key(package_id: UUID) -> str:
    """The key of a package on the timeline and as the source of grants."""
    return f"commissioning.package/{package_id}"


def dispute_key(dispute_id: UUID) -> str:
    """The key of a dispute on the timeline."""
    return f"commissioning.dispute/{dispute_id}"
