"""Background work of `person`. Arguments are ids and a one-use delegation; the work runs as whoever asked."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from joinedup.access.callers import redeem
from joinedup.base import clock
from joinedup.person.actions.timeline import REBUILD, rebuild_timeline


@app.task(name=REBUILD, queue="people")
def rebuild(person_id: str, delegation: str) -> int:
    """Make one person's timeline again, as the person at the screen who asked for it."""
    with transaction.atomic():
        caller = redeem(delegation, REBUILD)
        return rebuild_timeline(by=caller, at=clock.now(), request_key=delegation[:32], person_id=UUID(person_id))
