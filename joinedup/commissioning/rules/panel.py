"""When must the panel, the telling of a family and a dispute be done, and do both sides of the panel agree?

Pure. The days come from parameters/panel.yaml. Whether the panel agrees is asked again by the database
(sql/0006_panel.sql); tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from joinedup.base.parameters import Parameters

NHS, COUNCIL_SIDE = "nhs", "council"
SIDES = {NHS: "the NHS", COUNCIL_SIDE: "the council"}
RECOMMEND, OTHER_PAYER, AGAINST = "recommend", "other_payer", "against"


@dataclass(frozen=True, slots=True)
class Word:
    """The last word of one member of the panel: the side they sit for ('nhs', 'council') and what they say."""

    side: str
    says: str


def decide_by(queued_on: date, law: Parameters) -> date:
    """The day by which a package that joined the queue is promised a decision."""
    return queued_on + timedelta(days=law.value_at("panel-decision-days", queued_on).count())


def tell_by(decided_on: date, law: Parameters) -> date:
    """The last day on which somebody may tell the family without an alarm."""
    return decided_on + timedelta(days=law.value_at("panel-telling-days", decided_on).count())


def look_again_on(starts_on: date, decided_on: date, law: Parameters) -> date:
    """The day on which a decided package is first looked at again: so long after its first day or, if later, after
    the decision."""
    return max(starts_on, decided_on) + timedelta(days=law.value_at("panel-first-review-days", decided_on).count())


def settle_by(opened_on: date, kind: str, law: Parameters) -> date:
    """The day by which a dispute of a kind ('who_pays', 'ordinary_residence') must have ended."""
    return opened_on + timedelta(days=law.value_at("dispute-days", opened_on, kind.replace("_", "-")).count())


def sight_until(held_on: date, law: Parameters) -> date:
    """The first day on which members of a meeting no longer see the people on its agenda because of it."""
    return held_on + timedelta(days=law.value_at("panel-member-sight-days", held_on).count() + 1)


def in_the_way(words: Iterable[Word], disputed: bool) -> tuple[str, ...]:
    """Why the panel does not agree, in words; nothing when both sides want the care and nobody objects.

    That the other side should pay counts as wanting the care while a dispute with an interim payer runs.

    >>> in_the_way([Word("nhs", "recommend"), Word("council", "recommend")], False)
    ()
    >>> in_the_way([Word("nhs", "recommend")], False)
    ('Nobody who sits for the council has recommended it.',)
    >>> in_the_way([Word("nhs", "other_payer"), Word("council", "recommend")], True)
    ()
    """
    return tuple(_in_the_way(tuple(words), disputed))


def _in_the_way(words: tuple[Word, ...], disputed: bool) -> Iterator[str]:
    wanting = {RECOMMEND, OTHER_PAYER} if disputed else {RECOMMEND}
    for side, name in SIDES.items():
        said = {each.says for each in words if each.side == side}
        if AGAINST in said:
            yield f"Somebody who sits for {name} is against it."
        elif OTHER_PAYER in said and not disputed:
            yield (f"Somebody who sits for {name} says that the other side should pay. Open a dispute and name who "
                   "pays meanwhile: the care need not wait for it.")  # fmt: skip
        elif not said & wanting:
            yield f"Nobody who sits for {name} has recommended it."
