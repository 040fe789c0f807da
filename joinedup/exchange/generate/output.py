"""How are rows written to the files of one body, without holding a place in memory?

NDJSON has a file a resource type, a new one after LINES_IN_FILE lines; bundles hold at most PEOPLE_IN_BUNDLE people;
CSV is one file. What comes late stands in the folder `late`. Files are named in the order in which they must be loaded:
patients before what refers to them.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, TextIO

from joinedup.exchange.generate.truth import TruthFile

LINES_IN_FILE = 5_000
PEOPLE_IN_BUNDLE = 50
_NDJSON_NAMES = {
    "Patient": "patients",
    "Encounter": "encounters",
    "Condition": "conditions",
    "MedicationStatement": "medicines",
    "AllergyIntolerance": "allergies",
    "Immunization": "vaccinations",
    "RelatedPerson": "relatives",
}

Row = tuple[dict[str, Any], tuple[str, ...]]


def compact(value: object) -> str:
    """JSON on one line, the same each time."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class NdjsonFiles:
    """FHIR resources of one body, a line each."""

    def __init__(self, root: Path, folder: str, truth: TruthFile) -> None:
        self._root, self._folder, self._truth = root, folder, truth
        self._open: dict[str, tuple[str, TextIO]] = {}
        self._lines: dict[str, int] = {}
        self.paths: list[str] = []

    def person(self, true_id: str, rows: list[Row]) -> None:
        """Write what the body sends of one person: each resource, and what was done to it."""
        for resource, done in rows:
            kind = str(resource["resourceType"])
            path, file = self._file_for(_NDJSON_NAMES[kind])
            file.write(compact(resource) + "\n")
            self._truth.note(path, f"fhir:{kind}", true_id, done)

    def _file_for(self, name: str) -> tuple[str, TextIO]:
        lines = self._lines.get(name, 0)
        self._lines[name] = lines + 1
        if lines % LINES_IN_FILE == 0:
            if name in self._open:
                self._open[name][1].close()
            path = f"{self._folder}/{name}-{lines // LINES_IN_FILE + 1:04d}.ndjson"
            (self._root / path).parent.mkdir(parents=True, exist_ok=True)
            self._open[name] = (path, (self._root / path).open("w", encoding="utf-8", newline="\n"))
            self.paths.append(path)
        return self._open[name]

    def close(self) -> None:
        """Finish all files."""
        for _, file in self._open.values():
            file.close()
        order = list(_NDJSON_NAMES.values())
        self.paths.sort(key=lambda path: (order.index(path.rsplit("/", 1)[1].split("-")[0]), path))


class BundleFiles:
    """FHIR bundles of one body: `form` is collection or transaction."""

    def __init__(self, root: Path, folder: str, truth: TruthFile, form: str) -> None:
        self._root, self._folder, self._truth, self._form = root, folder, truth, form
        self._entries: list[dict[str, Any]] = []
        self._people = 0
        self.paths: list[str] = []

    def person(self, true_id: str, rows: list[Row]) -> None:
        """Add what the body sends of one person; a full bundle is written out."""
        path = f"{self._folder}/bundle-{len(self.paths) + 1:04d}.json"
        for resource, done in rows:
            entry: dict[str, Any] = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            if self._form == "transaction":
                entry["request"] = {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
            self._entries.append(entry)
            self._truth.note(path, f"fhir:{resource['resourceType']}", true_id, done)
        self._people += 1
        if self._people == PEOPLE_IN_BUNDLE:
            self._write()

    def _write(self) -> None:
        path = f"{self._folder}/bundle-{len(self.paths) + 1:04d}.json"
        (self._root / path).parent.mkdir(parents=True, exist_ok=True)
        bundle = {"resourceType": "Bundle", "type": self._form, "entry": self._entries}
        (self._root / path).write_text(compact(bundle) + "\n", encoding="utf-8", newline="\n")
        self.paths.append(path)
        self._entries, self._people = [], 0

    def close(self) -> None:
        """Write the last, smaller bundle."""
        if self._people:
            self._write()


class CsvFile:
    """One CSV file with headings; made when its first row comes."""

    def __init__(self, root: Path, path: str, truth: TruthFile, headings: tuple[str, ...]) -> None:
        self._root, self._path, self._truth, self._headings = root, path, truth, headings
        self._file: TextIO | None = None
        self.paths: list[str] = []

    def row(self, true_id: str, values: list[str], done: tuple[str, ...]) -> None:
        """Write one row."""
        if self._file is None:
            (self._root / self._path).parent.mkdir(parents=True, exist_ok=True)
            self._file = (self._root / self._path).open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(self._headings)
            self.paths.append(self._path)
        csv.writer(self._file).writerow(values)
        self._truth.note(self._path, "cld:row", true_id, done)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
