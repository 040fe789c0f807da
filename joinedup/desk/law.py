"""What does the page of the figures of law show? Topics, each value with its history, and what uses it.

Composes `parameters/` (with what councils set themselves) and the steps whose modules name a parameter. The second is
read from the program's own text once, so that it cannot be out of date. Left out: changing a value, which is done in
the files and reviewed with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from joinedup.base import parameter_files, parameter_local
from joinedup.base.errors import NotFound
from joinedup.base.money import Money
from joinedup.base.parameter_topics import Described, Topic
from joinedup.base.parameters import Parameter
from joinedup.funding.rules import RULES
from joinedup.journey import ROOT, STEPS

MOST_VALUES = 3
_QUOTED = re.compile(r"\"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\"")
_LOCAL_WORDS = {
    "at-least": "A council may set a higher value and never a lower one.",
    "at-most": "A council may set a lower value and never a higher one.",
    "any": "Each council sets it for itself.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter in the list: name, question, what holds on the day in words, and whether all of that was read."""

    name: str
    question: str
    today: str
    verified: bool | None


@dataclass(frozen=True, slots=True)
class Section:
    """One topic with its lines."""

    name: str
    title: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One value of a history, in words."""

    group: str
    value: str
    starts_on: date | None
    ends_on: date | None
    known_from: date | None
    source: str
    verified: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One parameter: its question, topic, every value, what councils set themselves and what uses it."""

    name: str
    question: str
    topic: str
    about: str
    history: tuple[Held, ...]
    has_groups: bool
    has_known_from: bool
    local: str
    councils: tuple[tuple[str, bool, tuple[Held, ...]], ...]
    uses: tuple[str, ...]


def sections(words: str, on: date) -> tuple[Section, ...]:
    """Every topic, or those parameters alone in whose name, question, topic or sources every word stands."""
    asked = words.lower().split()
    found = []
    for topic in parameter_files.shipped_topics():
        lines = tuple(_line(each, on) for each in topic.parameters if _is_asked_for(asked, topic, each))
        if lines:
            found.append(Section(topic.name, _title(topic.name), topic.about, lines))
    return tuple(found)


def shown(name: str, on: date) -> Shown:
    """One parameter with its history. NotFound (parameter-unknown) for another name."""
    for topic in parameter_files.shipped_topics():
        for each in topic.parameters:
            if each.name == name:
                return _shown(topic, each, on)
    raise NotFound("parameter-unknown", "There is no such figure.", "", "See the list of all figures.")


@cache
def uses() -> Mapping[str, tuple[str, ...]]:
    """For each parameter, the steps of the journey that name it, with the rules where it is theirs alone."""
    rules: dict[str, list[str]] = {}
    for rule in RULES:
        rules.setdefault(rule.run.__module__, []).append(rule.name)
    known, found = set(parameter_files.shipped().names()), dict[str, dict[str, None]]()
    package = Path(__file__).resolve().parents[1]
    for step in STEPS:
        for file in sorted((package / step.name).rglob("*.py")):
            module = ".".join((ROOT, *file.relative_to(package).with_suffix("").parts))
            said = f"{step.title}: {', '.join(rules[module])}" if module in rules else step.title
            for name in known.intersection(_QUOTED.findall(file.read_text(encoding="utf-8"))):
                found.setdefault(name, {})[said] = None
    return {
        name: tuple(each for each in said if not any(other.startswith(f"{each}: ") for other in said))
        for name, said in found.items()
    }


def _shown(topic: Topic, each: Described, on: date) -> Shown:
    return Shown(
        name=each.name,
        question=each.question,
        topic=_title(topic.name),
        about=topic.about,
        history=tuple(_held(each.values, on)),
        has_groups=any(value.group for value in each.values),
        has_known_from=any(value.known_from for value in each.values),
        local=_LOCAL_WORDS.get(each.local or "", ""),
        councils=tuple(
            (f"{policy.name} ({policy.council})", policy.invented, tuple(_held(own.values, on)))
            for policy in parameter_local.shipped_policies().values()
            for own in policy.topic.parameters
            if own.name == each.name
        ),
        uses=uses().get(each.name, ()),
    )


def _held(values: Iterable[Parameter], on: date) -> Iterator[Held]:
    for each in sorted(values, key=_newest_last, reverse=True):
        yield Held(
            group=_words(each.group or ""),
            value=value_in_words(each),
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            known_from=each.known_from,
            source=each.source,
            verified=each.verified,
            holds=each in _of_today(values, on),
        )


def _newest_last(each: Parameter) -> tuple[date, date, str]:
    return each.starts_on or date.min, each.known_from or date.min, each.group or ""


def _of_today(values: Iterable[Parameter], on: date) -> tuple[Parameter, ...]:
    """Of each group the value that holds on the day, as all that is known now says."""
    last: dict[str | None, Parameter] = {}
    for each in sorted(values, key=_newest_last):
        if each.holds_on(on):
            earlier = last.get(each.group)
            if earlier is None or (each.known_from or date.min) >= (earlier.known_from or date.min):
                last[each.group] = each
    return tuple(last.values())


def _line(each: Described, on: date) -> Line:
    now = _of_today(each.values, on)
    if not now:
        return Line(each.name, each.question, "None for today", None)
    said = [f"{_words(value.group)} {value_in_words(value)}" if value.group else value_in_words(value) for value in now]
    today = "; ".join(said) if len(said) <= MOST_VALUES else f"{len(said)} values"
    return Line(each.name, each.question, today, all(value.verified for value in now))


def _is_asked_for(asked: list[str], topic: Topic, each: Described) -> bool:
    of_values = (word for value in each.values for word in (value.group or "", value.source))
    text = " ".join((each.name, each.question, topic.name, *of_values)).lower()
    return all(word in text for word in asked)


def value_in_words(each: Parameter) -> str:
    """A value as people read it: £1,234.50, 3.8%, 12, or the text."""
    if isinstance(each.value, Money):
        return each.value.display()
    return f"{each.value}%" if each.unit == "percent" else str(each.value)


def _title(name: str) -> str:
    return _words(name).capitalize()


def _words(name: str) -> str:
    return name.replace("-", " ")
