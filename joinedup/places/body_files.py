"""What do the files in `bodies/` say about each place?

Reads the YAML into frozen data, strictly: an unknown key, a missing date or a succession that finds no body stops with
the file's name and what is wrong, because whoever adds a place is not a programmer. Left out: the database
(`seeding.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from joinedup.base.errors import OperatorMustAct
from joinedup.base.period import Period
from joinedup.base.yaml_text import YamlFault, plain_data

FOLDER = Path(__file__).resolve().parent / "bodies"

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class BodyEntry:
    """One body under one name and kind, with where its facts come from."""

    code: str
    other_codes: tuple[str, ...]
    kind: str
    name: str
    period: Period
    chosen_by: str
    is_demo: bool
    verified: bool
    source: str


@dataclass(frozen=True, slots=True)
class SuccessionEntry:
    """On this day the later row took over from the earlier one; the two may share a code."""

    body: BodyEntry
    successor: BodyEntry
    on: date


@dataclass(frozen=True, slots=True)
class HolderEntry:
    """An invented office holder; how: elected or appointed."""

    name: str
    period: Period
    how: str


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """An office in the newest row of a body; `law` is empty where no law makes it."""

    body: BodyEntry
    title: str
    law: str
    holders: tuple[HolderEntry, ...]


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """All that one file says."""

    code: str
    name: str
    is_demo: bool
    bodies: tuple[BodyEntry, ...]
    successions: tuple[SuccessionEntry, ...]
    offices: tuple[OfficeEntry, ...]


def shipped() -> tuple[PlaceFile, ...]:
    """Every place that came with this installation, by file name."""
    return tuple(read(file.name, file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.yaml")))


def read(file_name: str, text: str) -> PlaceFile:
    """One file's text. OperatorMustAct (place-file) names the file and what is wrong in it."""
    try:
        content = _fields(plain_data(text), "place bodies practices successions offices")
        return _place(content)
    except (YamlFault, ValueError, TypeError, LookupError) as error:
        raise OperatorMustAct(
            "place-file",
            f"The place file {file_name} cannot be used.",
            f"{error}.",
            "Correct it after the pattern of torbay.yaml.",
        ) from error


def _place(content: Fields) -> PlaceFile:
    place = _fields(content["place"], "code name demo source")
    bodies = (*map(_body, _items(content["bodies"])), *_practices(content["practices"]))
    return PlaceFile(
        code=_text(place["code"]),
        name=_text(place["name"]),
        is_demo=place["demo"] is True,
        bodies=bodies,
        successions=tuple(_succession(each, bodies) for each in _items(content["successions"])),
        offices=tuple(_office(each, bodies) for each in _items(content["offices"])),
    )


def _body(described: object) -> BodyEntry:
    fields = _fields(described, "code kind name from chosen_by verified source", "other_codes to demo")
    return BodyEntry(
        code=_text(fields["code"]),
        other_codes=tuple(_text(code) for code in _items(fields.get("other_codes", []))),
        kind=_text(fields["kind"]),
        name=_text(fields["name"]),
        period=_period(fields),
        chosen_by=_text(fields["chosen_by"]),
        is_demo=fields.get("demo") is True,
        verified=fields["verified"] is True,
        source=_text(fields["source"]),
    )


def _practices(described: object) -> tuple[BodyEntry, ...]:
    fields = _fields(described, "from demo source names")
    names = fields["names"]
    if not isinstance(names, dict):
        raise ValueError("the names of the practices must be pairs of code and name")
    period, demo, source = _period(fields), fields["demo"] is True, _text(fields["source"])
    return tuple(
        BodyEntry(_text(code), (), "gp_practice", _text(name), period, "contractor", demo, False, source)
        for code, name in names.items()
    )


def _succession(described: object, bodies: tuple[BodyEntry, ...]) -> SuccessionEntry:
    fields = _fields(described, "body successor from")
    code, successor, on = _text(fields["body"]), _text(fields["successor"]), _day(fields["from"])
    before = [each for each in bodies if each.code == code and each.period.starts_on < on]
    after = [each for each in bodies if each.code == successor and each.period.contains(on)]
    if not before or not after:
        raise ValueError(f"the succession {code} to {successor} on {on.isoformat()} finds no bodies with those dates")
    return SuccessionEntry(max(before, key=_start), after[0], on)


def _office(described: object, bodies: tuple[BodyEntry, ...]) -> OfficeEntry:
    fields = _fields(described, "body title holders", "law")
    rows = [each for each in bodies if each.code == _text(fields["body"])]
    if not rows:
        raise ValueError(f"the office {fields['title']} names a body that the file does not describe")
    return OfficeEntry(
        body=max(rows, key=_start),
        title=_text(fields["title"]),
        law=_text(fields.get("law", "")),
        holders=tuple(_holder(each) for each in _items(fields["holders"])),
    )


def _holder(described: object) -> HolderEntry:
    fields = _fields(described, "name from how", "to")
    return HolderEntry(_text(fields["name"]), _period(fields), _text(fields["how"]))


def _start(entry: BodyEntry) -> date:
    return entry.period.starts_on


def _fields(found: object, needed: str, allowed: str = "") -> Fields:
    if not isinstance(found, dict):
        raise ValueError(f"a block with the keys {needed} was expected")
    missing = set(needed.split()) - set(found)
    unknown = set(map(str, found)) - set(needed.split()) - set(allowed.split())
    if missing or unknown:
        raise ValueError(f"keys missing: {sorted(missing)}, keys not known: {sorted(unknown)}")
    return found


def _items(found: object) -> list[object]:
    if not isinstance(found, list):
        raise ValueError("a list was expected")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise ValueError(f"text was expected, not {found!r} (write it in quotes)")
    return " ".join(found.split())


def _day(found: object) -> date:
    if not isinstance(found, date) or isinstance(found, datetime):
        raise ValueError("a date such as 2026-04-06 was expected")
    return found


def _period(fields: Fields) -> Period:
    return Period(_day(fields["from"]), None if fields.get("to") is None else _day(fields["to"]))
