"""What does a reform change on a day: figures of the law, and which means that the law does not have?

A reform is a parameter file: what it sets lies over the law's own figures, and what the law does not know (a cap, free
personal care) is `introduced`. Each introduced figure must be one that a what-if understands, else it would change
nothing and its author would believe that it had. Left out: reading files, and what a person then pays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from joinedup.base.errors import SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameter_topics import Topic, values_of
from joinedup.base.parameters import Parameter, Parameters, Unit

CAP = "care-cost-cap"
CAP_LIVING = "care-cost-cap-daily-living-weekly"
CAP_COUNTS = "care-cost-cap-counts"
CAP_EARLIER = "care-cost-cap-earlier-care"
HOME_IGNORED_LIMIT = "capital-upper-limit-home-ignored"
FREE_AT_HOME = "free-personal-care-percent-at-home"
FREE_IN_CARE_HOME = "free-personal-care-weekly-in-care-home"
AGE_GROUPS = ("working-age", "pension-age")
COUNTS = ("cost-at-council-rate", "own-spending")
YES_NO = ("yes", "no")

MECHANISMS: Mapping[str, Unit] = MappingProxyType(
    {
        CAP: "pounds",
        CAP_LIVING: "pounds",
        CAP_COUNTS: "text",
        CAP_EARLIER: "text",
        HOME_IGNORED_LIMIT: "pounds",
        FREE_AT_HOME: "percent",
        FREE_IN_CARE_HOME: "pounds",
    }
)
"""What a reform may introduce, and in which unit."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that somebody pays for care in a lifetime. `living` never counts and is paid in a care home for ever.

    `own_spending`: only what the person pays counts; otherwise the cost of care at the council's rate.
    `earlier_care`: care before today counts as if the cap had always been there.
    """

    most: Money
    living: Money
    own_spending: bool
    earlier_care: bool


@dataclass(frozen=True, slots=True)
class Reform:
    """A reform on one day: the law with it on top, and its means. Free care is by age group, None where it is not."""

    name: str
    day: date
    parameters: Parameters
    cap: Cap | None
    home_ignored_limit: Money | None
    free_hundredths_at_home: Mapping[str, int]
    free_in_care_home: Mapping[str, Money]
    used: tuple[Parameter, ...]


def no_reform(law: Parameters, day: date) -> Reform:
    """The law as it is, in the form of a reform that changes nothing."""
    return Reform("no-reform", day, law, None, None, MappingProxyType({}), MappingProxyType({}), ())


def reform_of(topic: Topic, reformed: Parameters, day: date) -> Reform:
    """The reform of a topic on a day; `reformed` is the law with the topic on top.

    SenderMustAct (reform-file) names the field and what to do; (reform-without-effect) when nothing holds that day.
    """
    faults = list(_faults(topic))
    if faults:
        raise _refused(faults[0])
    used = tuple(
        value for each in topic.parameters for value in values_of([topic]).history(each.name) if value.holds_on(day)
    )
    if not used:
        raise SenderMustAct(
            "reform-without-effect",
            f"The reform {topic.name} sets nothing on {day.isoformat()}.",
            "None of its values holds on that day, so that it would change nothing.",
            "Ask for another day, or give its values a 'from' that is not later.",
        )
    held = {(value.name, value.group): value for value in used}
    return Reform(
        name=topic.name,
        day=day,
        parameters=reformed,
        cap=_cap(held),
        home_ignored_limit=held[HOME_IGNORED_LIMIT, None].money() if (HOME_IGNORED_LIMIT, None) in held else None,
        free_hundredths_at_home=MappingProxyType(
            {group: int(held[FREE_AT_HOME, group].percent() * 100) for group in _groups(held, FREE_AT_HOME)}
        ),
        free_in_care_home=MappingProxyType(
            {group: held[FREE_IN_CARE_HOME, group].money() for group in _groups(held, FREE_IN_CARE_HOME)}
        ),
        used=used,
    )


Held = Mapping[tuple[str, str | None], Parameter]


def _groups(held: Held, name: str) -> list[str]:
    return [group for group in AGE_GROUPS if (name, group) in held]


def _cap(held: Held) -> Cap | None:
    if (CAP, None) not in held:
        if any(name in (CAP_LIVING, CAP_COUNTS, CAP_EARLIER) for name, _ in held):
            raise _refused(f"{CAP}: it is missing, but what counts towards a cap is told: add it on the same days")
        return None
    for needed in (CAP_LIVING, CAP_COUNTS, CAP_EARLIER):
        if (needed, None) not in held:
            raise _refused(f"{needed}: it is missing on this day; a cap needs it: add it on the same days")
    return Cap(
        most=held[CAP, None].money(),
        living=held[CAP_LIVING, None].money(),
        own_spending=held[CAP_COUNTS, None].text() == COUNTS[1],
        earlier_care=held[CAP_EARLIER, None].text() == YES_NO[0],
    )


def _faults(topic: Topic) -> Iterator[str]:
    for each in topic.parameters:
        if each.introduced and each.name not in MECHANISMS:
            yield f"{each.name}: no what-if understands it; it may introduce {', '.join(MECHANISMS)}"
            continue
        if each.introduced and each.unit != MECHANISMS[each.name]:
            yield f"{each.name}: its unit must be {MECHANISMS[each.name]}"
            continue
        for value in each.values:
            yield from _value_faults(value)


def _value_faults(value: Parameter) -> Iterator[str]:
    name = value.name
    if isinstance(value.value, Money) and value.value.pence < 0:
        yield f"{name}: it is below 0: give an amount of 0 or more"
    if name == CAP_COUNTS and value.value not in COUNTS:
        yield f"{name}: it must be one of {', '.join(COUNTS)}"
    if name == CAP_EARLIER and value.value not in YES_NO:
        yield f"{name}: it must be yes or no, in quotes"
    if name in (FREE_AT_HOME, FREE_IN_CARE_HOME) and value.group not in AGE_GROUPS:
        yield f"{name}: its group must be one of {', '.join(AGE_GROUPS)}: for whom care is free"
    if value.unit == "percent" and not 0 <= value.percent() <= 100:
        yield f"{name}: it must be from 0 to 100"


def _refused(fault: str) -> SenderMustAct:
    field, _, why = fault.partition(": ")
    return SenderMustAct(
        "reform-file",
        f"The reform cannot be used: {field}.",
        f"{why[0].upper()}{why[1:]}.",
        "Correct it as docs/guides/what-if.md describes.",
    )
