"""Keeping what a family was told on their first call, and how far the first decided charge lies from it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.refusals import constraint_of
from joinedup.base.errors import NotFound, NotNow
from joinedup.base.identifiers import new_id
from joinedup.door.models import Request
from joinedup.funding.estimate_difference import where_it_lies
from joinedup.funding.models import Assessment, EstimateDifference, FirstEstimate
from joinedup.person.queries.person_row import whole_of

ONCE = ("funding_firstestimate_contact_id_key", "funding_estimatedifference_estimate_id_key")
"""What the database calls that an estimate is kept once of a call, and answered once."""


def keep_first_estimate(
    *, by: Caller, at: datetime, request_key: str, request_id: UUID, words: str, lowest_pence: int | None,
    highest_pence: int | None, as_at: date,
) -> UUID:  # fmt: skip
    """Keep the range that was given on the call of a request. None stands for the whole cost of the care."""
    by.must("take_calls")

    def act() -> str:
        taken = Request.objects.filter(id=request_id).first()
        if taken is None:
            raise NotFound("request-not-found", "There is no such request, or you may not see it.")
        made = FirstEstimate(
            id=new_id(), person_id=taken.person_id, contact_id=taken.contact_id, lowest_pence=lowest_pence,
            highest_pence=highest_pence, words=words, as_at=as_at, recorded_by_id=by.id, recorded_at=at,
        )  # fmt: skip
        if not _saved(made):
            raise NotNow(
                "estimate-kept", "An estimate was kept of this call already.",
                "What a family was told is kept once, so that the charge can be compared with it.",
                "Read the estimate on the request.",
            )  # fmt: skip
        note("estimate.kept", person_id=taken.person_id, thing_id=made.id)
        return str(made.id)

    arguments = {"request": request_id, "words": words, "lowest": lowest_pence, "highest": highest_pence}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="keep_first_estimate", arguments=arguments,
                     act=act))  # fmt: skip


def keep_difference(*, by: Caller, at: datetime, charge: Assessment, place_id: UUID) -> EstimateDifference | None:
    """Keep how far a first charge lies from the latest first estimate that no charge has answered; part of its act.

    None where there is none, or where the first charge of another plan answered it at the same moment.
    """
    waiting = FirstEstimate.objects.filter(person_id__in=whole_of(charge.person_id), difference=None)
    estimate = waiting.order_by("-recorded_at", "-id").first()
    if estimate is None:
        return None
    lies, pence = where_it_lies(
        charge.weekly_charge_pence,
        charge.weekly_cost_pence - charge.nhs_pays_pence,
        estimate.lowest_pence,
        estimate.highest_pence,
    )
    made = EstimateDifference(
        id=new_id(), estimate=estimate, person_id=estimate.person_id, charge=charge, place_id=place_id, lies=lies,
        difference_pence=pence, recorded_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    return made if _saved(made) else None


def _saved(made: FirstEstimate | EstimateDifference) -> bool:
    """Whether it could be kept; not where somebody else was first."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) not in ONCE:
            raise
        return False
    return True
