"""The only writes of `outcomes`: preparing a release, approving it, setting it aside.

An analyst prepares: the measures are worked out from an extract and suppressed before a number is kept. Somebody else,
a board member or the accounting officer, approves by name; from then on the figures are public and nobody can change
them. The database asks all this again (sql/).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import F

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.roles import BY_CODE, permissions_of
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow
from joinedup.base.identifiers import new_id
from joinedup.outcomes.models import Figure, Release
from joinedup.places.models import Place

PREPARE, RELEASE = "prepare_figures", "release_figures"


def prepare_release(*, by: Caller, at: datetime, request_key: str, place_id: UUID, extracts: Path) -> UUID:
    """Work out a place's figures from the newest extract under a folder and keep them, suppressed, for approval.

    Returns the release's key. Needs prepare_figures in the place. NotNow (release-waits) while another waits there;
    OperatorMustAct (no-extract, extract-damaged) when there is nothing to count, NotFound (place-not-counted) when the
    extract holds nobody of the place.
    """
    _role_in(by, PREPARE, place_id)

    def act() -> str:
        if Release.objects.filter(place_id=place_id, state="prepared").exists():
            raise NotNow(
                "release-waits", "Figures of this place wait for approval already.",
                "Two sets at once could be mistaken for each other.", "Have them approved or set aside first.",
            )  # fmt: skip
        release, figures = _worked_out(by, at, place_id, extracts)
        release.save(force_insert=True)
        Figure.objects.bulk_create(figures)
        note("release.prepared", thing_id=release.id, place_id=place_id, found=len(figures))
        return str(release.id)

    arguments = {"place": place_id, "extracts": str(extracts)}
    made = once(by=by.id, at=at, request_key=request_key, action="prepare_release", arguments=arguments, act=act)
    return UUID(made)


def approve_release(
    *, by: Caller, at: datetime, request_key: str, release_id: UUID, expected_version: int, remark: str = ""
) -> int:
    """Release figures to the public, in the caller's name. Returns the new version.

    Needs release_figures in the place. NotNow (own-figures) for whoever prepared them, Conflict when they were decided
    meanwhile. From here on nothing of them can be changed.
    """
    return _decide(by, at, request_key, release_id, expected_version, "approved", remark)


def set_aside_release(
    *, by: Caller, at: datetime, request_key: str, release_id: UUID, expected_version: int, remark: str
) -> int:
    """Decide that figures are not to be released, and say why. Returns the new version. Refuses as approving does."""
    if not remark.strip():
        raise NotNow("remark-missing", "Nothing says why.", "Whoever prepared them must learn it.", "Write one line.")
    return _decide(by, at, request_key, release_id, expected_version, "set_aside", remark)


def _decide(
    by: Caller, at: datetime, request_key: str, release_id: UUID, expected_version: int, state: str, remark: str
) -> int:
    release = Release.objects.filter(id=release_id).first()
    if release is None:
        raise NotFound("release-not-found", "There are no such figures, or you may not see them.")
    role = _role_in(by, RELEASE, release.place_id)
    if release.prepared_by_id == by.id:
        raise NotNow(
            "own-figures", "You prepared these figures yourself.", "Somebody else looks at them first.",
            "Ask another person who may release figures.",
        )  # fmt: skip

    def act() -> int:
        waiting = Release.objects.filter(id=release_id, state="prepared", version=expected_version)
        changed = waiting.update(
            state=state, decided_by_id=by.id, decided_by_name=by.label, decided_by_role=BY_CODE[role].title,
            decided_at=at, remark=remark.strip(), version=F("version") + 1,
        )  # fmt: skip
        if not changed:
            raise Conflict("release-decided", "These figures were decided meanwhile.", next_step="Open the page again.")
        note(f"release.{state}", thing_id=release_id, place_id=release.place_id)
        return expected_version + 1

    arguments = {"release": release_id, "version": expected_version, "state": state, "remark": remark.strip()}
    action = f"{state}_release"
    decided: int = once(by=by.id, at=at, request_key=request_key, action=action, arguments=arguments, act=act)
    return decided


def _worked_out(by: Caller, at: datetime, place_id: UUID, extracts: Path) -> tuple[Release, list[Figure]]:
    # Counting needs its engine, which a page that only reads figures should not have to start.
    from joinedup.outcomes import catalogue, extract_reading
    from joinedup.outcomes.computing import figures_of

    code = Place.objects.values_list("code", flat=True).get(id=place_id)
    extract = extract_reading.newest(extracts)
    measured = figures_of(extract, code).get(code)
    if measured is None:
        raise NotFound(
            "place-not-counted", "The extract holds nobody of this place.", "",
            "Load the place's files, then make a new extract.",
        )  # fmt: skip
    promises = catalogue.promises()
    release = Release(
        id=new_id(), place_id=place_id, as_at=extract.as_at, extract_run=UUID(extract.run),
        extract_digest=extract.digest, prepared_by_id=by.id, prepared_by_name=by.label, prepared_at=at,
    )  # fmt: skip
    figures = [
        Figure(
            release=release, position=position, measure=each.measure.name,
            described=each.measure.described(extract.as_at, promises), part=one.part, starts_on=one.starts_on,
            ends_on=one.ends_on, events=one.events, of=one.of, value=one.value, lower=one.lower, upper=one.upper,
            left_out=one.left_out, suppressed=one.suppressed,
        )
        for position, each in enumerate(measured)
        for one in each.figures
    ]  # fmt: skip
    release.figures_digest = _digest(figures)
    return release, figures


def _digest(figures: list[Figure]) -> str:
    """sha256 over every figure and its words, in their order."""
    held = [
        [each.measure, each.part, each.starts_on, each.ends_on, each.events, each.of, each.value, each.lower,
         each.upper, each.left_out, each.suppressed, each.described]
        for each in figures
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()


def _role_in(by: Caller, permission: str, place_id: UUID) -> str:
    """The caller's role in this place that has the permission. NotAllowed (permission-missing) when there is none."""
    by.must(permission)
    here = [each.role for each in by.holdings if each.place_id == place_id]
    held = [role for role in here if permission in permissions_of([role])]
    if not held:
        raise NotAllowed(
            "permission-missing", "Your role does not include this here.",
            f"It needs the permission '{permission}' in this place.", "Ask somebody who holds it there.",
        )  # fmt: skip
    return held[0]
