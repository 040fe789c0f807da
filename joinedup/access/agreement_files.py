"""What do the files of sharing agreements say? Strict reading of YAML into frozen data; the database is elsewhere.

One file a place: its agreements, each with its parties (who give and receive), or `gives` and `receives` apart. Demo
places have one each in `agreements/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from joinedup.base.errors import OperatorMustAct
from joinedup.base.yaml_text import YamlFault, plain_data

FOLDER = Path(__file__).resolve().parent / "agreements"
NEEDED = ("code", "name", "purpose", "what", "basis", "source", "from")
KNOWN = frozenset({*NEEDED, "to", "parties", "gives", "receives"})


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """One agreement: between whom (body code to whether it gives and receives), about what, why, and on which days."""

    code: str
    name: str
    purpose: str
    what: str
    basis: str
    source: str
    starts_on: date
    ends_on: date | None
    parties: tuple[tuple[str, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class AgreementFile:
    """The agreements of one place."""

    place: str
    is_demo: bool
    agreements: tuple[AgreementEntry, ...]


def read_agreements(path: Path) -> AgreementFile:
    """A file of agreements. OperatorMustAct (agreement-file) says what is wrong with it."""
    try:
        held = plain_data(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YamlFault) as error:
        raise _wrong(path, str(error)) from None
    if not isinstance(held, dict) or set(held) - {"place", "demo", "agreements"} or not held.get("place"):
        raise _wrong(path, "it must hold place, demo and agreements")
    entries = held.get("agreements")
    if not isinstance(entries, list) or not entries:
        raise _wrong(path, "it holds no agreement")
    return AgreementFile(
        str(held["place"]), bool(held.get("demo", False)), tuple(_entry(path, each) for each in entries)
    )


def _entry(path: Path, held: object) -> AgreementEntry:
    if not isinstance(held, dict):
        raise _wrong(path, "an agreement is a mapping")
    missing, unknown = [name for name in NEEDED if not held.get(name)], set(held) - KNOWN
    if missing or unknown:
        raise _wrong(path, f"{held.get('code', 'an agreement')}: missing {missing}, unknown {sorted(unknown)}")
    starts_on, ends_on = held["from"], held.get("to")
    if not isinstance(starts_on, date) or not (ends_on is None or isinstance(ends_on, date)):
        raise _wrong(path, f"{held['code']}: from and to are days")
    parties = _parties(held)
    if not any(gives for _, gives, _ in parties) or not any(receives for *_, receives in parties):
        raise _wrong(path, f"{held['code']}: somebody must give and somebody receive")
    texts = {name: " ".join(str(held[name]).split()) for name in NEEDED if name != "from"}
    return AgreementEntry(**texts, starts_on=starts_on, ends_on=ends_on, parties=parties)


def _parties(held: dict[object, object]) -> tuple[tuple[str, bool, bool], ...]:
    named: dict[str, tuple[bool, bool]] = {}
    for key, gives, receives in (("parties", True, True), ("gives", True, False), ("receives", False, True)):
        codes = held.get(key) or []
        for code in codes if isinstance(codes, list) else []:
            before = named.get(str(code), (False, False))
            named[str(code)] = (before[0] or gives, before[1] or receives)
    return tuple((code, gives, receives) for code, (gives, receives) in named.items())


def _wrong(path: Path, why: str) -> OperatorMustAct:
    return OperatorMustAct(
        "agreement-file", f"{path.name} cannot be used.", f"It is wrong in this: {why}.", "Mend the file, then load it."
    )
