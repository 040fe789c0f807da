"""Which places can be made, which bodies send files there, and which practices are people registered with?

The bodies carry their real ODS or ONS codes, because a place is known by them; the practices are invented and say so
in their names. Councils' three-digit codes are those of the adult social care returns.
"""

from __future__ import annotations

from dataclasses import dataclass

from joinedup.exchange.generate.declared import Kind


@dataclass(frozen=True, slots=True)
class Practice:
    """An invented GP practice; `districts` are the postcode districts it serves."""

    code: str
    name: str
    place: str
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A body that sends files.

    kind: hospital, practice (the ICB, for its practices), community or council.
    form: ndjson, collection, transaction or csv. contacts: the kinds of contact outside hospital that it holds.
    districts: where its people live; empty means the whole place.
    """

    code: str
    name: str
    kind: Kind
    form: str
    contacts: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A council's area. `dialling_code` starts its people's telephone numbers."""

    code: str
    name: str
    council_return_code: str
    dialling_code: str
    share_south_asian: float
    number_starts_at: int
    number_ends_before: int
    sources: tuple[Source, ...]


_AIREDALE = ("BD16", "BD20", "BD21", "BD22")
_CITY = (
    "BD1",
    "BD2",
    "BD3",
    "BD4",
    "BD5",
    "BD6",
    "BD7",
    "BD8",
    "BD9",
    "BD10",
    "BD12",
    "BD13",
    "BD14",
    "BD15",
    "BD17",
    "BD18",
)

PLACES: dict[str, Place] = {
    "E06000027": Place(
        "E06000027",
        "Torbay",
        "914",
        "01632",
        0.01,
        1,
        200_000,
        (
            Source("QJK", "NHS Devon ICB, for its practices", "practice", "collection", ("practice",)),
            Source("RA9", "Torbay and South Devon NHS Foundation Trust", "hospital", "ndjson", ("community",)),
            Source("E06000027", "Torbay Council", "council", "csv"),
        ),
    ),
    "E08000032": Place(
        "E08000032",
        "Bradford",
        "209",
        "01632",
        0.28,
        200_000,
        900_000,
        (
            Source("QWO", "NHS West Yorkshire ICB, for its practices", "practice", "collection", ("practice",)),
            Source("RAE", "Bradford Teaching Hospitals NHS Foundation Trust", "hospital", "ndjson", (), _CITY),
            Source("RCF", "Airedale NHS Foundation Trust", "hospital", "transaction", (), _AIREDALE),
            Source(
                "TAD",
                "Bradford District Care NHS Foundation Trust",
                "community",
                "ndjson",
                ("community", "mental_health"),
            ),
            Source("E08000032", "City of Bradford Metropolitan District Council", "council", "csv"),
        ),
    ),
}

PRACTICES: tuple[Practice, ...] = (
    Practice("L83801", "Chelston Surgery (demo)", "E06000027", ("TQ2",)),
    Practice("L83802", "Babbacombe Bay Practice (demo)", "E06000027", ("TQ1",)),
    Practice("L83803", "Harbourside Surgery (demo)", "E06000027", ("TQ1", "TQ2")),
    Practice("L83804", "Preston Down Practice (demo)", "E06000027", ("TQ3",)),
    Practice("L83805", "Oldway Surgery (demo)", "E06000027", ("TQ3", "TQ4")),
    Practice("L83806", "Goodrington Practice (demo)", "E06000027", ("TQ4",)),
    Practice("L83807", "Brixham Quay Surgery (demo)", "E06000027", ("TQ5",)),
    Practice("L83808", "Berry Head Practice (demo)", "E06000027", ("TQ5", "TQ4")),
    Practice("B83801", "Little Germany Surgery (demo)", "E08000032", ("BD1", "BD3", "BD5")),
    Practice("B83802", "Undercliffe Practice (demo)", "E08000032", ("BD2", "BD3")),
    Practice("B83803", "Tong Street Surgery (demo)", "E08000032", ("BD4", "BD12")),
    Practice("B83804", "Horton Park Practice (demo)", "E08000032", ("BD5", "BD7")),
    Practice("B83805", "Wibsey Green Surgery (demo)", "E08000032", ("BD6", "BD12", "BD13")),
    Practice("B83806", "Manningham Mills Practice (demo)", "E08000032", ("BD8", "BD9")),
    Practice("B83807", "Thornton View Surgery (demo)", "E08000032", ("BD13", "BD14", "BD15")),
    Practice("B83808", "Idle Moor Practice (demo)", "E08000032", ("BD10", "BD17")),
    Practice("B83809", "Saltaire Surgery (demo)", "E08000032", ("BD17", "BD18", "BD9")),
    Practice("B83810", "Bingley Five Rise Practice (demo)", "E08000032", ("BD16",)),
    Practice("B83811", "Keighley Town Surgery (demo)", "E08000032", ("BD21", "BD20", "BD22")),
    Practice("B83812", "Worth Valley Practice (demo)", "E08000032", ("BD22", "BD20")),
)

PRACTICE_NAMES: dict[str, str] = {practice.code: practice.name for practice in PRACTICES}


def practices_for(place: str, district: str) -> tuple[Practice, ...]:
    """The practices of a place that serve a postcode district; at least one for every district that people live in."""
    return tuple(practice for practice in PRACTICES if practice.place == place and district in practice.districts)
