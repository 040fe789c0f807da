"""What do the tables of a large place hold, for linking and counting at a size that no one loads through a page?

Parquet, one file a part of the place and table: `identities` (who there is), `nhs_rows` and `council_rows` (what the
practices' body and the council say of everybody, two lists to link), `events` (what happened, under the id of the
body's row) and `truth` (whose each row is; the answer key). Rows stand in the order of the senders' ids, which tell
nothing about the person. In these tables a council has a row for everybody, as its index of residents would; its Client
Level Data hold only those whom it supports. What is said, late, twice or corrected is what the same person's FHIR and
CLD rows say, because both are written from the same drawing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np

from joinedup.exchange.generate import fhir_files
from joinedup.exchange.generate.cld_file import council_person_id
from joinedup.exchange.generate.events import Care, Health
from joinedup.exchange.generate.mess import Sending, Statement
from joinedup.exchange.generate.numbers import NO_NUMBER
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import Place, Source
from joinedup.exchange.generate.seeds import local_id

_ROW = {
    "row_id": "varchar", "local_id": "varchar", "version": "integer", "late": "boolean", "nhs_number": "varchar",
    "number_verified": "boolean", "given": "varchar", "middle": "varchar", "family": "varchar", "prefix": "varchar",
    "gender": "varchar", "birth_date": "date", "death_date": "date", "address": "varchar", "town": "varchar",
    "postcode": "varchar", "earlier_postcode": "varchar", "phone": "varchar", "mobile": "varchar",
    "practice_code": "varchar",
}  # fmt: skip
COLUMNS: dict[str, dict[str, str]] = {
    "identities": {
        "true_id": "varchar", "place": "varchar", "nhs_number": "varchar", "given": "varchar", "middle": "varchar",
        "family": "varchar", "gender": "varchar", "birth_date": "date", "death_date": "date", "household": "varchar",
        "role": "varchar", "lives_alone": "boolean", "in_care_home": "boolean", "cares_for": "varchar",
        "cared_by": "varchar", "address": "varchar", "town": "varchar", "postcode": "varchar",
        "earlier_postcode": "varchar", "moved_on": "date", "known_from": "date", "known_until": "date",
        "practice_code": "varchar", "restricted": "boolean", "twin": "boolean", "same_name_relative": "boolean",
        "without_number": "boolean",
    },
    "nhs_rows": _ROW,
    "council_rows": _ROW,
    "events": {
        "local_id": "varchar", "body": "varchar", "kind": "varchar", "starts": "timestamp", "ends": "timestamp",
        "code": "varchar", "title": "varchar", "outcome": "varchar",
    },
    "truth": {
        "row_id": "varchar", "true_id": "varchar", "body": "varchar", "done": "varchar", "twin": "boolean",
        "same_name_relative": "boolean",
    },
}  # fmt: skip
_ORDER = {
    "identities": "place, true_id", "nhs_rows": "row_id", "council_rows": "row_id", "truth": "row_id",
    "events": "local_id, starts, kind, code, title, ends, body, outcome",
}  # fmt: skip


class PartTables:
    """The rows of one part of a place, held until `write`."""

    def __init__(self, seed: int, place: Place) -> None:
        self._seed, self._place = seed, place
        self._practice = _source(place, "practice")
        self._council = _source(place, "council")
        self._rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}

    def person(self, person: TruePerson, health: Health, care: Care | None, said: tuple[Sending, Sending]) -> None:
        """Take one person in: `said` is what the practices' body and what the council say."""
        self._rows["identities"].append(_identity(person))
        patient = fhir_files.Writer(self._seed, self._practice, person).patient_id
        client = council_person_id(self._seed, self._place.code, person.true_id)
        self._source_rows("nhs_rows", self._practice, patient, person, said[0])
        self._source_rows("council_rows", self._council, client, person, said[1])
        self._rows["events"].extend(self._health_events(patient, person, health))
        for event in care.events if care else ():
            starts, ends = event.starts.isoformat(), event.ends.isoformat() if event.ends else None
            kind = event.kind.lower()
            self._rows["events"].append(
                (client, self._council.code, kind, starts, ends, "", event.description, event.outcome)
            )

    def _source_rows(self, table: str, source: Source, own_id: str, person: TruePerson, sending: Sending) -> None:
        marks = (*person.traits, *sending.statement.mistakes, *(("late",) if sending.late else ()))
        sent = [(sending.statement, sending.late, marks)]
        if sending.twice:
            sent.append((sending.statement, sending.late, (*marks, "second-copy")))
        if sending.corrected:
            sent.append((sending.corrected, True, (*person.traits, *sending.corrected.mistakes)))
        for number, (statement, late, done) in enumerate(sent):
            row_id = local_id(self._seed, source.code, own_id, "row", number)
            self._rows[table].append((row_id, own_id, *_said(statement, late)))
            flags = ("twin" in person.traits, "namesake" in person.traits)
            self._rows["truth"].append((row_id, person.true_id, source.code, "|".join(done), *flags))

    def _health_events(self, patient: str, person: TruePerson, health: Health) -> Iterable[tuple[object, ...]]:
        practice = self._practice.code
        for condition in health.conditions:
            yield (
                patient,
                practice,
                "condition",
                condition.onset.isoformat(),
                None,
                condition.code,
                condition.display,
                "",
            )
        for medicine in health.medicines:
            yield patient, practice, "medicine", medicine.starts.isoformat(), None, "", medicine.name, ""
        for allergy in health.allergies:
            yield patient, practice, "allergy", allergy.recorded.isoformat(), None, allergy.code, allergy.display, ""
        for vaccination in health.vaccinations:
            yield patient, practice, "vaccination", vaccination.given.isoformat(), None, "", vaccination.name, ""
        for contact in health.contacts:
            body = next((one.code for one in self._place.sources if contact.kind in one.contacts), practice)
            yield patient, body, contact.kind, _moment(contact.at), None, "", contact.title, ""
        hospital = _hospital_of(self._place, person)
        for stay in health.hospital:
            ends = _moment(stay.ends) if stay.ends else None
            yield (
                patient,
                hospital,
                stay.kind,
                _moment(stay.starts),
                ends,
                stay.reason_code,
                stay.reason,
                stay.discharge_code,
            )

    def write(self, folder: Path, number: int) -> dict[str, int]:
        """Write the part's file of each table, whole or not at all; returns rows by table."""
        with duckdb.connect(config={"threads": 1}) as engine:
            for table, rows in self._rows.items():
                path = folder / table / f"part-{number:04d}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(engine, path, table, rows)
        return {table: len(rows) for table, rows in self._rows.items()}


def _write(engine: duckdb.DuckDBPyConnection, path: Path, table: str, rows: list[tuple[object, ...]]) -> None:
    columns = COLUMNS[table]
    values = zip(*rows, strict=True) if rows else [() for _ in columns]
    made = {name: _array(kind, found) for (name, kind), found in zip(columns.items(), values, strict=True)}
    engine.register("made", made)
    wanted = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    unfinished = path.with_suffix(".unfinished")
    to = str(unfinished).replace("'", "''")
    chosen = f"select {wanted} from made order by {_ORDER[table]}"
    engine.execute(f"copy ({chosen}) to '{to}' (format parquet, compression zstd)")
    engine.unregister("made")
    unfinished.rename(path)


def _array(kind: str, values: tuple[object, ...]) -> np.ndarray:
    plain = {"boolean": np.dtype(bool), "integer": np.dtype(np.int32)}
    return np.array(values, dtype=plain.get(kind, np.dtype(object)))


def _source(place: Place, kind: str) -> Source:
    return next(source for source in place.sources if source.kind == kind)


def _hospital_of(place: Place, person: TruePerson) -> str:
    hospitals = [source for source in place.sources if source.kind == "hospital"]
    near = (source.code for source in hospitals if not source.districts or person.home.district in source.districts)
    return next(near, hospitals[0].code)


def _moment(at: object) -> str:
    return str(at)[:19]


def _identity(person: TruePerson) -> tuple[object, ...]:
    home = person.home
    return (
        person.true_id, person.place, person.nhs_number or None, person.given[0], " ".join(person.given[1:]) or None,
        person.family, person.gender, person.birth_date.isoformat(), _day(person.death_date), person.household,
        person.role, person.lives_alone, person.role == "resident", _member(person, person.cares_for),
        _member(person, person.cared_by), ", ".join(home.lines), home.town, home.postcode,
        person.earlier_home.postcode if person.earlier_home else None, _day(person.moved_on), _day(person.known_from),
        _day(person.known_until), person.practice_code, person.restricted, "twin" in person.traits,
        "namesake" in person.traits, NO_NUMBER in person.traits,
    )  # fmt: skip


def _said(statement: Statement, late: bool) -> tuple[object, ...]:
    said = statement.said
    return (
        statement.version, late, said.nhs_number or None, statement.verified, said.given[0],
        " ".join(said.given[1:]) or None, said.family, said.prefix or None, said.gender, said.birth_date.isoformat(),
        _day(said.death_date), ", ".join(said.home.lines), said.home.town, said.home.postcode,
        said.earlier_home.postcode if said.earlier_home else None, said.phone or None, said.mobile or None,
        said.practice_code,
    )  # fmt: skip


def _day(day: object) -> str | None:
    return str(day) if day else None


def _member(person: TruePerson, index: int | None) -> str | None:
    return None if index is None else f"{person.true_id.split('-')[0]}-{index:07d}"
