"""What does each body of a place send, in which file, late or twice or corrected?

NHS bodies: goes through the first people of a place once and writes each to every body that holds them. Councils: puts
the parts of the return together (see `parts.py`). Order for the loader: the practices first (they hold everyone), then
hospitals, community trust and council, then what came late.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from joinedup.exchange.csv.cld_headings import HEADINGS
from joinedup.exchange.generate import cld_file, fhir_files
from joinedup.exchange.generate.care_histories import reporting_year
from joinedup.exchange.generate.events import Health
from joinedup.exchange.generate.histories import health_of
from joinedup.exchange.generate.households import people_of
from joinedup.exchange.generate.mess import Sending, sending_of
from joinedup.exchange.generate.numbers import NumberRange
from joinedup.exchange.generate.output import BundleFiles, CsvFile, NdjsonFiles, Row
from joinedup.exchange.generate.parts import Order, council_part
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import PLACES, Place, Source
from joinedup.exchange.generate.truth import TruthFile

Paths = dict[tuple[str, bool], list[str]]


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


def write_place(order: Order, place: Place, fhir_people: int, truth: TruthFile) -> list[dict[str, Any]]:
    """Write the files of a place whose parts are all there; returns what to load, in order, each with its paths."""
    paths = _write_fhir(order, place, fhir_people, truth) | _write_return(order, place, truth)
    return [
        {"source": source.code, "place": place.code, "late": late, "paths": paths[source.code, late]}
        for late in (False, True)
        for source in place.sources
        if paths.get((source.code, late))
    ]


def _write_fhir(order: Order, place: Place, people: int, truth: TruthFile) -> Paths:
    numbers = {code: NumberRange(one) for code, one in PLACES.items()}
    bodies = [FhirBody(Path(order.root), place, source, truth) for source in place.sources if source.form != "csv"]
    for person in people_of(order.seed, place, people, order.today):
        health = health_of(order.seed, person, order.today, order.years)
        for body in bodies:
            if fhir_files.holds(body.source, person, health):
                said = sending_of(order.seed, person, body.source, numbers, order.today)
                body.send(order.seed, person, health, said)
    found: Paths = {}
    for body in bodies:
        for late, files in ((False, body.on_time), (True, body.late)):
            files.close()
            found[body.source.code, late] = files.paths
    return found


def _write_return(order: Order, place: Place, truth: TruthFile) -> Paths:
    """Put the parts of the council's return together, with the line of truth of every row."""
    name = cld_file.file_name(reporting_year(order.today)[1])
    council = next(source for source in place.sources if source.form == "csv")
    folder = f"{place.code}/{council.code}"
    found: Paths = {}
    for late, path in ((False, f"{folder}/{name}.csv"), (True, f"{folder}/late/{name}-late.csv")):
        file = CsvFile(Path(order.root), path, truth, HEADINGS)
        for number in (number for code, number in order.parts() if code == place.code):
            when = "late" if late else "on-time"
            rows, answers = (council_part(order, place.code, number, f"{when}.{end}") for end in ("csv", "truth.csv"))
            with rows.open(encoding="utf-8", newline="") as sent, answers.open(encoding="utf-8", newline="") as known:
                for values, (true_id, done) in zip(csv.reader(sent), csv.reader(known), strict=True):
                    file.row(true_id, values, tuple(done.split("|")) if done else ())
        file.close()
        found[council.code, late] = file.paths
    return found
