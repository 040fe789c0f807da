"""Which reform was asked for: a preset that came with the program, a file, or the text inside a result?

A reform is read like every parameter file and laid over the shipped values, with the same refusals. Its text is kept,
so that a result carries all that it rests on. Left out: what its values mean (`rules/reforms.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from pathlib import Path

from joinedup.base import parameter_files
from joinedup.base.errors import NotFound
from joinedup.base.parameter_topics import Topic
from joinedup.base.parameters import Parameters
from joinedup.base.yaml_text import YamlFault, plain_data
from joinedup.funding.rules.reforms import Reform, no_reform, reform_of

FOLDER = parameter_files.FOLDER / "reforms"


@dataclass(frozen=True, slots=True)
class ReformFile:
    """A reform as it was written: its name, its whole text, and what was read from it."""

    name: str
    text: str
    topic: Topic

    def on(self, day: date) -> Reform:
        """The reform on a day. OperatorMustAct or SenderMustAct names file, field and what to do."""
        reformed = parameter_files.laid_over(Path(f"{self.name}.yaml"), self.topic, parameter_files.shipped())
        return reform_of(self.topic, reformed, day)


def presets() -> tuple[ReformFile, ...]:
    """The reforms that came with this installation, by name."""
    return tuple(from_path(file) for file in sorted(FOLDER.glob("*.yaml")))


def named(name: str) -> ReformFile:
    """A preset. NotFound lists those that there are."""
    found = {each.name: each for each in presets()}
    if name not in found:
        raise NotFound(
            "reform-unknown", "There is no such reform.", f"There are {', '.join(found)}.",
            "Name one of them, or a file that ends in .yaml.",
        )  # fmt: skip
    return found[name]


def from_path(file: Path) -> ReformFile:
    """A reform file. OperatorMustAct (parameter-file) when it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise parameter_files.fault(file, None, "it cannot be opened, or is not UTF-8 text") from None
    return from_text(file.stem, text)


def from_text(name: str, text: str) -> ReformFile:
    """A reform from its text. OperatorMustAct (parameter-file) names what is wrong."""
    file = Path(f"{name}.yaml")
    try:
        content = plain_data(text)
    except YamlFault as error:
        raise parameter_files.fault(file, None, str(error)) from None
    return ReformFile(name, text, parameter_files.topic_from(file, content))


def law_on(day: date) -> Reform:
    """The law as it is on a day."""
    return no_reform(parameter_files.shipped(), day)


def law_digest(law: Parameters) -> str:
    """A digest of every value of the law, so that a result says on which figures it rests."""
    return digest_of(value.to_json() for name in law.names() for value in law.history(name))


def digest_of(content: Iterable[object]) -> str:
    """The digest of plain data, whatever the order of its keys."""
    return sha256(dumps(list(content), sort_keys=True, separators=(",", ":")).encode()).hexdigest()
