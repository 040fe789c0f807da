"""Which measures are there, what was promised, and what can each not say?

Reads catalogue.yaml, strictly. What somebody promised in a number stands in parameters/promises.yaml with source and
dates; the catalogue names it. That each measure has an expression is a test's to say: reading this needs no engine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from joinedup.base import parameter_files
from joinedup.base.errors import WeMustAct
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.yaml_text import YamlFault, plain_data
from joinedup.outcomes.rules.figures import KINDS

FILE = Path(__file__).with_name("catalogue.yaml")
BETTER = ("higher", "lower", "neither")
_WORDS = ("name", "title", "question", "kind", "unit", "better", "promised", "events", "of")
_LISTS = ("limits", "notes", "answers")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `promise` names a parameter or is ''; `events` and `of` say what is counted, of what."""

    name: str
    title: str
    question: str
    kind: str
    unit: str
    better: str
    promised: str
    events: str
    of: str
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[str, ...]
    promise: str = ""

    def promise_on(self, day: date, parameters: Parameters) -> Parameter | None:
        """The promised value that holds on a day, with its source; None when no promise is set."""
        return parameters.value_at(self.promise, day) if self.promise else None

    def described(self, day: date, parameters: Parameters) -> dict[str, object]:
        """All that a reader needs beside a figure, as JSON: kept with a release, so that later words change nothing."""
        held = self.promise_on(day, parameters)
        promise = {"value": held.value_text(), "source": held.source} if held else None
        return {**asdict(self), "promise": promise}


@cache
def shipped() -> tuple[Measure, ...]:
    """The measures of this installation, in their order."""
    return read(FILE.read_text(encoding="utf-8"))


def measure(name: str) -> Measure:
    """The measure of that name. KeyError when there is none."""
    return {each.name: each for each in shipped()}[name]


def promises() -> Parameters:
    """The parameters that hold what was promised."""
    return parameter_files.shipped()


def read(text: str) -> tuple[Measure, ...]:
    """The measures of a YAML text. WeMustAct (measure-catalogue) says what is wrong."""
    try:
        content = plain_data(text)
    except YamlFault as error:
        raise _fault(str(error)) from None
    if not isinstance(content, dict) or set(content) != {"measures"} or not isinstance(content["measures"], list):
        raise _fault("it must have the key measures, and a list under it")
    found = tuple(_measure(each) for each in content["measures"])
    names = [each.name for each in found]
    if len(set(names)) != len(names):
        raise _fault("a measure stands twice")
    return found


def _measure(held: object) -> Measure:
    if not isinstance(held, dict):
        raise _fault("a measure must be a block of keys")
    wanted = {*_WORDS, *_LISTS}
    if not wanted <= set(held) or set(held) - wanted - {"promise"}:
        raise _fault(f"a measure must have the keys {', '.join(sorted(wanted))}, and may have promise")
    words = {key: held[key] for key in held if key not in _LISTS}
    lists = {key: held[key] for key in _LISTS}
    if not all(isinstance(value, str) and value.strip() for value in words.values()):
        raise _fault(f"{held['name']}: every key but the lists must be words")
    if not all(isinstance(value, list) and all(isinstance(one, str) for one in value) for value in lists.values()):
        raise _fault(f"{held['name']}: limits, notes and answers must be lists of words")
    if words["kind"] not in KINDS or words["better"] not in BETTER:
        raise _fault(f"{held['name']}: kind must be one of {', '.join(KINDS)}, better one of {', '.join(BETTER)}")
    limits, notes, answers = (tuple(lists[key]) for key in _LISTS)
    return Measure(**words, limits=limits, notes=notes, answers=answers)


def _fault(why: str) -> WeMustAct:
    return WeMustAct(
        "measure-catalogue", "The catalogue of measures cannot be used.", f"{why[0].upper()}{why[1:]}.",
        "Correct joinedup/outcomes/catalogue.yaml.",
    )  # fmt: skip
