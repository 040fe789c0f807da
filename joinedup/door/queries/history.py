"""Who did what with a request, in order: the call, each change, each referral and its answer.

Changes come from the row history, which a trigger writes and nobody can edit: each former state of the row names the
hand that left it so. Shown to whoever may see the request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.forms.models import model_to_dict

from joinedup.access.queries import labels_of
from joinedup.base.clock import LONDON
from joinedup.door.models import Referral, Request
from joinedup.door.queries.requests import RequestShown
from joinedup.door.rules import Standing, what_changed

SHOWN = ("state", "urgency", "owner", "next_step", "next_step_due", "first_service_on", "changed_by", "changed_at")


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history: when, who, and what in sentences."""

    at: datetime
    who: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """How the request stood at one time, and whose hand left it so."""

    standing: Standing
    by: UUID
    at: datetime


def history_of(shown: RequestShown) -> tuple[Happened, ...]:
    """Everything that was done with a request, newest first."""
    request, contact = shown.request, shown.request.contact
    images = [*_before(request.id), _present(request)]
    labels = labels_of({UUID(str(image[name])) for image in images for name in ("owner", "changed_by")})
    rows = [_row(image, labels) for image in images]
    lines = [Happened(contact.first_contact_at, contact.taken_by.label, ("Took the call; the clock started",))]
    lines += [
        Happened(after.at, labels.get(after.by, ""), changed)
        for before, after in pairwise(rows)
        if (changed := what_changed(before.standing, after.standing))
    ]
    lines += _answered(shown.referrals)
    lines.reverse()  # of two at one instant the later act stands first
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _answered(referrals: Iterable[Referral]) -> list[Happened]:
    lines = []
    for each in referrals:
        asked = "Asked {} to help: {}" if each.kind == "refer" else "Asked {} to take over: {}"
        lines.append(Happened(each.made_at, each.giver.label, (asked.format(each.receiver.label, each.reason),)))
        if each.answered_at is not None and each.answered_by is not None:
            words = {"accepted": "Accepted", "declined": "Declined", "withdrawn": "Took back the question to"}
            of = f" {each.receiver.label}" if each.answer == "withdrawn" else ""
            what = f"{words[str(each.answer)]}{of or (' the transfer' if each.kind == 'transfer' else ' to help')}"
            lines.append(Happened(each.answered_at, each.answered_by.label, (what,)))
    return lines


def _before(request_id: UUID) -> list[Mapping[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select access.request_before(%s)", [request_id])
        images = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    return [{name: image.get(name, image.get(f"{name}_id")) for name in SHOWN} for image in images]


def _present(request: Request) -> Mapping[str, Any]:
    return model_to_dict(request, fields=SHOWN)


def _row(image: Mapping[str, Any], labels: Mapping[UUID, str]) -> _Row:
    served = image["first_service_on"]
    standing = Standing(
        state=image["state"], urgency=image["urgency"], owner=labels.get(UUID(str(image["owner"])), "somebody"),
        next_step=image["next_step"], due=_instant_words(image["next_step_due"]),
        first_service=_day_words(served) if served else "",
    )  # fmt: skip
    return _Row(standing, UUID(str(image["changed_by"])), _instant(image["changed_at"]))


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _instant_words(value: Any) -> str:
    local = _instant(value).astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def _day_words(value: Any) -> str:
    day = datetime.fromisoformat(str(value))
    return f"{day.day} {day:%B %Y}"
