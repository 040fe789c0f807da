"""Which body does the law make responsible for somebody who lived in several areas, stream by stream?

Pure. Under the Care Act it is the council of ordinary residence (ss 18-20); arranged accommodation and hospital leave
it with the area before (s 39); aftercare follows the area before detention (Mental Health Act 1983 s 117); continuing
healthcare follows the ICB. Our reading in short words stands in parameters/panel.yaml, each with whether it was
checked. The answer is where to look first, not a determination: bodies that disagree open a dispute, and care goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.base.parameters import Parameter, Parameters

SETTLED, PLACED, HOSPITAL, NO_SETTLED = "settled", "placed", "hospital", "no_settled"
CARE_ACT, AFTERCARE, HEALTHCARE = "Care under the Care Act", "Aftercare (section 117)", "Continuing healthcare"


@dataclass(frozen=True, slots=True)
class Lived:
    """From this day the person lives in a council's area (its name), on a basis; `placed_by` names who arranged it."""

    since: date
    council: str
    basis: str
    placed_by: str = ""


@dataclass(frozen=True, slots=True)
class Responsible:
    """For one stream: the council that is responsible by our reading ('' when the facts here do not say), and why."""

    stream: str
    council: str
    rule: Parameter


def responsible(lived: Sequence[Lived], on: date, law: Parameters) -> tuple[Responsible, ...]:
    """Who is responsible on a day, stream by stream; nothing when nobody wrote where the person lived by then.

    Of two findings that begin on one day the one that stands later in the sequence holds.
    """
    known = sorted((each for each in lived if each.since <= on), key=lambda each: each.since)
    if not known:
        return ()
    present = known[-1]

    def rule(group: str) -> Parameter:
        return law.value_at("residence-rule", on, group)

    return (
        Responsible(CARE_ACT, _care_act(known), rule(present.basis.replace("_", "-"))),
        Responsible(AFTERCARE, "", rule("section-117")),
        Responsible(HEALTHCARE, "", rule("continuing-healthcare")),
    )


def area_before(lived: Sequence[Lived], detained_on: date) -> Lived | None:
    """Where somebody lived, outside hospital, when they were detained: its council owes aftercare; None when unknown.

    Of two findings that begin on one day the one that stands later in the sequence holds. Arranged accommodation counts
    as the area where it lies, for section 39 of the Care Act does not apply.

    >>> area_before([Lived(date(2020, 1, 1), "Here", "settled"), Lived(date(2026, 1, 1), "There", "hospital")],
    ...             date(2026, 2, 1)).council
    'Here'
    """
    known = [each for each in lived if each.since <= detained_on and each.basis != HOSPITAL]
    return max(reversed(known), key=lambda each: each.since) if known else None


def has_moved(lived: Sequence[Lived], on: date) -> bool:
    """Whether the person moved to another council's area by their own choice, so that care must go on there."""
    known = [each for each in sorted(lived, key=lambda each: each.since) if each.since <= on]
    return len(known) > 1 and known[-1].basis == SETTLED and known[-1].council != known[-2].council


def _care_act(known: Sequence[Lived]) -> str:
    """The council of ordinary residence: whoever placed them, and through hospital the one before."""
    for each in reversed(known):
        if each.basis == PLACED:
            return each.placed_by
        if each.basis != HOSPITAL:
            return each.council
    return ""
