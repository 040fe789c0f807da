"""How the demo's stories act: one act as somebody, some days ago, done once; and what such an act needs to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from joinedup.base import clock
from joinedup.base.acts import derived_request_key


def tell(player: str, action: Callable[..., Any], act: str, days_ago: int = 0, /, **arguments: Any) -> Any:
    """Do one act as somebody, now or some days ago, under a key that stays the same when the story is told again."""
    from joinedup.access.sessions import acting_as

    at = clock.now() - timedelta(days=days_ago)
    with acting_as(player) as caller:
        return action(by=caller, at=at, request_key=derived_request_key("demo-story", act), **arguments)


def share_of(player: str, package_id: UUID) -> int:
    """What the person pays of a package in pence, as its page shows it to somebody."""
    from joinedup.access.sessions import acting_as
    from joinedup.commissioning.queries import package_of

    with acting_as(player) as caller:
        return package_of(caller, package_id, clock.now()).person_pence


def care_line_of(player: str, plan_id: UUID) -> UUID:
    """The one line of care of a plan, as somebody who sees it."""
    from joinedup.access.sessions import acting_as
    from joinedup.plan.models import Line

    with acting_as(player):
        return Line.objects.get(plan_id=plan_id, kind="care").id


def subject_of(username: str) -> UUID:
    """The subject of a sign-in name."""
    from joinedup.access.models import Subject

    return Subject.objects.get(code=f"user:{username}").id


def office_of(username: str) -> UUID:
    """The key of the office that somebody of the demo holds."""
    from joinedup.access.models import RoleHolding

    return RoleHolding.objects.get(subject_id=subject_of(username)).id
