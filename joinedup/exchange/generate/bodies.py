"""What does each body of a place send, in which file, late or twice or corrected?

Goes through the people of a place once and writes each person to every body that holds them. Order for the loader: the
practices first (they hold everyone), then hospitals, community trust and council, then what came late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from joinedup.exchange.generate import cld_file, fhir_files
from joinedup.exchange.generate.care_histories import care_of, reporting_year
from joinedup.exchange.generate.events import Care, Health
from joinedup.exchange.generate.histories import health_of
from joinedup.exchange.generate.households import people_of
from joinedup.exchange.generate.mess import Sending, sending_of
from joinedup.exchange.generate.numbers import NumberRange
from joinedup.exchange.generate.output import BundleFiles, CsvFile, NdjsonFiles, Row
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import PLACES, Place, Source
from joinedup.exchange.generate.truth import TruthFile


class FhirBody:
    """An NHS body's files, on time and late."""

    def __init__(self, root: Path, place: Place, source: Source, truth: TruthFile) -> None:
        folder = f"{place.code}/{source.code}"
        self.source = source
        self.on_time, self.late = (
            NdjsonFiles(root, path, truth) if source.form == "ndjson" else BundleFiles(root, path, truth, source.form)
            for path in (folder, f"{folder}/late")
        )

    def send(self, seed: int, person: TruePerson, health: Health, sending: Sending) -> None:
        """Write what this body sends of the person."""
        writer = fhir_files.Writer(seed, self.source, person)
        marks = (*person.traits, *sending.statement.mistakes, *(("late",) if sending.late else ()))
        patient: Row = (writer.patient(sending.statement), marks)
        rows: list[Row] = [patient]
        if sending.twice:
            rows.append((patient[0], (*marks, "second-copy")))
        rest: list[dict[str, Any]] = fhir_files.resources(writer, self.source, person, health)
        rows += [(resource, ("late",) if sending.late else ()) for resource in rest]
        (self.late if sending.late else self.on_time).person(person.true_id, rows)
        if sending.corrected:
            again = (writer.patient(sending.corrected), (*person.traits, *sending.corrected.mistakes))
            self.late.person(person.true_id, [again])


class Council:
    """A council's return, on time and late."""

    def __init__(self, root: Path, place: Place, source: Source, truth: TruthFile, today: date) -> None:
        self.source, self._place, self._year = source, place, reporting_year(today)
        name = cld_file.file_name(self._year[1])
        folder = f"{place.code}/{source.code}"
        self.on_time = CsvFile(root, f"{folder}/{name}.csv", truth, cld_file.HEADINGS)
        self.late = CsvFile(root, f"{folder}/late/{name}-late.csv", truth, cld_file.HEADINGS)

    def send(self, seed: int, person: TruePerson, care: Care, sending: Sending) -> None:
        """Write the person's rows."""
        file = self.late if sending.late else self.on_time
        marks = (*person.traits, *sending.statement.mistakes, *(("late",) if sending.late else ()))
        for number, row in enumerate(cld_file.rows(seed, self._place, sending.statement, care, self._year)):
            file.row(person.true_id, row, marks)
            if sending.twice and number == 0:
                file.row(person.true_id, row, (*marks, "second-copy"))
        if sending.corrected:
            marks = (*person.traits, *sending.corrected.mistakes)
            for row in cld_file.rows(seed, self._place, sending.corrected, care, self._year):
                self.late.row(person.true_id, row, marks)


def write_place(root: Path, place: Place, count: int, seed: int, today: date, truth: TruthFile) -> list[dict[str, Any]]:
    """Write all files of a place of `count` people; returns what to load, in order: source, place, late, paths."""
    numbers = {code: NumberRange(one) for code, one in PLACES.items()}
    fhir = [FhirBody(root, place, source, truth) for source in place.sources if source.form != "csv"]
    councils = [Council(root, place, source, truth, today) for source in place.sources if source.form == "csv"]
    for person in people_of(seed, place, count, today):
        health = health_of(seed, person, today)
        for body in fhir:
            if fhir_files.holds(body.source, person, health):
                body.send(seed, person, health, sending_of(seed, person, body.source, numbers, today))
        care = care_of(seed, person, health, today)
        for council in councils if care else []:
            assert care is not None
            council.send(seed, person, care, sending_of(seed, person, council.source, numbers, today))
    return _finish(place, [*fhir, *councils])


def _finish(place: Place, bodies: Sequence[FhirBody | Council]) -> list[dict[str, Any]]:
    """Close all files; what came late is loaded last."""
    loads = []
    for late in (False, True):
        for body in bodies:
            files = body.late if late else body.on_time
            files.close()
            if files.paths:
                loads.append({"source": body.source.code, "place": place.code, "late": late, "paths": files.paths})
    return loads
