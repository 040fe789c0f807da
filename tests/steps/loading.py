"""Files as bodies send them, small and written by hand, loaded as the role `loader` into a database of the test's own.

`Place.load` runs the same action as the command; `Place.command` runs the command itself in a process of its own.
`Place.contents` is everything a load leaves behind, told without keys and without the moment of loading, so that two
databases can be compared.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg

from joinedup.base.nhs_number import check_digit

PROJECT = Path(__file__).resolve().parents[2]
TORBAY, BRADFORD = "E06000027", "E08000032"
ICB, TRUST, COUNCIL, OTHER_ICB = "QJK", "RA9", "E06000027", "QWO"
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"

COMMAND = """
import sys
from config.databases import start_django
start_django(role="loader")
from joinedup.exchange import actions
from joinedup.person.actions import adopt
actions.UNITS_AT_ONCE = adopt.PEOPLE_AT_ONCE = adopt.EVENTS_AT_ONCE = int(sys.argv[1])
from joinedup.exchange import commands
commands.SECONDS_BETWEEN_LINES = 0
from joinedup.cli import main
sys.exit(main(sys.argv[2:]))
"""

CONTENTS = {
    "people": "select {who}, l.code, p.nhs_number, p.family, p.given, p.prefix, p.family_folded, p.birth_date, "
    "p.gender, p.deceased, p.death_date, p.address, p.postcode, p.phone, p.gp_practice_code, p.restricted "
    "from person_person p join places_place l on l.id = p.place_id",
    "names": "select {who}, n.family, n.given, n.family_folded, n.given_folded, n.use from person_personname n "
    "join person_person p on p.id = n.person_id",
    "identifiers": "select {who}, i.system, i.value, i.verified from person_personidentifier i "
    "join person_person p on p.id = i.person_id",
    "links": "select {who}, b.code, s.subject, s.rule from person_sourceidentity s "
    "join places_body b on b.id = s.body_id join person_person p on p.id = s.person_id",
    "timeline": "select {who}, b.code, t.source_key, r.digest, t.kind, t.title, t.detail::text, t.starts_on, "
    "t.starts_at, t.ends_on, t.open_ended, t.sensitivity, t.amount_pence from person_timelineentry t "
    "join places_body b on b.id = t.body_id join person_person p on p.id = t.person_id "
    "left join person_sourcerecord r on r.id = t.record_id",
    "sources": "select case when r.person_id is null then '' else {who} end, b.code, l.code, r.kind, r.local_id, "
    "r.subject, r.digest, r.state, r.says_who, case when r.told_at < r.received_at then r.told_at end, "
    "sha256(c.raw), c.person_facts::text, c.event_facts::text, c.person_id is not distinct from r.person_id "
    "from person_sourcerecord r join person_sourcecontent c on c.record_id = r.id "
    "join places_body b on b.id = r.body_id join places_place l on l.id = r.place_id "
    "left join person_person p on p.id = r.person_id",
    "questions": "select {who}, w.kind, (select string_agg(b.code || '/' || s.subject, ' ' order by b.code, s.subject) "
    "from person_sourceidentity s join places_body b on b.id = s.body_id where s.person_id = w.other_person_id) "
    "from person_workitem w join person_person p on p.id = w.person_id",
    "grants": "select {who}, s.code, g.purpose, g.source, g.ends_at from access_accessgrant g "
    "join access_subject s on s.id = g.subject_id join person_person p on p.id = g.person_id",
}
_numbers = count(1)
WHO = (
    "(select string_agg(b.code || '/' || s.subject, ' ' order by b.code, s.subject) from person_sourceidentity s "
    "join places_body b on b.id = s.body_id where s.person_id = p.id)"
)
EVERY_ROW = (
    "person_person", "person_personname", "person_personidentifier", "person_sourceidentity", "person_sourcerecord",
    "person_sourcecontent", "person_timelineentry", "person_workitem", "access_accessgrant", "access_rowhistory",
)  # fmt: skip


@contextmanager
def fresh_place(server: object, template: str) -> Iterator[Place]:
    """A clone of the migrated template, dropped afterwards."""
    from config.databases import drop_database, ensure_database

    name = f"load_{os.getpid()}_{next(_numbers)}"
    drop_database(server, name)
    ensure_database(server, name, template=template)
    try:
        yield Place(name)
    finally:
        drop_database(server, name)


class Place:
    """A migrated database of the test's own, with nobody in it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def rows(self, statement: str, values: Sequence[object] | None = None, role: str = "owner") -> list[tuple]:
        """Run one statement under a role and commit; its rows."""
        with self.connection(role) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def connection(self, role: str = "owner") -> psycopg.Connection:
        """A connection as a role, committing each statement."""
        from config.databases import connection_words
        from config.environment import database_address

        return psycopg.connect(**connection_words(database_address(), role, self.name), autocommit=True)

    @contextmanager
    def as_loader(self) -> Iterator[object]:
        """Django's own connection is the loader's, on this database; yields the caller."""
        from django.db import connections
        from django.db.backends.postgresql.base import DatabaseWrapper

        from joinedup.access.callers import acting_as_service

        held = connections["default"]
        connections["default"] = DatabaseWrapper({**connections.settings["loader"], "NAME": self.name}, "default")
        try:
            with acting_as_service() as caller:
                pass
            yield caller
        finally:
            connections["default"].close()
            connections["default"] = held

    def load(self, *paths: Path, source: str = ICB, place: str = TORBAY, at: datetime = AT):
        """Load paths in this process; the report."""
        from joinedup.exchange.actions import load_files
        from joinedup.places.queries import find_body, find_place

        with self.as_loader() as caller:
            body, where = find_body(source, at.date()), find_place(place)
            return load_files(by=caller, at=at, request_key="load-in-a-test", paths=paths, body=body, place=where)

    def command(
        self, *words: object, batch: int = 2_000, source: str = ICB, place: str = TORBAY, **popen: object
    ) -> subprocess.Popen:
        """`joinedup load` in a process of its own; its batches may be made small, to be cut between two of them."""
        given = [str(word) for word in words]
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(batch), "load", *given, "--source", source, "--place", place],
            cwd=PROJECT, env=os.environ | {"JOINEDUP_DATABASE_NAME": self.name}, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **popen,
        )  # fmt: skip

    def contents(self, *without: str) -> dict[str, list[tuple]]:
        """What loads left behind, by part, without keys, arrival and moments of loading."""
        with self.connection() as connection:
            return {
                part: sorted(connection.execute(statement.format(who=WHO)).fetchall(), key=repr)
                for part, statement in CONTENTS.items() if part not in without
            }  # fmt: skip

    def digests(self) -> dict[str, object]:
        """A digest of every row, keys and moments included, of each table that holds people."""
        return {
            table: self.rows(
                f"select count(*), md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) from {table} t"
            )[0]
            for table in EVERY_ROW
        }

    def person(self, subject: str, body: str = ICB) -> tuple | None:
        """Key, NHS number, family, given, birth date and place's code of whom a sender's identifier names."""
        found = self.rows(
            "select p.id, p.nhs_number, p.family, p.given, p.birth_date, l.code from person_sourceidentity s "
            "join person_person p on p.id = s.person_id join places_place l on l.id = p.place_id "
            "join places_body b on b.id = s.body_id where s.subject = %s and b.code = %s",
            [subject, body],
        )
        return found[0] if found else None

    def timeline(self, subject: str, body: str = ICB) -> list[tuple]:
        """Title and start of each line of whom a sender's identifier names, in order."""
        return self.rows(
            "select t.title, t.starts_on from person_timelineentry t where t.person_id = %s "
            "order by t.starts_on, t.title",
            [self.person(subject, body)[0]],
        )

    def count(self, table: str) -> int:
        """How many rows a table holds."""
        return self.rows(f"select count(*) from {table}")[0][0]


def refused(report) -> Counter:
    """How often each code was given, with whether the whole row was refused."""
    return Counter((refusal.code, refusal.whole) for refusal in report.refused)


def adds_up(report) -> bool:
    """The promise of the report about its counts."""
    return report.read == report.accepted + report.kept_unknown + report.refused_whole


def number(nth: int) -> str:
    """The nth valid NHS number of the test range."""
    for nine in range(999_100_000 + nth * 2, 999_100_000 + nth * 2 + 2):
        if (last := check_digit(str(nine))) is not None:
            return f"{nine}{last}"
    raise AssertionError("two numbers side by side without a check digit")


def patient(subject: str, *, nhs: str = "", verified: bool = True, born: str = "1941-03-02", family: str = "Smith",
            given: str = "Margaret", told: str = "", old_nhs: str = "", **more: object) -> dict:  # fmt: skip
    """A FHIR Patient; `told` is meta.lastUpdated, `old_nhs` a number that the present one replaced."""
    identifiers: list[dict] = []
    if nhs:
        status = "number-present-and-verified" if verified else "number-present-but-not-traced"
        code = {"coding": [{"code": "01" if verified else "02", "display": status}]}
        identifiers.append({
            "system": "https://fhir.nhs.uk/Id/nhs-number", "value": nhs,
            "extension": [{"url": VERIFICATION, "valueCodeableConcept": code}],
        })  # fmt: skip
    if old_nhs:
        identifiers.append({"system": "https://fhir.nhs.uk/Id/nhs-number", "value": old_nhs, "use": "old"})
    meta = {"meta": {"lastUpdated": told}} if told else {}
    birth = {"birthDate": born} if born else {}
    names = [{"use": "usual", "family": family, "given": [given]}]
    known_by = {"identifier": identifiers} if identifiers else {}
    return {"resourceType": "Patient", "id": subject, **known_by, "name": names, **birth, **meta, **more}


def condition(local_id: str, subject: str, title: str = "Asthma", on: str = "2024-05-01", *, told: str = "",
              status: str = "") -> dict:  # fmt: skip
    """A FHIR Condition; `status` is its verification, such as entered-in-error."""
    meta = {"meta": {"lastUpdated": told}} if told else {}
    verification = {"verificationStatus": {"coding": [{"code": status}]}} if status else {}
    return {
        "resourceType": "Condition", "id": local_id, "subject": {"reference": f"Patient/{subject}"},
        "code": {"text": title}, "onsetDateTime": on, **verification, **meta,
    }  # fmt: skip


def bundle(*resources: object) -> dict:
    """A FHIR collection."""
    return {
        "resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]
    }  # fmt: skip


def json_file(path: Path, *resources: object) -> Path:
    """One resource, or a bundle of several."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(resources[0] if len(resources) == 1 else bundle(*resources)), encoding="utf-8")
    return path


def lines_file(path: Path, *resources: object) -> Path:
    """NDJSON; a text or bytes among the resources stands as it is."""
    lines = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in resources
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def cld_row(subject: str, **cells: str) -> dict[str, str]:
    """One row of Client Level Data, headings spelt with '_' for spaces where given by name."""
    row = {
        "Reporting Period Start Date": "01/07/2026", "Reporting Period End Date": "30/09/2026",
        "LA Code": "114", "LA Person Unique Identifier": subject, "Gender": "Female", "Date of Birth": "02/03/1941",
        "Client Type": "Service User", "Event Type": "Service", "Event Start Date": "01/08/2026",
        "Service Type": "Long term support: Community",
        "Service Component": "Home support or domiciliary care", "First Name": "Margaret", "Last Name": "Smith",
    }  # fmt: skip
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def cld_file(path: Path, *rows: dict[str, str], without: Sequence[str] = ()) -> Path:
    """A Client Level Data file with every heading of the return, but those left out."""
    from joinedup.exchange.csv.cld_headings import HEADINGS

    headings = [heading for heading in HEADINGS if heading not in without]
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path
