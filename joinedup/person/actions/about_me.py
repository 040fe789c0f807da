"""Writing “About me”: what matters to the person and how to support them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import Conflict
from joinedup.person.models import AboutMe


def save_about_me(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, person_id: UUID, most_important: str,
    how_to_support: str,
) -> int:  # fmt: skip
    """Save both texts if nobody saved since version `expected_version` (0: nothing stood there). Returns the version.

    Raises Conflict with both texts otherwise; row security refuses a writer without a grant on the person.
    """
    by.must("write_about_me")
    yours = {"most_important": most_important, "how_to_support": how_to_support}

    def act() -> int:
        if expected_version == 0:
            version = _first(by, at, person_id, yours)
        else:
            version = _next(by, at, person_id, expected_version, yours)
        note("about_me.saved", person_id=person_id)
        return version

    arguments = {"person": person_id, "version": expected_version, **yours}
    saved: int = once(by=by.id, at=at, request_key=request_key, action="save_about_me", arguments=arguments, act=act)
    return saved


def _first(by: Caller, at: datetime, person_id: UUID, yours: dict[str, str]) -> int:
    try:
        with transaction.atomic():
            AboutMe.objects.create(person_id=person_id, version=1, written_by_id=by.id, written_at=at, **yours)
    except IntegrityError as error:
        raise _conflict(person_id, yours) from error
    return 1


def _next(by: Caller, at: datetime, person_id: UUID, expected_version: int, yours: dict[str, str]) -> int:
    changed = AboutMe.objects.filter(person_id=person_id, version=expected_version).update(
        version=expected_version + 1, written_by_id=by.id, written_at=at, **yours
    )
    if not changed:
        raise _conflict(person_id, yours)
    return expected_version + 1


def _conflict(person_id: UUID, yours: dict[str, str]) -> Conflict:
    held = AboutMe.objects.filter(person_id=person_id).first()
    theirs = {name: getattr(held, name) if held else "" for name in yours}
    return Conflict("about-me-changed", "“About me” has changed since you opened it.", theirs=theirs, yours=yours)
