"""Why does this value of a fact hold, and not another one that was told?

Pure: the same survivorship as joinedup.person.rules, in words. One Explanation a fact: the steps that led to its value,
and for each other value why it does not hold. Values are given as they were told; how they are written is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.base.clock import london_date
from joinedup.base.explanation import Explanation, Step
from joinedup.person.rules import Telling, said_of, superseded_number, usable_number

SOURCE = (
    "joinedup: the newest telling, those with a verified NHS number before those without; death and restriction hold"
)
ALWAYS_HOLD = ("deceased", "restricted")


@dataclass(frozen=True, slots=True)
class Outdone:
    """A value that was told and does not hold, by which body, when, and why not."""

    value: object
    body_id: UUID
    told_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class FactReason:
    """The value that holds, who told it when, whether that source states the NHS number verified, and why it holds."""

    name: str
    value: object
    body_id: UUID
    told_at: datetime
    verified: bool
    agreeing: tuple[UUID, ...]
    outdone: tuple[Outdone, ...]
    explanation: Explanation


def reason_of(name: str, tellings: Sequence[Telling]) -> FactReason | None:
    """Why the value of a fact holds; None when nobody told it."""
    said = said_of(name, tellings)
    if not said:
        return None
    first, value = said[0]
    agreeing = tuple(dict.fromkeys(told.body_id for told, each in said[1:] if each == value))
    others: dict[tuple[str, UUID], Outdone] = {}
    for told, each in said[1:]:
        if each != value:
            others.setdefault(
                (str(each), told.body_id), Outdone(each, told.body_id, told.told_at, _why_not(first, told))
            )
    explanation = Explanation({"fact": name}, tuple(_steps(name, first, len(said), bool(others))))
    return FactReason(
        name, value, first.body_id, first.told_at, first.verified, agreeing, tuple(others.values()), explanation
    )


def _steps(name: str, first: Telling, told: int, differ: bool) -> list[Step]:
    count = "One source told it." if told == 1 else f"{told} tellings say something about it."
    steps = [Step("told", count, SOURCE, told)]
    if name in ALWAYS_HOLD:
        return [
            *steps,
            Step("always-holds", "Once told, it holds: a source that is silent takes nothing back.", SOURCE, True),
        ]
    if not differ:
        return [*steps, Step("all-agree", "Nobody told anything else.", SOURCE, True)] if told > 1 else steps
    if first.verified:
        words = "A source that states the NHS number verified goes before one that does not."
        steps.append(Step("verified-first", words, SOURCE, True))
    day = london_date(first.told_at)
    return [*steps, Step("newest", "Of those left, what was told last holds.", SOURCE, day)]


def _why_not(first: Telling, other: Telling) -> str:
    if first.verified and not other.verified:
        return "its source does not state the NHS number verified"
    return "told earlier" if other.told_at < first.told_at else "told at the same moment, and came in earlier"


@dataclass(frozen=True, slots=True)
class NumberTold:
    """An NHS number as one body told it: whether it states it verified, and the older one that it replaced, or ''."""

    number: str
    body_id: UUID
    told_at: datetime
    verified: bool
    superseded: str


def numbers_told(tellings: Sequence[Telling]) -> tuple[NumberTold, ...]:
    """Every NHS number that anybody told, each body's newest telling of it."""
    found: dict[tuple[str, UUID], NumberTold] = {}
    for told, _ in said_of("nhs_number", tellings):
        if number := usable_number(told.facts.get("nhs_number")):
            each = NumberTold(number, told.body_id, told.told_at, told.verified, superseded_number(told))
            found.setdefault((number, told.body_id), each)
    return tuple(found.values())
