"""What does one FHIR resource become: a person, something that happened, or a unit kept without being understood?

Whatever is wrong with one resource is that resource's refusal. Older versions of FHIR are put into R4's words first
(`older_versions.py`) and are not measured against R4's shapes; what is kept is what was sent.
"""

from __future__ import annotations

from datetime import date

from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.bundle_index import BundleIndex
from joinedup.exchange.fhir.elements import Json, identified_id, instant_of, objects, reference_id, string
from joinedup.exchange.fhir.event_reading import read_event
from joinedup.exchange.fhir.events import EVENT_SHAPES
from joinedup.exchange.fhir.older_versions import in_r4_words, is_older
from joinedup.exchange.fhir.patient import read_patient
from joinedup.exchange.fhir.patient_contacts import read_contacts
from joinedup.exchange.fhir.shape_check import note_shape_faults
from joinedup.exchange.fhir.xml_shapes import SentAsXml
from joinedup.exchange.json_text import BrokenJson, has_field_too_long, write_json
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import FIELD_LIMIT_CHARACTERS, sha256

SUBJECT_ELEMENTS = ("subject", "patient", "beneficiary")
PATIENT_ELEMENTS = frozenset(
    {"identifier", "name", "birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "deceased"}
    | {"address", "telecom", "generalPractitioner", "meta", "link", "contact"}
)


def refused_unit(
    file: str, row: int, raw: bytes, code: str, *, kind: str = "fhir:unknown", digest: str = "", **words: object
) -> Unit:
    """A unit refused whole (its `known` stays True: it counts as refused, not as kept).

    `raw` is b'' where what was sent is too large or too broken to keep; `digest` is then of the bytes sent, if known.
    """
    refusals = RefusalList(file, row)
    refusals.add(code, "", **words)
    return Unit(file, row, kind, "", "", raw, digest or sha256(raw), refusals=refusals.items())


def unit_of_entry(resource: Json, file: str, row: int, today: date, index: BundleIndex) -> Unit:
    """The unit of a resource that stood in a bundle or in XML, kept as compact JSON."""
    if isinstance(resource, BrokenJson):
        return refused_unit(file, row, b"", resource.code)
    try:
        raw = write_json(resource)
    except BrokenJson as broken:
        return refused_unit(file, row, b"", broken.code)
    return unit_of_resource(resource, raw, file, row, today, index)


def unit_of_resource(resource: Json, raw: bytes, file: str, row: int, today: date, index: BundleIndex) -> Unit:
    """The unit of a resource whose bytes are `raw`."""
    if not isinstance(resource, dict):
        return refused_unit(file, row, raw, "not-an-object")
    resource_type = string(resource.get("resourceType"))
    if not resource_type:
        return refused_unit(file, row, raw, "resource-type-missing")
    digest = resource.digest if isinstance(resource, SentAsXml) else sha256(raw)
    kind = f"fhir:{resource_type[:60]}"
    try:
        if has_field_too_long(resource, len(raw)):
            limit = f"{FIELD_LIMIT_CHARACTERS:,}"
            return refused_unit(file, row, b"", "field-too-long", kind=kind, digest=digest, limit=limit)
    except BrokenJson as broken:
        return refused_unit(file, row, b"", broken.code, kind=kind, digest=digest)
    understood = in_r4_words(resource)
    if understood is not resource:
        resource_type = str(understood["resourceType"])
    local_id = _local_id(resource, resource_type, digest, index)
    told = instant_of(_last_updated(resource)) or index.sent_at
    refusals = RefusalList(file, row)
    is_r4 = understood is resource and not is_older(resource)
    if resource_type == "Patient":
        person = read_patient(understood, today, refusals)
        if is_r4:
            note_shape_faults(resource_type, raw, PATIENT_ELEMENTS, refusals)
        return Unit(
            file, row, kind, local_id, local_id, raw, digest, person=person, refusals=refusals.items(), told_at=told,
            event=read_contacts(understood, today, index),
        )  # fmt: skip
    subject = _subject(understood, resource_type, index)
    subject = index.local_ids.get(subject, subject)
    shape = EVENT_SHAPES.get(resource_type)
    if shape is None or (not subject and not shape.needs_subject):
        return Unit(file, row, kind, local_id, subject, raw, digest, known=False)
    if not subject:
        refusals.add("subject-missing", f"{resource_type}.{shape.subject}")
        return Unit(file, row, kind, local_id, "", raw, digest, refusals=refusals.items())
    event = read_event(understood, shape, today, refusals, index)
    if is_r4:
        note_shape_faults(resource_type, raw, shape.elements, refusals)
    return Unit(
        file, row, kind, local_id, subject, raw, digest, event=event, refusals=refusals.items(), told_at=told
    )  # fmt: skip


def _last_updated(resource: dict[str, Json]) -> Json:
    meta = resource.get("meta")
    return meta.get("lastUpdated") if isinstance(meta, dict) else None


def _local_id(resource: dict[str, Json], resource_type: str, digest: str, index: BundleIndex) -> str:
    """The sender's own id; in a message, whose ids are made anew each time, the identifier that stays the same."""
    if index.is_message and resource_type in MESSAGE_IDENTIFIED:
        for identifier in objects(resource.get("identifier")):
            if value := string(identifier.get("value")):
                return f"identifier:{string(identifier.get('system'))}|{value}"
    return string(resource.get("id")) or f"digest:{digest}"


MESSAGE_IDENTIFIED = ("ServiceRequest", "Encounter", "Appointment")


def _subject(resource: dict[str, Json], resource_type: str, index: BundleIndex) -> str:
    """The Patient's id, from a reference or, failing that, from the identifier that stands in its place."""
    if resource_type == "Appointment":
        return _patient_among(objects(resource.get("participant")), index)
    if resource_type == "Task":
        return reference_id(resource.get("for")) or identified_id(resource.get("for"))
    for element in SUBJECT_ELEMENTS:
        value = resource.get(element)
        if value is not None and (found := reference_id(value) or identified_id(value)):
            return found
    return ""


def _patient_among(participants: list[dict[str, Json]], index: BundleIndex) -> str:
    """The participant who is a Patient: an address that does not say what it names must be one of the bundle's."""
    for participant in participants:
        for actor in objects(participant.get("actor")):
            found = reference_id(actor)
            if found and (found in index.patients or not string(actor.get("reference")).startswith("urn:")):
                return found
            if string(actor.get("type")) == "Patient" and (found := identified_id(actor)):
                return found
    return ""
