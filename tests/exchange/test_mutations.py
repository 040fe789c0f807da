"""Do hundreds of broken copies of our own samples crash nothing, lose no row and get a known code each?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.exchange.mutations import mutated, read_fully
from tests.exchange.test_read_care_homes import HOME
from tests.exchange.test_read_hes import CLINIC, EMERGENCY, STAY, VISIT
from tests.exchange.test_read_notices import ASSESSMENT, notice
from tests.exchange.test_read_xml import PATIENT
from tests.steps.loading import bundle, cld_file, cld_row, condition, patient

COUNT = 120


def table(*rows: dict[str, str]) -> bytes:
    quoted = [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
    return "\n".join([",".join(rows[0]), *quoted]).encode()


def samples(folder: Path) -> dict[str, bytes]:
    people = [
        patient("p1", nhs="9990000018", told="2026-01-05T10:00:00Z"),
        condition("c1", "p1"),
        condition("c2", "p1"),
    ]
    flag = {"resourceType": "Flag", "id": "f", "status": "active", "subject": {"reference": "Patient/p1"},
            "category": [{"coding": [{"code": "RA"}]}], "code": {"text": "Large print"}}  # fmt: skip
    return {
        "lines.ndjson": b"\n".join(json.dumps(each).encode() for each in (*people, flag)),
        "bundle.json": json.dumps(bundle(*people, flag)).encode(),
        "patient.xml": PATIENT.encode(),
        "notice.xml": notice(ASSESSMENT, "2026-05-01T15:02:11+00:00", leaves="2026-05-12").encode(),
        "cld.csv": cld_file(folder / "cld.csv", cld_row("p1"), cld_row("p2")).read_bytes(),
        "stays.csv": table(STAY, STAY), "visits.csv": table(VISIT, VISIT), "clinics.csv": table(CLINIC, CLINIC),
        "emergency.csv": table(EMERGENCY, EMERGENCY), "homes.csv": table(HOME, HOME),
    }  # fmt: skip


NAMES = (
    "lines.ndjson", "bundle.json", "patient.xml", "notice.xml", "cld.csv", "stays.csv", "visits.csv", "clinics.csv",
    "emergency.csv", "homes.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_broken_copies_of_our_samples(tmp_path: Path, name: str) -> None:
    raw = samples(tmp_path)[name]
    path = tmp_path / name
    read = 0
    for number in range(COUNT):
        path.write_bytes(mutated(raw, path.suffix, number))
        read += len(read_fully(path))
    assert read > COUNT / 2, "most broken files are still read"


@pytest.mark.deep
@pytest.mark.parametrize("name", NAMES)
def test_thousands_of_broken_copies_of_our_samples(tmp_path: Path, name: str) -> None:
    raw = samples(tmp_path)[name]
    path = tmp_path / name
    for number in range(COUNT, 5_000):
        path.write_bytes(mutated(raw, path.suffix, number))
        read_fully(path)
