"""Files broken on purpose, the same way each time: a few bytes, a line, a cell, an element or a value at once.

Blind changes of bytes find what a reader takes for granted about its text; changes that know the form (JSON, XML, CSV)
reach behind the parser, where a list stands for a value and a date for a name.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from joinedup.exchange import shapes
from joinedup.exchange.facts import EVENT_KINDS, Unit
from joinedup.exchange.refusal_codes import CODES
from joinedup.exchange.storing import facts_json, fitted

TODAY = date(2026, 11, 23)
ODD_BYTES = (
    b"\x00",
    b"\xff",
    b'"',
    b"<",
    b"&",
    b"{",
    b"[",
    b"\\",
    b"\r",
    b"\n",
    b",",
    b"\xe2\x80\xae",
    b"'",
    b"]",
    b"}",
)
ODD_VALUES = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "x" * 3_000, "\x00", "\ud800", "=1+1", [], {}, [[]], [None], {"a": {}},
    "9999-99-99", "0001-01-01", "2026-02-30T25:61:61Z", "Patient/../x", "urn:uuid:", "#", "http://", [{}], {"": ""},
    "entered-in-error", ["a", {"b": 1}], "31/02/2026", "-", "1e9",
)  # fmt: skip
Change = Callable[[bytes, random.Random], bytes]


def cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def drop_bytes(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start + chance.choice((1, 2, 20, 300)) :]


def odd_byte(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + chance.choice(ODD_BYTES) + raw[start + chance.randrange(2) :]


def double(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    end = start + chance.choice((1, 10, 400))
    return raw[:end] + raw[start:end] * chance.choice((1, 2, 40)) + raw[end:]


def swap_lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def other_encoding(raw: bytes, chance: random.Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "latin-1", "cp1252", "utf-8-sig")), "replace")


def json_value(raw: bytes, chance: random.Random) -> bytes:
    """One value anywhere in a document, or in one of its lines, becomes another, or its key is lost."""
    lines = raw.split(b"\n") if raw.count(b"\n{") else [raw]
    at = chance.randrange(len(lines))
    try:
        document = json.loads(lines[at])
    except ValueError:
        return drop_bytes(raw, chance)
    places = list(_places(document))
    if not places:
        return raw
    held, key = chance.choice(places)
    if chance.random() < 0.15:
        del held[key]
    else:
        held[key] = chance.choice(ODD_VALUES)
    lines[at] = json.dumps(document).encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _places(value: object) -> Iterator[tuple]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield value, key
            yield from _places(held)
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield value, index
            yield from _places(held)


def xml_value(raw: bytes, chance: random.Random) -> bytes:
    """One value of an element becomes another, or an element another's name."""
    found = list(re.finditer(rb'value="([^"]*)"', raw))
    if found and chance.random() < 0.7:
        one = chance.choice(found)
        text = str(chance.choice(ODD_VALUES)).encode("utf-8", "replace").replace(b'"', b"").replace(b"<", b"")
        return raw[: one.start(1)] + text + raw[one.end(1) :]
    names = list(re.finditer(rb"<(/?)([A-Za-z]+)", raw))
    if len(names) < 2:
        return raw
    one, other = chance.choice(names), chance.choice(names)
    return raw[: one.start(2)] + other[2] + raw[one.end(2) :]


def csv_cell(raw: bytes, chance: random.Random) -> bytes:
    """One cell becomes another, is lost or is doubled."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline="")))
    row = chance.choice(rows) if rows else []
    if not row:
        return raw
    at = chance.randrange(len(row))
    what = chance.randrange(4)
    if what == 0:
        del row[at]
    elif what == 1:
        row.insert(at, row[at])
    else:
        row[at] = str(chance.choice(ODD_VALUES))
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    return held.getvalue().encode("utf-8", "replace")


BLIND: tuple[Change, ...] = (cut, drop_bytes, odd_byte, double, swap_lines, other_encoding)
KNOWING = {".json": json_value, ".ndjson": json_value, ".xml": xml_value, ".csv": csv_cell}


def mutated(raw: bytes, ending: str, number: int) -> bytes:
    """The nth mutation of some bytes: the same one each time."""
    chance = random.Random(number)
    knowing = KNOWING.get(ending)
    changes = [knowing] * 4 + list(BLIND) if knowing else list(BLIND)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        raw = chance.choice(changes)(raw, chance) or b" "
    return raw


def read_fully(path: Path) -> list[Unit]:
    """Every unit of a file as the loader would store it; [] for a file of no shape. Raises what a reader raises."""
    shape = shapes.detect(path)
    if shape is None:
        return []
    units = list(shapes.read_units(path, path.name, shape, TODAY))
    for unit in units:
        check(unit)
    assert units or shape != "fhir-json" or b"Bundle" in path.read_bytes()
    if shape == "fhir-ndjson" and not path.read_bytes().startswith((b"\xff\xfe", b"\xfe\xff")):
        lines = [line for line in path.read_bytes().split(b"\n") if line.removeprefix(b"\xef\xbb\xbf").strip()]
        assert len(units) >= sum(b"Bundle" not in line for line in lines), "a line was lost"
    return units


def check(unit: Unit) -> None:
    """What holds of every unit, however broken its file: it counts once, its refusals are known, it can be stored."""
    whole = [refusal for refusal in unit.refusals if refusal.whole]
    assert all(refusal.code in CODES and refusal.whole == CODES[refusal.code].whole for refusal in unit.refusals)
    assert all("{" not in refusal.why and refusal.row == unit.row for refusal in unit.refusals)
    assert len(unit.digest) == 64
    assert unit.row >= 1
    if not whole:
        assert unit.raw
        assert unit.local_id or unit.person
        assert (unit.known and (unit.event or unit.person or unit.provider or unit.refusals)) or not unit.known
    if unit.event is not None:
        assert unit.event.kind in EVENT_KINDS
        assert unit.event.title
        assert len(unit.event.title) <= 400
    for text in (facts_json(unit.person), facts_json(unit.event)):
        if text is not None:
            json.loads(text).keys()
            text.encode("utf-8")
    fitted(unit.subject, 200).encode("utf-8")
    fitted(unit.local_id, 300).encode("utf-8")
