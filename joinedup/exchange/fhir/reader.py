"""Which units does a FHIR file hold?

A bundle is opened (bundles within it too) and each entry's resource is one unit; NDJSON is read line by line in flat
memory; a JSON document is read whole, up to a limit. Whatever is wrong with one resource is that resource's refusal.
Left out: XML, contained resources as units of their own, and what a transaction entry asks for (create, delete).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from joinedup.exchange.byte_lines import TooLong, byte_lines
from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.elements import Json, identified_id, objects, reference_id, string
from joinedup.exchange.fhir.event_reading import read_event
from joinedup.exchange.fhir.events import EVENT_SHAPES
from joinedup.exchange.fhir.patient import read_patient
from joinedup.exchange.fhir.shape_check import note_shape_faults
from joinedup.exchange.json_text import BrokenJson, has_field_too_long, read_json, write_json
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import DOCUMENT_LIMIT_BYTES, FIELD_LIMIT_CHARACTERS, ROW_LIMIT_BYTES, sha256

MEGABYTE = 1024 * 1024
BUNDLE_DEPTH_LIMIT = 20
SUBJECT_ELEMENTS = ("subject", "patient", "beneficiary")
PATIENT_ELEMENTS = frozenset(
    {"identifier", "name", "birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "deceased"}
    | {"address", "telecom", "generalPractitioner", "meta", "link"}
)


def read_json_file(path: Path, name: str, today: date) -> Iterator[Unit]:
    """The units of one JSON document: a resource, or the entries of a bundle, rows counted from 1."""
    if path.stat().st_size > DOCUMENT_LIMIT_BYTES:
        yield refused_unit(name, 1, b"", "file-too-large", limit=DOCUMENT_LIMIT_BYTES // MEGABYTE)
        return
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    if raw.startswith(b"<"):
        yield refused_unit(name, 1, b"", "xml-in-json")
        return
    yield from _units_of_document(raw, name, 1, today, one_row=False)


def read_ndjson_file(path: Path, name: str, today: date, skip_rows: int) -> Iterator[Unit]:
    """The units of an NDJSON file; row is the line number. Empty lines are counted and not units.

    A line may hold a bundle: all its units then carry that line's number.
    """
    for row, line in byte_lines(path, ROW_LIMIT_BYTES):
        if row <= skip_rows:
            continue
        if isinstance(line, TooLong):
            yield refused_unit(name, row, b"", "row-too-long", digest=line.digest, limit=ROW_LIMIT_BYTES // MEGABYTE)
        elif raw := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield from _units_of_document(raw, name, row, today, one_row=True)


def refused_unit(
    file: str, row: int, raw: bytes, code: str, *, kind: str = "fhir:unknown", digest: str = "", **words: object
) -> Unit:
    """A unit refused whole (its `known` stays True: it counts as refused, not as kept).

    `raw` is b'' where what was sent is too large or too broken to keep; `digest` is then of the bytes sent, if known.
    """
    refusals = RefusalList(file, row)
    refusals.add(code, "", **words)
    return Unit(file, row, kind, "", "", raw, digest or sha256(raw), refusals=refusals.items())


def _units_of_document(raw: bytes, file: str, row: int, today: date, one_row: bool) -> Iterator[Unit]:
    try:
        document = read_json(raw)
    except BrokenJson as broken:
        code = "xml-in-json" if raw.startswith(b"<") else broken.code
        yield refused_unit(file, row, raw if len(raw) <= FIELD_LIMIT_CHARACTERS else b"", code, digest=sha256(raw))
        return
    if not (isinstance(document, dict) and document.get("resourceType") == "Bundle"):
        yield _unit_of_resource(document, raw, file, row, today, {})
        return
    local_ids = _local_ids(document)
    for offset, resource in enumerate(_resources(document, 0)):
        unit_row = row if one_row else row + offset
        yield _unit_of_entry(resource, file, unit_row, today, local_ids)


def _resources(bundle: dict[str, Json], depth: int) -> Iterator[Json]:
    """Each entry's resource, or a BrokenJson in the place of one that cannot be reached."""
    entries = bundle.get("entry")
    if entries is not None and not isinstance(entries, list):
        yield BrokenJson("bundle-entries-not-a-list")
        return
    for entry in entries or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is None:
            yield BrokenJson("bundle-entry-empty")
        elif not (isinstance(resource, dict) and resource.get("resourceType") == "Bundle"):
            yield _with_id(resource, entry)
        elif depth >= BUNDLE_DEPTH_LIMIT:
            yield BrokenJson("json-too-deep")
        else:
            yield from _resources(resource, depth + 1)


def _with_id(resource: Json, entry: dict[str, Json]) -> Json:
    """The resource; where it has no id, one with the id that its entry's fullUrl gives it."""
    if isinstance(resource, dict) and not string(resource.get("id")):
        resource_id = reference_id({"reference": entry.get("fullUrl")}, str(resource.get("resourceType")))
        return {**resource, "id": resource_id} if resource_id else resource
    return resource


def _local_ids(bundle: dict[str, Json]) -> dict[str, str]:
    """fullUrl ids of Patients that differ from the resource's own id: references may use either."""
    ids = {}
    for entry in objects(bundle.get("entry")):
        for resource in objects(entry.get("resource")):
            full_id = reference_id({"reference": entry.get("fullUrl")})
            own_id = string(resource.get("id"))
            if resource.get("resourceType") == "Patient" and full_id and own_id and full_id != own_id:
                ids[full_id] = own_id
    return ids


def _unit_of_entry(resource: Json, file: str, row: int, today: date, local_ids: dict[str, str]) -> Unit:
    if isinstance(resource, BrokenJson):
        return refused_unit(file, row, b"", resource.code)
    try:
        raw = write_json(resource)
    except BrokenJson as broken:
        return refused_unit(file, row, b"", broken.code)
    return _unit_of_resource(resource, raw, file, row, today, local_ids)


def _unit_of_resource(resource: Json, raw: bytes, file: str, row: int, today: date, local_ids: dict[str, str]) -> Unit:
    if not isinstance(resource, dict):
        return refused_unit(file, row, raw, "not-an-object")
    resource_type = string(resource.get("resourceType"))
    if not resource_type:
        return refused_unit(file, row, raw, "resource-type-missing")
    digest = sha256(raw)
    kind = f"fhir:{resource_type[:60]}"
    try:
        if has_field_too_long(resource, len(raw)):
            limit = f"{FIELD_LIMIT_CHARACTERS:,}"
            return refused_unit(file, row, b"", "field-too-long", kind=kind, digest=digest, limit=limit)
    except BrokenJson as broken:
        return refused_unit(file, row, b"", broken.code, kind=kind, digest=digest)
    local_id = string(resource.get("id")) or f"digest:{digest}"
    refusals = RefusalList(file, row)
    if resource_type == "Patient":
        person = read_patient(resource, today, refusals)
        note_shape_faults(resource_type, raw, PATIENT_ELEMENTS, refusals)
        return Unit(
            file,
            row,
            kind,
            local_id,
            local_id,
            raw,
            digest,
            person=person,
            refusals=refusals.items(),
            told_at=told_at(resource),
        )
    subject = _subject(resource)
    subject = local_ids.get(subject, subject)
    shape = EVENT_SHAPES.get(resource_type)
    if shape is None:
        return Unit(file, row, kind, local_id, subject, raw, digest, known=False)
    if not subject:
        refusals.add("subject-missing", f"{resource_type}.{shape.subject}")
        return Unit(file, row, kind, local_id, "", raw, digest, refusals=refusals.items())
    event = read_event(resource, shape, today, refusals)
    note_shape_faults(resource_type, raw, shape.elements, refusals)
    return Unit(
        file,
        row,
        kind,
        local_id,
        subject,
        raw,
        digest,
        event=event,
        refusals=refusals.items(),
        told_at=told_at(resource),
    )


def told_at(resource: dict[str, Json]) -> datetime | None:
    """When the sender says it last changed this resource: meta.lastUpdated, where it is an instant."""
    meta = resource.get("meta")
    stated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    if not isinstance(stated, str):
        return None
    try:
        instant = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _subject(resource: dict[str, Json]) -> str:
    """The Patient's id, from a reference or, failing that, from the identifier that stands in its place."""
    for element in SUBJECT_ELEMENTS:
        value = resource.get(element)
        if value is not None and (found := reference_id(value) or identified_id(value)):
            return found
    return ""
