"""What do later steps of the journey say on the page of a plan, such as who pays for it?

A later step registers a read of its own here, and the plan imports none of them. Each read is limited to its caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from joinedup.access.callers import Caller


@dataclass(frozen=True, slots=True)
class BesidePlan:
    """A part of the page: a heading, rows of label and pence, a sentence, and the page that says more.

    That page is named by its words, its URL name and the key that the URL takes.
    """

    heading: str
    pence: tuple[tuple[str, int], ...]
    words: str
    link: str
    url_name: str
    key: UUID


Read = Callable[[Caller, UUID], BesidePlan | None]
_READS: list[Read] = []


def register(read: Read) -> None:
    """Let a later step say something of every plan; nothing when it did already."""
    if read not in _READS:
        _READS.append(read)


def beside_plan(caller: Caller, plan_id: UUID) -> tuple[BesidePlan, ...]:
    """What every step that registered says of this plan to this caller."""
    return tuple(said for read in _READS if (said := read(caller, plan_id)) is not None)
