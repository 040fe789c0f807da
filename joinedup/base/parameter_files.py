"""Reading `parameters/*.yaml`, strictly.

One file a topic. Each file is checked whole before any value is used, and the message names file, parameter and what is
wrong, because whoever adds next April's figures is not a programmer. Its format stands in `parameters/README.md`. Money
and percentages are text in quotes, so that no figure ever passes through floating point. Left out: a council's own
values, which `parameter_local` lays on top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

from joinedup.base.errors import BadValue, OperatorMustAct
from joinedup.base.money import Money
from joinedup.base.parameter_topics import Described, Local, Topic, values_of
from joinedup.base.parameters import Parameter, Parameters, Unit, Value
from joinedup.base.yaml_text import YamlFault, plain_data

FOLDER = Path(__file__).resolve().parents[2] / "parameters"
UNITS: tuple[Unit, ...] = get_args(Unit)
LOCAL: tuple[Local, ...] = get_args(Local)

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PERCENT = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
_PENCE = re.compile(r"-?[0-9]{1,17}")
_FILE_KEYS = frozenset({"topic", "about", "parameters"})
_PARAMETER_NEEDED = frozenset({"name", "question", "unit", "values"})
_PARAMETER_KEYS = _PARAMETER_NEEDED | {"local", "introduced"}
_VALUE_KEYS = frozenset({"from", "to", "group", "value", "source", "verified", "known_from"})


@cache
def shipped() -> Parameters:
    """The values that came with this installation, read once."""
    return values_of(shipped_topics())


@cache
def shipped_topics() -> tuple[Topic, ...]:
    """The same by topic, with the sentences that people read."""
    return topics_in(FOLDER)


def topics_in(folder: Path) -> tuple[Topic, ...]:
    """Every *.yaml of a folder, by name. OperatorMustAct names the file and what is wrong with it."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise OperatorMustAct(
            "parameter-files-missing",
            "No parameter files were found.",
            f"The folder {folder.name}/ beside the program is empty or not there.",
            "Install the program whole, with its parameters/ folder.",
        )
    found = tuple(topic_in(file) for file in files)
    _refuse_two_units(described for topic in found for described in topic.parameters)
    return found


def load_folder(folder: Path) -> Parameters:
    """Every value of every *.yaml in a folder. OperatorMustAct names the file and what is wrong with it."""
    return values_of(topics_in(folder))


def load_file(file: Path) -> Parameters:
    """One file's values, for an overlay. OperatorMustAct names what is wrong."""
    return values_of([topic_in(file)])


def overlay_from(file: Path, under: Parameters) -> Parameters:
    """`under` with a file of the same format laid on top.

    OperatorMustAct when the overlay names a parameter that does not exist below or gives it another unit: it would
    change nothing, and whoever wrote it would believe that it had. A parameter marked introduced must be new.
    """
    return laid_over(file, topic_in(file), under)


def laid_over(file: Path, topic: Topic, under: Parameters) -> Parameters:
    """The same for a topic that is already read; `file` is named when something is wrong with it."""
    for described in topic.parameters:
        known = under.history(described.name)
        if described.introduced and known:
            raise fault(file, described.name, "it is marked introduced, but such a parameter exists already")
        if not described.introduced and not known:
            raise fault(file, described.name, "no such parameter exists, so this would change nothing")
        if known and _kind(known[0].unit) != _kind(described.unit):
            raise fault(file, described.name, f"its unit must be {known[0].unit}, as in the file that it lies over")
    return under.overlaid(values_of([topic]))


def topic_in(file: Path) -> Topic:
    """One file, checked whole. OperatorMustAct names the file, the parameter and what is wrong."""
    return topic_from(file, content_of(file))


def content_of(file: Path) -> object:
    """The file as plain data. OperatorMustAct when it cannot be opened or is not YAML."""
    try:
        return plain_data(file.read_text(encoding="utf-8"))
    except OSError:
        raise fault(file, None, "it cannot be opened") from None
    except (YamlFault, UnicodeDecodeError) as error:
        raise fault(file, None, str(error) if isinstance(error, YamlFault) else "it is not UTF-8 text") from None


def topic_from(file: Path, content: object) -> Topic:
    """A topic from plain data; `file` is named when something is wrong with it."""
    topic = mapping(file, None, content, _FILE_KEYS, _FILE_KEYS)
    if topic["topic"] != file.stem and file.parent == FOLDER:
        raise fault(file, None, f"its topic must be {file.stem}, as the file is called")
    found = tuple(_described(file, each) for each in _items(file, None, topic["parameters"], "parameters"))
    _refuse_two_units(found)
    return Topic(file.stem, " ".join(str(topic["about"]).split()), found)


def _described(file: Path, described: object) -> Described:
    fields = mapping(file, None, described, _PARAMETER_KEYS, _PARAMETER_NEEDED)
    name, unit = fields["name"], fields["unit"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise fault(file, None, "a name must be small letters and digits joined by hyphens")
    question = fields["question"]
    if not isinstance(question, str) or not question.strip():
        raise fault(file, name, "its question must be a sentence")
    declared = next((known for known in UNITS if known == unit), None)
    if declared is None:
        raise fault(file, name, f"its unit must be one of {', '.join(UNITS)}")
    local = next((known for known in LOCAL if known == fields.get("local")), None)
    if local is None and "local" in fields:
        raise fault(file, name, f"local must be one of {', '.join(LOCAL)}, or left out")
    if not isinstance(fields.get("introduced", False), bool):
        raise fault(file, name, "introduced must be true or false")
    return Described(
        name=name,
        question=" ".join(question.split()),
        unit=declared,
        values=tuple(_dated(file, name, declared, each) for each in _items(file, name, fields["values"], "values")),
        local=local,
        introduced=bool(fields.get("introduced", False)),
    )


def _dated(file: Path, name: str, unit: Unit, dated: object) -> Parameter:
    fields = mapping(file, name, dated, _VALUE_KEYS, _VALUE_KEYS - {"to", "group", "known_from"})
    group, source, verified = fields.get("group"), fields["source"], fields["verified"]
    if group is not None and (not isinstance(group, str) or not _NAME.fullmatch(group)):
        raise fault(file, name, "a group must be small letters and digits joined by hyphens")
    if not isinstance(source, str) or not source.strip():
        raise fault(file, name, "each value needs a source in words")
    if not isinstance(verified, bool):
        raise fault(file, name, "verified must be true or false")
    starts_on = None if fields["from"] == "always" else _day(file, name, "from", fields["from"])
    ends_on = None if fields.get("to") is None else _day(file, name, "to", fields["to"])
    known_from = None if fields.get("known_from") is None else _day(file, name, "known_from", fields["known_from"])
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        raise fault(
            file, name, "'to' must be later than 'from': it is the first day on which the value no longer holds"
        )
    return Parameter(
        name=name,
        group=group,
        unit=unit,
        value=_value(file, name, unit, fields["value"]),
        starts_on=starts_on,
        ends_on=ends_on,
        source=" ".join(source.split()),
        verified=verified,
        known_from=known_from,
    )


def _value(file: Path, name: str, unit: Unit, found: object) -> Value:
    if unit == "count" and isinstance(found, int) and not isinstance(found, bool):
        return found
    if isinstance(found, str):
        if unit == "text" and found:
            return found
        if unit == "pence" and _PENCE.fullmatch(found):
            return Money(int(found))
        if unit == "percent" and _PERCENT.fullmatch(found):
            return Decimal(found)
        if unit == "pounds":
            try:
                return Money.from_text(found)
            except BadValue:
                pass
    raise fault(file, name, f"a value in {unit} must be {_SHAPES[unit]}")


_SHAPES: Mapping[Unit, str] = {
    "pence": "a whole number in quotes, such as '1425000'",
    "pounds": "pounds with at most two decimals in quotes, such as '14250.00'",
    "count": "a whole number without quotes, such as 20",
    "percent": "a decimal in quotes, such as '3.8'",
    "text": "text in quotes",
}


def _day(file: Path, name: str, key: str, found: object) -> date:
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    hint = " or the word always" if key == "from" else ""
    raise fault(file, name, f"{key!r} must be a date such as 2026-04-06{hint}")


def _kind(unit: Unit) -> str:
    return "money" if unit in ("pence", "pounds") else unit


def mapping(
    file: Path, name: str | None, found: object, allowed: frozenset[str], needed: frozenset[str]
) -> dict[str, object]:
    """`found` as a block with these keys. OperatorMustAct names keys that are missing or not known."""
    if not isinstance(found, dict):
        raise fault(file, name, f"a block with the keys {', '.join(sorted(needed))} was expected")
    missing, unknown = sorted(needed - set(found)), sorted(str(key) for key in found if key not in allowed)
    if missing or unknown:
        said = [f"the key {key} is missing" for key in missing] + [f"the key {key} is not known" for key in unknown]
        raise fault(file, name, "; ".join(said))
    return found


def _items(file: Path, name: str | None, found: object, key: str) -> list[object]:
    if not isinstance(found, list) or not found:
        raise fault(file, name, f"{key!r} must be a list with at least one entry")
    return found


def _refuse_two_units(found: Iterable[Described]) -> None:
    """OperatorMustAct when one name has two units (as when two files both claim it)."""
    units: dict[str, Unit] = {}
    for described in found:
        if units.setdefault(described.name, described.unit) != described.unit:
            raise OperatorMustAct(
                "parameter-file",
                f"The parameter {described.name} has two units.",
                "It stands in two places.",
                "Keep one name in one file.",
            )


def fault(file: Path, name: str | None, why: str) -> OperatorMustAct:
    """The refusal of a parameter file: which file and parameter, and why."""
    where = file.name if name is None else f"{file.name}, {name}"
    return OperatorMustAct(
        "parameter-file",
        f"The parameter file {where} cannot be used.",
        f"{why[0].upper()}{why[1:]}.",
        "Correct it as parameters/README.md describes.",
    )
