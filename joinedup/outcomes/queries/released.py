"""Which figures of a place are public, and who released them?

Read by the public site under its own database role, which is shown approved releases only, and by staff pages. It asks
nothing about a caller and imports nothing of access.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from joinedup.outcomes.models import Figure, Release


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One measure of a release: its description as it stood, its figure, and any months."""

    described: Mapping[str, Any]
    whole: Figure
    months: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ReleaseShown:
    """A release with its measures, in the order of the catalogue of its day."""

    release: Release
    measures: tuple[MeasureShown, ...]


@dataclass(frozen=True, slots=True)
class ReleaseMark:
    """What tells one state of a place's public figures from another: key and digest of the newest release."""

    id: UUID
    digest: str


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One release in a list: as at which day, by whom, when."""

    id: UUID
    as_at: date
    decided_at: datetime
    decided_by_name: str
    decided_by_role: str


def newest_mark(place_id: UUID) -> ReleaseMark | None:
    """The mark of the newest approved release of a place, in one small read; None when there is none."""
    found = _approved(place_id).values_list("id", "figures_digest").first()
    return ReleaseMark(*found) if found else None


def newest_release(place_id: UUID) -> ReleaseShown | None:
    """The newest approved release of a place with its figures; None when there is none."""
    release = _approved(place_id).first()
    return shown(release) if release else None


def earlier_releases(place_id: UUID) -> tuple[ReleaseLine, ...]:
    """Every approved release of a place but the newest, newest first."""
    wanted = ("id", "as_at", "decided_at", "decided_by_name", "decided_by_role")
    return tuple(ReleaseLine(*row) for row in _approved(place_id).values_list(*wanted)[1:])


def shown(release: Release) -> ReleaseShown:
    """A release with its figures."""
    figures = list(release.figures.order_by("position", "part"))
    return ReleaseShown(release, tuple(_measures(figures)))


def _measures(figures: list[Figure]) -> Iterable[MeasureShown]:
    for name in dict.fromkeys(figure.measure for figure in figures):
        of_it = [figure for figure in figures if figure.measure == name]
        whole = next(figure for figure in of_it if figure.part == "")
        yield MeasureShown(whole.described, whole, tuple(figure for figure in of_it if figure.part))


def _approved(place_id: UUID) -> QuerySet[Release]:
    return Release.objects.filter(place_id=place_id, state="approved").order_by("-decided_at", "-id")
