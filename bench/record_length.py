"""Does a long record open as fast as a short one? The page of people with 50, 500 and 5,000 events, in turn.

A is the page of 5,000 events, B that of 50, each `GET /people/<id>/` in process, so the ratio says how flat it is (1 is
flat). The people and their events are loaded by the real loader the first time, and stay in the bench's database.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bench.place import FILES, LoadedPlace, loaded
from bench.record_page import write_request_log_nowhere
from bench.side_by_side import machine, milliseconds, say, summary
from joinedup.base.nhs_number import check_digit

LENGTHS = (50, 500, 5_000)
ASKS = 20
FIRST_DAY = date(2016, 1, 4)
STATUS = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds the times of each length."""
    from django.conf import settings
    from django.test import Client

    warnings.filterwarnings("ignore", "No directory at")
    write_request_log_nowhere()
    people = _people(place) or _made(place)
    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = place.token

    def page(person: UUID) -> None:
        answer = client.get(f"/people/{person}/")
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")

    load_before = os.getloadavg()[0]
    times: dict[int, list[float]] = {length: [] for length in LENGTHS}
    for length in LENGTHS:
        page(people[length])
    for _ in range(rounds * ASKS):
        for length in LENGTHS:
            times[length].append(milliseconds(page, people[length]))
    by_length = {str(length): summary(times[length]) for length in LENGTHS}
    a, b = by_length["5000"], by_length["50"]
    return {
        "people": len(LENGTHS), "a": a, "b": b, "ratio": round(a["p50_ms"] / max(b["p50_ms"], 0.001), 2),
        "inputs": len(LENGTHS), "answers": "each page opened", "by_events": by_length, "machine": machine(load_before),
    }  # fmt: skip


def _people(place: LoadedPlace) -> dict[int, UUID]:
    """Who has how many events, when all of them stand."""
    found: dict[int, UUID] = {}
    with place.connect("owner") as owner:
        for length in LENGTHS:
            row = owner.execute(
                "select p.id, count(t.id) from person_sourceidentity s join person_person p on p.id = s.person_id "
                "join person_timelineentry t on t.person_id = p.id where s.subject = %s group by p.id",
                [f"bench-{length}"],
            ).fetchone()
            if row and row[1] >= length:
                found[length] = row[0]
    return found if len(found) == len(LENGTHS) else {}


def _made(place: LoadedPlace) -> dict[int, UUID]:
    say("  loading people with 50, 500 and 5,000 events; this is done once")
    folder = FILES / "lengths"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (folder / "events.ndjson").open("w", encoding="utf-8") as file:
        for nth, length in enumerate(LENGTHS):
            for resource in _resources(nth, length):
                file.write(json.dumps(resource) + "\n")
    listed = {"source": "QJK", "place": "E06000027", "late": False, "paths": ["events.ndjson"]}
    (folder / "manifest.json").write_text(json.dumps({"schema": "generate/2", "loads": [listed]}), encoding="utf-8")
    loaded(folder)
    shutil.rmtree(folder)
    people = _people(place)
    if not people:
        raise RuntimeError("the people of this bench did not arrive whole; see what the loader said")
    return people


def _resources(nth: int, length: int) -> list[dict[str, Any]]:
    subject = f"bench-{length}"
    nine = next(n for n in range(999_990_000 + nth * 10, 999_990_010 + nth * 10) if check_digit(str(n)) is not None)
    status = {"coding": [{"code": "01", "display": "number-present-and-verified"}]}
    known_by = {
        "system": "https://fhir.nhs.uk/Id/nhs-number", "value": f"{nine}{check_digit(str(nine))}",
        "extension": [{"url": STATUS, "valueCodeableConcept": status}],
    }  # fmt: skip
    person = {
        "resourceType": "Patient", "id": subject, "identifier": [known_by], "birthDate": f"193{nth}-05-17",
        "name": [{"use": "usual", "family": f"Longrecord{nth}", "given": ["Ada"]}],
    }  # fmt: skip
    return [person] + [
        {
            "resourceType": "Condition", "id": f"{subject}-{event}", "subject": {"reference": f"Patient/{subject}"},
            "code": {"text": f"Complaint {event % 37}"},
            "onsetDateTime": (FIRST_DAY + timedelta(days=event * 3800 // length)).isoformat(),
        }
        for event in range(length)
    ]  # fmt: skip
