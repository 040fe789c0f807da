"""Background work of `person`: making a timeline again, and each month destroying what is past its time.

Arguments are ids and a one-use delegation, by which the work runs as whoever asked; what nobody asked for runs as the
service subject of the role `worker`.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from joinedup.access.callers import acting_as_service, redeem
from joinedup.base import clock
from joinedup.base.parameter_files import shipped
from joinedup.person.actions.retention import run_retention
from joinedup.person.actions.timeline import REBUILD, rebuild_timeline
from joinedup.person.retention_schedule import schedule


@app.task(name=REBUILD, queue="people")
def rebuild(person_id: str, delegation: str) -> int:
    """Make one person's timeline again, as the person at the screen who asked for it."""
    with transaction.atomic():
        caller = redeem(delegation, REBUILD)
        return rebuild_timeline(by=caller, at=clock.now(), request_key=delegation[:32], person_id=UUID(person_id))


@app.periodic(cron="40 3 1 * *", periodic_id="person.retain")
@app.task(name="person.retain", queue="upkeep", queueing_lock="person.retain")
def retain(timestamp: int) -> dict[str, int]:
    """Destroy what is past its time, each person by the schedule and none under a legal hold, as the command does.

    A class of the schedule of which somebody has still to verify a time (parameters/retention.yaml) is only counted.
    """
    with acting_as_service() as by:
        run = run_retention(
            by=by, at=clock.now(), request_key=f"retention.job.{timestamp}", as_at=clock.today(),
            destroys=verified_classes(), asked_by="job",
        )  # fmt: skip
    counted = {name: counts["past_their_time"] for name, counts in run.counts_of_recorded().items()}
    return {"due": len(run.due), "destroyed": run.destroyed, **counted}


def verified_classes() -> tuple[str, ...]:
    """The classes whose times somebody has read in their source: nothing else goes without being asked for."""
    return tuple(each.kind.code for each in schedule(shipped(), clock.today()) if each.destroys)
