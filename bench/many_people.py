"""A place of very many people as one body tells of them, without what happened to them: for searching and linking.

`joinedup generate --tables` makes the people; the rows of the NHS side become FHIR Patients in one NDJSON file, which
the real loader reads like any other. So a million people stand in minutes, where their eight million events would take
the better part of an hour.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
MANY = 250_000
"""From so many people on a place has people only."""

STATUS = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
COLUMNS = (
    "local_id", "version", "nhs_number", "number_verified", "given", "middle", "family", "prefix", "gender",
    "birth_date", "death_date", "address", "town", "postcode", "phone", "practice_code",
)  # fmt: skip


def people_only(people: int, files: Path, *, place: str, seed: int) -> None:
    """Write the people of a place of that size into a folder, with the list of loads; the folder is emptied first."""
    shutil.rmtree(files, ignore_errors=True)
    made = files.parent / "tables"
    subprocess.run(
        [sys.executable, "-m", "joinedup", "generate", "--people", str(people), "--seed", str(seed), "--place", place,
         "--tables", "--years", "1", "--fhir-people", "0", "--out", str(made)],
        cwd=PROJECT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    files.mkdir(parents=True)
    with (files / "people.ndjson").open("w", encoding="utf-8") as file:
        for row in _rows(made / "tables" / place / "nhs_rows"):
            file.write(json.dumps(_patient(row), ensure_ascii=False) + "\n")
    shutil.rmtree(made)
    listed = {"source": "QJK", "place": place, "late": False, "paths": ["people.ndjson"]}
    (files / "manifest.json").write_text(json.dumps({"schema": "generate/2", "loads": [listed]}), encoding="utf-8")


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The first telling of each person, in the order of their identifiers."""
    with duckdb.connect() as duck:
        found = duck.execute(
            f"select {', '.join(COLUMNS)} from read_parquet(?) where not late and version = 1 order by local_id",
            [f"{folder}/*.parquet"],
        )
        while rows := found.fetchmany(10_000):
            for row in rows:
                yield dict(zip(COLUMNS, row, strict=True))


def _patient(row: dict[str, Any]) -> dict[str, Any]:
    number: list[dict[str, Any]] = []
    if row["nhs_number"]:
        code = "01" if row["number_verified"] else "02"
        status = {"url": STATUS, "valueCodeableConcept": {"coding": [{"code": code}]}}
        number = [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": row["nhs_number"], "extension": [status]}]
    given = [each for each in (row["given"], row["middle"]) if each]
    name = {"use": "usual", "family": row["family"], "given": given}
    address = {"use": "home", "line": [row["address"]], "city": row["town"], "postalCode": row["postcode"]}
    surgery = {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": row["practice_code"]}
    patient = {
        "resourceType": "Patient", "id": row["local_id"], "identifier": number, "gender": row["gender"],
        "name": [name | ({"prefix": [row["prefix"]]} if row["prefix"] else {})], "address": [address],
        "birthDate": row["birth_date"].isoformat() if row["birth_date"] else None,
        "deceasedDateTime": row["death_date"].isoformat() if row["death_date"] else None,
        "telecom": [{"system": "phone", "value": row["phone"]}] if row["phone"] else [],
        "generalPractitioner": [{"identifier": surgery}] if row["practice_code"] else [],
    }  # fmt: skip
    return {key: value for key, value in patient.items() if value}
