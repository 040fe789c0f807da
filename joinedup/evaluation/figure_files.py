"""Reading `parameters/figures/*.yaml`, strictly: the inputs of the list of figures and what was published.

Beside a dated value of law, a figure has a rounding and no dates, so it has a format of its own; `parameters/README.md`
describes it. A file is checked whole before any figure is used, and the message names file, figure and what is wrong.
Every value is text in quotes: no figure passes through floating point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import get_args

from joinedup.base import parameter_files
from joinedup.base.errors import OperatorMustAct
from joinedup.base.yaml_text import YamlFault, plain_data
from joinedup.evaluation.rules.figures import Area, FigureBook, Held, Says

FOLDER = parameter_files.FOLDER / "figures"

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_FILE_KEYS = frozenset({"topic", "about", "inputs", "published", "example"})
_INPUT_KEYS = frozenset({"name", "question", "value", "rounded_to", "source", "verified"})
_PUBLISHED_KEYS = frozenset({"name", "says", "value", "rounded_to", "source", "verified"})
_EXAMPLE_KEYS = frozenset({"elements", "source", "areas"})
_AREA_KEYS = frozenset({"name", "population", "covered", "part_covered"})
_Example = tuple[int, tuple[Area, ...], str]


@cache
def shipped() -> FigureBook:
    """The figures that came with this installation, read once."""
    return load_folder(FOLDER)


def load_folder(folder: Path) -> FigureBook:
    """Every figure of every *.yaml in a folder. OperatorMustAct (figure-file) names the file and what is wrong."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise _fault(folder, None, "the folder is empty or not there")
    inputs: dict[str, Held] = {}
    published: dict[str, Held] = {}
    example: _Example | None = None
    for file in files:
        topic = _read(file)
        for kept, key, keys in ((inputs, "inputs", _INPUT_KEYS), (published, "published", _PUBLISHED_KEYS)):
            for held in _held(file, topic.get(key), key, keys):
                if held.name in kept:
                    raise _fault(file, held.name, f"it stands twice among the {key}")
                kept[held.name] = held
        if "example" in topic:
            if example is not None:
                raise _fault(file, None, "a second example of implemented shares; there can be one")
            example = _example(file, topic["example"])
    if example is None:
        raise _fault(folder, None, "the example of implemented shares is missing")
    return FigureBook(inputs, published, *example)


def _read(file: Path) -> dict[str, object]:
    try:
        content = plain_data(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise _fault(file, None, "it cannot be read as UTF-8 text") from None
    except YamlFault as error:
        raise _fault(file, None, str(error)) from None
    topic = _mapping(file, None, content, _FILE_KEYS, frozenset({"topic", "about"}))
    if topic["topic"] != file.stem:
        raise _fault(file, None, f"its topic must be {file.stem}, as the file is called")
    return topic


def _held(file: Path, described: object, key: str, keys: frozenset[str]) -> Iterator[Held]:
    for each in _items(file, None, described or [], key):
        fields = _mapping(file, None, each, keys, keys - {"says"})
        name = fields["name"]
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _fault(file, None, "a name must be small letters and digits joined by hyphens")
        says = next((known for known in get_args(Says) if known == fields.get("says", "about")), None)
        if says is None:
            raise _fault(file, name, f"says must be one of {', '.join(get_args(Says))}")
        if not isinstance(fields["verified"], bool):
            raise _fault(file, name, "verified must be true or false")
        yield Held(
            name=name,
            value=_number(file, name, "value", fields["value"]),
            rounded_to=_rounding(file, name, fields["rounded_to"]),
            source=_sentence(file, name, "source", fields["source"]),
            verified=fields["verified"],
            question=_sentence(file, name, "question", fields["question"]) if "question" in keys else "",
            says=says,
        )


def _example(file: Path, described: object) -> _Example:
    fields = _mapping(file, "example", described, _EXAMPLE_KEYS, _EXAMPLE_KEYS)
    elements = _count(file, fields["elements"], 1)
    areas = tuple(_area(file, each, elements) for each in _items(file, "example", fields["areas"], "areas"))
    if not areas:
        raise _fault(file, "example", "areas must have at least one entry")
    return elements, areas, _sentence(file, "example", "source", fields["source"])


def _area(file: Path, described: object, elements: int) -> Area:
    fields = _mapping(file, "example", described, _AREA_KEYS, _AREA_KEYS - {"part_covered"})
    population = _count(file, fields["population"], 1)
    covered, part_covered = (
        tuple(_count(file, each, 0) for each in _items(file, "example", fields.get(key, []), key))
        for key in ("covered", "part_covered")
    )
    if len(covered) + len(part_covered) > elements or any(each > population for each in (*covered, *part_covered)):
        raise _fault(file, "example", "an area has more elements than the model, or covers more people than it has")
    return Area(_sentence(file, "example", "name", fields["name"]), population, covered, part_covered)


def _number(file: Path, name: str, key: str, found: object) -> Fraction:
    if isinstance(found, str) and _NUMBER.fullmatch(found):
        return Fraction(found)
    raise _fault(file, name, f"{key} must be a number in quotes, such as '171000000' or '-0.82'")


def _rounding(file: Path, name: str, found: object) -> Fraction | None:
    if found == "exact":
        return None
    rounding = _number(file, name, "rounded_to", found)
    if rounding <= 0:
        raise _fault(file, name, "rounded_to must be above nought, or the word exact")
    return rounding


def _count(file: Path, found: object, least: int) -> int:
    if isinstance(found, int) and not isinstance(found, bool) and found >= least:
        return found
    raise _fault(file, "example", f"a whole number of {least} or more was expected")


def _sentence(file: Path, name: str, key: str, found: object) -> str:
    if isinstance(found, str) and found.strip():
        return " ".join(found.split())
    raise _fault(file, name, f"{key} must be words")


def _mapping(
    file: Path, name: str | None, found: object, allowed: frozenset[str], needed: frozenset[str]
) -> dict[str, object]:
    if not isinstance(found, dict):
        raise _fault(file, name, f"a block with the keys {', '.join(sorted(needed))} was expected")
    missing, unknown = sorted(needed - set(found)), sorted(str(key) for key in found if key not in allowed)
    if missing or unknown:
        said = [f"the key {key} is missing" for key in missing] + [f"the key {key} is not known" for key in unknown]
        raise _fault(file, name, "; ".join(said))
    return found


def _items(file: Path, name: str | None, found: object, key: str) -> list[object]:
    if not isinstance(found, list):
        raise _fault(file, name, f"{key} must be a list")
    return found


def _fault(file: Path, name: str | None, why: str) -> OperatorMustAct:
    where = file.name if name is None else f"{file.name}, {name}"
    return OperatorMustAct(
        "figure-file",
        f"The figure file {where} cannot be used.",
        f"{why[0].upper()}{why[1:]}.",
        "Correct it as parameters/README.md describes.",
    )
