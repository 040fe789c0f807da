"""Which releases wait, stand or were set aside in the places of the caller?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.access.roles import permissions_of
from joinedup.base.errors import NotFound
from joinedup.outcomes.models import Release
from joinedup.outcomes.queries.released import ReleaseShown, newest_release, shown

PERMISSION = "see_figures"


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """One place of the caller: what waits for approval, what is public now, the history, and what the caller may do."""

    place_id: UUID
    name: str
    code: str
    waiting: Release | None
    public: ReleaseShown | None
    history: tuple[Release, ...]
    may_prepare: bool


def figures_seen_by(caller: Caller) -> tuple[PlaceFigures, ...]:
    """Each place in which the caller sees figures. NotAllowed without the permission see_figures."""
    caller.must(PERMISSION)
    places = {held.place_id: held for held in caller.holdings if PERMISSION in permissions_of([held.role])}
    return tuple(
        PlaceFigures(
            place_id=place_id, name=held.place_name, code=held.place_code,
            waiting=_of(place_id).filter(state="prepared").first(), public=newest_release(place_id),
            history=tuple(_of(place_id).exclude(state="prepared").order_by("-decided_at")),
            may_prepare=may(caller, "prepare_figures", place_id),
        )
        for place_id, held in places.items()
    )  # fmt: skip


def release_seen_by(caller: Caller, release_id: UUID) -> ReleaseShown:
    """One release of the caller's places. NotFound alike for none and for one of another place."""
    caller.must(PERMISSION)
    release = Release.objects.select_related("place").filter(id=release_id).first()
    places = {held.place_id for held in caller.holdings if PERMISSION in permissions_of([held.role])}
    if release is None or release.place_id not in places:
        raise NotFound("release-not-found", "There are no such figures, or you may not see them.")
    return shown(release)


def may(caller: Caller, permission: str, place_id: UUID) -> bool:
    """Whether a role of the caller in this place has the permission."""
    return any(held.place_id == place_id and permission in permissions_of([held.role]) for held in caller.holdings)


def may_decide(caller: Caller, release: Release) -> bool:
    """Whether the caller could approve or set aside these figures now."""
    waits = release.state == "prepared" and release.prepared_by_id != caller.id
    return waits and may(caller, "release_figures", release.place_id)


def _of(place_id: UUID) -> QuerySet[Release]:
    return Release.objects.filter(place_id=place_id)
