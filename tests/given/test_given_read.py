"""Are the real sample files read whole, with no refusal but those that we can explain?"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.csv.cld_codes import CODE_LISTS, known_value
from joinedup.exchange.csv.cld_headings import HEADINGS
from joinedup.exchange.facts import EVENT_KINDS, Unit

TODAY = date(2026, 11, 23)
NOT_EVENT_OUTCOMES = ("Long term support", "Short term support", "Release 1 specification only")


def read_folder(folder: Path) -> tuple[list[Unit], list[str]]:
    units: list[Unit] = []
    skipped: list[str] = []
    for path, name in shapes.find_files([folder]):
        shape = shapes.detect(path)
        if shape is None:
            skipped.append(name)
        else:
            units.extend(shapes.read_units(path, name, shape, TODAY))
    return units, skipped


def refused(units: list[Unit]) -> Counter[tuple[str, bool]]:
    return Counter((refusal.code, refusal.whole) for unit in units for refusal in unit.refusals)


def test_pds_patients(given: Path) -> None:
    units, skipped = read_folder(given / "pds-fhir-patients")
    assert skipped == ["PROVENANCE.md", "addresses.json"]
    assert Counter(unit.kind for unit in units) == {
        "fhir:Patient": 110, "fhir:RelatedPerson": 6, "fhir:OperationOutcome": 1,
    }  # fmt: skip
    assert refused(units) == {("nhs-number-invalid", False): 3, ("postcode-invalid", False): 4}
    people = [unit.person for unit in units if unit.person]
    assert len(people) == 110
    assert sum(person.nhs_number_verified for person in people) == 107
    assert sum(person.restricted for person in people) == 7
    assert sum(person.deceased for person in people) == 30
    assert sum(unit.subject != "" for unit in units if unit.kind == "fhir:RelatedPerson") == 5  # one names nobody


@pytest.mark.parametrize(
    ("folder", "skipped", "people", "count"),
    [
        ("synthea-bundles-r4", ["PROVENANCE.md", "index.csv"], 20, 3630),
        ("synthea-10-patients", ["PROVENANCE.md", "log.ndjson"], 133, 6065),
    ],
)
def test_synthea(given: Path, folder: str, skipped: list[str], people: int, count: int) -> None:
    units, left = read_folder(given / folder)
    assert left == skipped
    assert refused(units) == {}
    assert len(units) == count
    assert sum(unit.person is not None for unit in units) == people
    assert all(unit.person or unit.event or not unit.known for unit in units)
    assert all(unit.event.title and unit.event.kind in EVENT_KINDS for unit in units if unit.event)
    ids = {unit.local_id for unit in units if unit.kind == "fhir:Patient"}
    assert {unit.subject for unit in units if unit.event} <= ids


def test_client_level_data_names(given: Path) -> None:
    with (given / "cld-spec" / "cld_release1_fields.csv").open(newline="") as file:
        assert tuple(row["field"] for row in csv.DictReader(file)) == HEADINGS


def test_client_level_data_values(given: Path) -> None:
    by_name = {"".join(letter for letter in heading if letter.isalnum()): heading for heading in CODE_LISTS}
    unknown = []
    for name in ("cld_code_lists.csv", "cld_values_seen.csv"):
        with (given / "cld-spec" / name).open(newline="") as file:
            for row in csv.DictReader(file):
                column = by_name.get("".join(letter for letter in row["field"] if letter.isalnum()))
                if column and known_value(column, row["value"]) is None:
                    unknown.append(row["value"])
    with (given / "cld-spec" / "cld_event_outcome_hierarchy.csv").open(newline="") as file:
        outcomes = [row["event_outcome"] for row in csv.DictReader(file)]
    unknown += [value for value in outcomes if known_value("Event Outcome", value) is None]
    assert [value for value in unknown if not value.startswith(NOT_EVENT_OUTCOMES)] == []
