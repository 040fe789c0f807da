"""Do the real sample files load whole, each person once, with no refusal but those that we can explain?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.steps.loading import Place, adds_up, fresh_place, refused

PDS, BUNDLES, TEN = "pds-fhir-patients", "synthea-bundles-r4", "synthea-10-patients"
EXPECTED = {
    PDS: {
        "read": 117, "accepted": 114, "kept_unknown": 2, "already_held": 37, "people_made": 57,
        # one relative is sent of somebody who is not
        "refused": {
            ("nhs-number-invalid", False): 3, ("postcode-invalid", False): 4, ("subject-unknown", True): 1,
        }, "waiting": 1,
        "skipped_files": ("PROVENANCE.md", "addresses.json"), "timeline": 7, "questions": 2, "restricted": 3,
        "verified": 54, "unknown": {"RelatedPerson": 1, "OperationOutcome": 1},
    },
    BUNDLES: {
        "read": 3630, "accepted": 2622, "kept_unknown": 1008, "already_held": 6, "people_made": 20, "refused": {},
        "skipped_files": ("PROVENANCE.md", "index.csv"), "timeline": 2602, "questions": 0, "restricted": 0,
        "verified": 0, "unknown": {
            "Claim": 350, "DiagnosticReport": 106, "ExplanationOfBenefit": 295, "ImagingStudy": 3, "Organization": 124,
            "Practitioner": 124,
        },
    },
    TEN: {
        "read": 6065, "accepted": 5876, "kept_unknown": 189, "already_held": 13, "people_made": 120, "refused": {},
        "skipped_files": ("PROVENANCE.md", "log.ndjson"), "timeline": 5743, "questions": 0, "restricted": 0,
        "verified": 0, "unknown": {
            "Practitioner": 43, "PractitionerRole": 43, "Location": 44, "Organization": 43, "Device": 16,
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=list(EXPECTED))
def loaded(request, database, server, template, given) -> Iterator[tuple[str, Place, object]]:
    """A folder's name, the fresh place it was loaded into, and the report."""
    with fresh_place(server, template) as place:
        yield request.param, place, place.load(given / request.param)


def test_the_report_counts_what_is_there(loaded) -> None:
    name, _, report = loaded
    expected = EXPECTED[name]
    assert adds_up(report)
    for count in ("read", "accepted", "kept_unknown", "already_held", "people_made", "skipped_files"):
        assert getattr(report, count) == expected[count], count
    assert refused(report) == expected["refused"]
    assert report.refused_whole == expected.get("waiting", 0)


def test_the_record_holds_what_was_sent(loaded) -> None:
    name, place, report = loaded
    expected = EXPECTED[name]
    assert place.count("person_person") == report.people_made
    assert place.count("person_timelineentry") == expected["timeline"]
    assert place.count("person_workitem") == expected["questions"]
    assert place.count("person_sourcerecord") == report.read - report.already_held
    unknown = place.rows("select replace(kind, 'fhir:', ''), count(*) from person_sourcerecord "
                         "where state = 'unknown' group by 1")  # fmt: skip
    assert dict(unknown) == expected["unknown"]
    assert place.rows("select count(*) from person_sourcerecord where state = 'waiting'") == [
        (expected.get("waiting", 0),)
    ]
    assert place.rows("select count(*) from person_person where nhs_number <> ''") == [(expected["verified"],)]


def test_loading_again_changes_nothing(loaded, given) -> None:
    name, place, report = loaded
    before = place.digests()
    again = place.load(given / name)
    assert (again.read, again.accepted, again.people_made) == (report.read, report.accepted, 0)
    assert again.already_held == report.read
    assert place.digests() == before


def test_every_patient_of_the_files_is_a_person(loaded, given) -> None:
    name, place, _ = loaded
    sent = {(patient["id"], patient.get("birthDate")) for patient in patients(given / name)}
    assert place.count("person_person") == len(sent)
    subjects = {subject.split("/")[0] for (subject,) in place.rows("select subject from person_sourceidentity")}
    assert subjects == {local_id for local_id, _ in sent}


def test_restricted_people_are_marked(loaded, given) -> None:
    name, place, _ = loaded
    sent = {
        patient["id"] for patient in patients(given / name)
        if any(code.get("code") in ("R", "V", "REDACTED") for code in patient.get("meta", {}).get("security", []))
    }  # fmt: skip
    marked = place.rows(
        "select distinct split_part(s.subject, '/', 1) from person_sourceidentity s "
        "join person_person p on p.id = s.person_id where p.restricted"
    )
    assert {subject for (subject,) in marked} == sent
    assert place.rows("select count(*) from person_person where restricted") == [(EXPECTED[name]["restricted"],)]
    assert bool(sent) == (name == PDS)


def patients(folder: Path) -> Iterator[dict]:
    """Each Patient of a folder, found without our readers."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".json":
            yield from _patients(json.loads(path.read_text(encoding="utf-8")))
        elif path.suffix == ".ndjson":
            for line in path.read_text(encoding="utf-8").splitlines():
                yield from _patients(json.loads(line))


def _patients(value: object) -> Iterator[dict]:
    if isinstance(value, dict) and value.get("resourceType") == "Patient":
        yield value
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        for entry in value.get("entry", []):
            yield from _patients(entry.get("resource"))
