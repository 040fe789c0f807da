"""One person's record as one FHIR R4 document: what stands in it, in which order, piece by piece as it is sent.

Pure: from who the person is, who told, and the lines, to the text of a Bundle of type 'document'. The Composition comes
first and lists everything under headings; then the person, those who told, those who are close, and the lines. What is
left out (sensitive lines, where a restricted person lives) is said in a section of its own. Source: FHIR R4 Bundle and
Composition; UK Core's extension for the verification of an NHS number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from uuid import UUID

from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.document_entries import (
    CONFIDENTIALITY,
    Line,
    Resource,
    extension_of,
    reference,
    resource_of,
)
from joinedup.exchange.fhir.elements import Json
from joinedup.exchange.fhir.patient import NHS_NUMBER_SYSTEMS

VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
VERIFICATION_CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
ODS_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Alerts, adjustments and legal information", ("flag", "allergy", "consent")),
    ("Requests, referrals and tasks", ("request", "referral", "task")),
    ("Plans, teams and goals", ("care_plan", "care_team", "goal")),
    ("Services and their cost", ("service", "charge", "delivery")),
    ("Assessments and reviews", ("assessment", "review", "questionnaire")),
    ("Visits, contacts and stays", ("visit", "appointment", "contact", "attendance", "admission")),
    ("Conditions", ("condition",)),
    ("Medicines and vaccinations", ("medicine", "vaccination")),
    ("Procedures and observations", ("procedure", "observation")),
    ("People named in files", ("contact_person",)),
    ("Documents", ("document", "notice")),
)
NAME_USES = ("usual", "official", "temp", "nickname", "anonymous", "old", "maiden")
OTHER_SECTION = "Everything else"


@dataclass(frozen=True, slots=True)
class NameOf:
    """A name that the person has or had."""

    family: str
    given: str
    prefix: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class PersonOf:
    """Who the document is about, as the record says; the name that holds comes first."""

    person_id: UUID
    nhs_number: str
    verified: bool
    names: tuple[NameOf, ...]
    birth_date: date | None
    gender: str
    deceased: bool
    death_date: date | None
    address: str
    postcode: str
    phone: str
    gp_practice_code: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class CloseOne:
    """Somebody close to the person, as a document says it: to whoever takes it in, a line of kind `contact_person`."""

    relationship_id: UUID
    name: str
    words: str
    phone: str
    is_carer: bool
    in_emergency: bool
    starts_on: date | None
    is_next_of_kin: bool = False

    @property
    def line(self) -> EventFact:
        """The line that another place makes of it; nothing of how they are reached is lost."""
        said = (
            ("Relationship", self.words),
            ("Telephone", self.phone),
            ("Next of kin", "yes" if self.is_next_of_kin else ""),
            ("In an emergency", "to be called" if self.in_emergency else ""),
            ("Carer", "yes, unpaid" if self.is_carer else ""),
        )
        detail = tuple((label, text) for label, text in said if text)
        return EventFact("contact_person", f"{self.name} ({self.words})", self.starts_on, detail=detail)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document is made of, before its lines: `index` is key and kind of each line, in the order of sending."""

    document_id: UUID
    at: datetime
    author: str
    person: PersonOf
    bodies: Mapping[UUID, tuple[str, str]]
    close: tuple[CloseOne, ...]
    index: Sequence[tuple[UUID, str]]
    left_out: tuple[str, ...]


def document(contents: Contents, lines: Iterable[Line]) -> Iterator[str]:
    """The text of the document, piece by piece; each line is read only when its turn comes."""
    head = {
        "resourceType": "Bundle", "id": str(contents.document_id), "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{contents.document_id}"},
        "timestamp": contents.at.isoformat(timespec="milliseconds"),
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entry": [\n'
    yield _entry(composition(contents))
    yield ",\n" + _entry(patient(contents.person))
    for key, (code, name) in contents.bodies.items():
        yield ",\n" + _entry(_organization(key, code, name))
    for close in contents.close:
        yield ",\n" + _entry(_related_person(close, contents))
    for line in lines:
        yield ",\n" + _entry(resource_of(line, contents.person.person_id))
    yield "\n]}\n"


def _entry(resource: Resource) -> str:
    return json.dumps({"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}, ensure_ascii=False)


def composition(contents: Contents) -> Resource:
    """The first resource: whose record, from when, by whom, and what stands under which heading."""
    known = {kind for _, kinds in SECTIONS for kind in kinds}
    by_section: dict[str, list[UUID]] = {}
    for key, kind in contents.index:
        heading = next((title for title, kinds in SECTIONS if kind in kinds), OTHER_SECTION) if kind in known else ""
        by_section.setdefault(heading or OTHER_SECTION, []).append(key)
    sections: list[Json] = []
    if contents.close:
        sections.append(_section("Family, contacts and carers", [each.relationship_id for each in contents.close]))
    titles = (*(title for title, _ in SECTIONS), OTHER_SECTION)
    sections += [_section(title, by_section[title]) for title in titles if title in by_section]
    if contents.left_out:
        sections.append({"title": "Left out", "text": _narrative(" ".join(contents.left_out))})
    return {
        "resourceType": "Composition", "id": str(_composition_key(contents.document_id)), "status": "final",
        "text": _narrative(f"The record of one person, as joinedup held it: {len(contents.index)} entries."),
        "type": {
            "coding": [{"system": "http://loinc.org", "code": "60591-5", "display": "Patient summary Document"}],
            "text": "Health and social care record",
        },
        "subject": reference(contents.person.person_id), "date": contents.at.isoformat(timespec="milliseconds"),
        "author": [{"display": contents.author}], "title": "Health and social care record",
        "confidentiality": "R" if contents.person.restricted else "N", "section": sections,
    }  # fmt: skip


def _composition_key(document_id: UUID) -> UUID:
    """A key beside the document's own, the same each time it is made."""
    return UUID(int=document_id.int ^ 1)


def _section(title: str, keys: Iterable[UUID]) -> dict[str, Json]:
    return {"title": title, "entry": [reference(key) for key in keys]}


def _narrative(words: str) -> dict[str, Json]:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(words)}</p></div>'
    return {"status": "generated", "div": div}


def patient(person: PersonOf) -> Resource:
    """The person; of a restricted one nothing that leads to where they live."""
    resource: Resource = {"resourceType": "Patient", "id": str(person.person_id)}
    if person.restricted:
        resource["meta"] = {"security": [{"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}]}
    if person.nhs_number:
        code = ("01", "Number present and verified") if person.verified else ("02", "Number present but not traced")
        concept = {"coding": [{"system": VERIFICATION_CODES, "code": code[0], "display": code[1]}]}
        resource["identifier"] = [{
            "extension": [{"url": VERIFICATION, "valueCodeableConcept": concept}], "system": NHS_NUMBER_SYSTEMS[0],
            "value": person.nhs_number,
        }]  # fmt: skip
    resource["name"] = [_name(each) for each in person.names]
    if person.phone and not person.restricted:
        resource["telecom"] = [{"system": "phone", "value": person.phone}]
    resource["gender"] = person.gender
    resource["birthDate"] = person.birth_date.isoformat() if person.birth_date else None
    if person.death_date:
        resource["deceasedDateTime"] = person.death_date.isoformat()
    elif person.deceased:
        resource["deceasedBoolean"] = True
    if not person.restricted and (person.address or person.postcode):
        lines = [line for line in person.address.split(", ") if line]
        address = {"use": "home", "line": lines or None, "postalCode": person.postcode or None}
        resource["address"] = [{name: value for name, value in address.items() if value}]
    if not person.restricted and person.gp_practice_code:
        practice = {"system": ODS_SYSTEM, "value": person.gp_practice_code}
        resource["generalPractitioner"] = [{"type": "Organization", "identifier": practice}]
    return {name: value for name, value in resource.items() if value not in (None, [], "")}


def _name(name: NameOf) -> dict[str, Json]:
    parts = {
        "use": name.use if name.use in NAME_USES else None,
        "family": name.family or None, "given": name.given.split() or None,
        "prefix": [name.prefix] if name.prefix else None,
    }  # fmt: skip
    return {key: value for key, value in parts.items() if value}


def _organization(key: UUID, code: str, name: str) -> Resource:
    return {
        "resourceType": "Organization", "id": str(key), "identifier": [{"system": ODS_SYSTEM, "value": code}],
        "name": name,
    }  # fmt: skip


def _related_person(close: CloseOne, contents: Contents) -> Resource:
    """Told as of the moment of the document: then they were close."""
    words: list[Json] = [{"text": close.words}]
    words += [{"text": "Next of kin"}] if close.is_next_of_kin else []
    words += [{"text": "Carer, unpaid"}] if close.is_carer else []
    words += [{"text": "To be called in an emergency"}] if close.in_emergency else []
    resource: Resource = {
        "resourceType": "RelatedPerson", "id": str(close.relationship_id),
        "meta": {"lastUpdated": contents.at.isoformat(timespec="milliseconds")}, "active": True,
        "extension": [extension_of(close.line)], "patient": reference(contents.person.person_id),
        "relationship": words, "name": [{"text": close.name}],
    }  # fmt: skip
    if close.phone:
        resource["telecom"] = [{"system": "phone", "value": close.phone}]
    if close.starts_on:
        resource["period"] = {"start": close.starts_on.isoformat()}
    return resource
