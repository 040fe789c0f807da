"""Does each shared file, broken in many ways, crash nothing, lose no row and get a known code for what is refused?"""

from __future__ import annotations

from pathlib import Path

import pytest

from joinedup.exchange import shapes
from tests.exchange.mutations import mutated, read_fully

FOLDERS = (
    "ukcore-fhir-examples", "nhs-england-fhir-examples", "adw-fhir-notices", "careconnect-fhir-stu3",
    "pds-fhir-patients", "artificial-hes", "care-home-directory", "cld-spec", "synthea-bundles-r4",
    "synthea-10-patients",
)  # fmt: skip
SMALL_BYTES = 60_000


def files(given: Path) -> list[Path]:
    found = [path for path, _ in shapes.find_files([given / folder for folder in FOLDERS])]
    return [path for path in found if path.suffix in (".json", ".ndjson", ".xml", ".csv")]


def attacked(path: Path, folder: Path, numbers: range, at_most: int) -> int:
    """How many units came of these mutations of a file, of which only the start is taken when it is long."""
    raw = path.read_bytes()[:at_most]
    target = folder / f"broken{path.suffix}"
    read = 0
    for number in numbers:
        target.write_bytes(mutated(raw, path.suffix, number))
        read += len(read_fully(target))
    return read


def test_every_shared_file_is_broken_and_read(given: Path, tmp_path: Path) -> None:
    found = files(given)
    assert len(found) > 500
    read = sum(attacked(path, tmp_path, range(at, at + 1), SMALL_BYTES) for at, path in enumerate(found))
    assert read > 500


@pytest.mark.deep
def test_every_shared_file_is_broken_in_dozens_of_ways(given: Path, tmp_path: Path) -> None:
    found = files(given)
    read = sum(attacked(path, tmp_path, range(1_000, 1_030), 400_000) for path in found)
    print(f"{len(found) * 30:,} broken files, {read:,} units")
    assert read > len(found)
