"""What does an NHS body send of one person, as FHIR R4 resources in the style of UK Core?

Plain dictionaries, one a resource. UK Core has no element for the day on which a patient was ready to leave, so that
day travels in an extension of our own (READY_DATE). Left out: narrative text, practitioners, locations, profiles'
optional parts. Shapes follow the public UK Core examples; nothing here proves conformance.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from joinedup.exchange.generate import mrs_smith
from joinedup.exchange.generate.events import Allergy, Condition, Contact, Health, HospitalEvent, Medicine, Vaccination
from joinedup.exchange.generate.mess import Statement
from joinedup.exchange.generate.people import Home, TruePerson
from joinedup.exchange.generate.practices import PRACTICE_NAMES, Source
from joinedup.exchange.generate.seeds import local_id

Resource = dict[str, Any]

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
SNOMED = "http://snomed.info/sct"
UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/"
UK_CODES = "https://fhir.hl7.org.uk/CodeSystem/"
HL7 = "http://terminology.hl7.org/CodeSystem/"
READY_DATE = "https://joinedup.example/StructureDefinition/Extension-DischargeReadyDate"

_CLASSES = {
    "inpatient": ("IMP", "inpatient encounter"),
    "emergency": ("EMER", "emergency"),
    "outpatient": ("AMB", "ambulatory"),
    "practice": ("AMB", "ambulatory"),
    "community": ("HH", "home health"),
    "mental_health": ("AMB", "ambulatory"),
    "telephone": ("VR", "virtual"),
}
_HOSPITAL_TITLES = {
    "inpatient": "Hospital stay",
    "emergency": "Emergency department attendance",
    "outpatient": "Outpatient appointment",
}
_ADMISSIONS = {"21": "Emergency Admission: Emergency Care Department or dental casualty department of the provider"}
_DISCHARGES = {
    "19": "Usual place of residence",
    "85": "Non-NHS (other than Local Authority) run Care Home",
    "79": "Not applicable, patient died",
}


def _coded(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _organisation(code: str, name: str) -> Resource:
    return {"identifier": {"system": ODS, "value": code}, "display": name}


class Writer:
    """Resources about one person from one body; ids are the body's own and always the same."""

    def __init__(self, seed: int, source: Source, person: TruePerson) -> None:
        self._key = (seed, source.code, person.true_id)
        self._source = source
        self._person = person
        self.patient_id = local_id(*self._key, "Patient")
        self._link = "Patient/" if source.form == "ndjson" else "urn:uuid:"

    @property
    def _subject(self) -> Resource:
        return {"reference": f"{self._link}{self.patient_id}"}

    def _start(self, resource_type: str, kind: str, number: int) -> Resource:
        return {"resourceType": resource_type, "id": local_id(*self._key, kind, number)}

    def condition(self, number: int, condition: Condition) -> Resource:
        """A long-term condition, active and confirmed."""
        return self._start("Condition", "condition", number) | {
            "clinicalStatus": _coded(f"{HL7}condition-clinical", "active", "Active"),
            "verificationStatus": _coded(f"{HL7}condition-ver-status", "confirmed", "Confirmed"),
            "category": [_coded(f"{HL7}condition-category", "problem-list-item", "Problem List Item")],
            "code": _coded(SNOMED, condition.code, condition.display),
            "subject": self._subject,
            "onsetDateTime": condition.onset.isoformat(),
            "recordedDate": condition.onset.isoformat(),
        }

    def hospital_event(self, number: int, event: HospitalEvent) -> Resource:
        """A stay, an emergency attendance or an outpatient visit."""
        resource = self._encounter(number, "hospital", event.kind, event.starts, event.ends)
        resource["type"] = [{"text": _HOSPITAL_TITLES[event.kind]}]
        resource["serviceType"] = {"text": event.department}
        resource["reasonCode"] = [_coded(SNOMED, event.reason_code, event.reason)]
        resource["serviceProvider"] = _organisation(self._source.code, self._source.name)
        if event.ready_on:
            resource["extension"] = [{"url": READY_DATE, "valueDate": event.ready_on.isoformat()}]
        stay: Resource = {}
        if event.admission_code:
            code = _coded(
                f"{UK_CODES}UKCore-AdmissionMethodEngland", event.admission_code, _ADMISSIONS[event.admission_code]
            )
            stay["extension"] = [{"url": f"{UK_CORE}Extension-UKCore-AdmissionMethod", "valueCodeableConcept": code}]
        if event.discharge_code:
            stay["dischargeDisposition"] = _coded(
                f"{UK_CODES}UKCore-DischargeDestinationEngland", event.discharge_code, _DISCHARGES[event.discharge_code]
            )
        return resource | ({"hospitalization": stay} if stay else {})

    def contact(self, number: int, contact: Contact) -> Resource:
        """A contact in practice, community or mental health services."""
        kind = "telephone" if contact.by_telephone else contact.kind
        resource = self._encounter(number, "contact", kind, contact.at, contact.at + timedelta(minutes=15))
        resource["type"] = [{"text": contact.title}]
        code = self._person.practice_code if contact.kind == "practice" else self._source.code
        resource["serviceProvider"] = _organisation(code, PRACTICE_NAMES.get(code, self._source.name))
        return resource

    def _encounter(self, number: int, group: str, kind: str, starts: datetime, ends: datetime | None) -> Resource:
        code, display = _CLASSES[kind]
        period = {"start": _moment(starts)} | ({"end": _moment(ends)} if ends else {})
        return self._start("Encounter", group, number) | {
            "status": "finished" if ends else "in-progress",
            "class": {"system": f"{HL7}v3-ActCode", "code": code, "display": display},
            "subject": self._subject,
            "period": period,
        }

    def medicine(self, number: int, medicine: Medicine) -> Resource:
        """A repeat medicine as the practice lists it."""
        return self._start("MedicationStatement", "medicine", number) | {
            "status": "active",
            "medicationCodeableConcept": {"text": medicine.name},
            "subject": self._subject,
            "effectivePeriod": {"start": medicine.starts.isoformat()},
            "dosage": [{"text": medicine.dosage}],
        }

    def allergy(self, number: int, allergy: Allergy) -> Resource:
        """An allergy, active and confirmed."""
        return self._start("AllergyIntolerance", "allergy", number) | {
            "clinicalStatus": _coded(f"{HL7}allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": _coded(f"{HL7}allergyintolerance-verification", "confirmed", "Confirmed"),
            "code": _coded(SNOMED, allergy.code, allergy.display),
            "patient": self._subject,
            "recordedDate": allergy.recorded.isoformat(),
        }

    def vaccination(self, number: int, vaccination: Vaccination) -> Resource:
        """A vaccine given."""
        return self._start("Immunization", "vaccination", number) | {
            "status": "completed",
            "vaccineCode": {"text": vaccination.name},
            "patient": self._subject,
            "occurrenceDateTime": vaccination.given.isoformat(),
        }

    def daughter(self) -> Resource:
        """Mrs Smith's daughter, whom the practice keeps as next of kin."""
        given, family, _, phone = mrs_smith.DAUGHTER
        return self._start("RelatedPerson", "daughter", 0) | {
            "patient": self._subject,
            "relationship": [_coded(f"{HL7}v3-RoleCode", "DAUC", "daughter")],
            "name": [{"use": "official", "family": family, "given": [given]}],
            "telecom": [{"system": "phone", "value": phone, "use": "home"}],
            "address": [{"use": "home", "city": mrs_smith.DAUGHTER[2]}],
        }

    def patient(self, statement: Statement) -> Resource:
        """Who the body says this is."""
        said = statement.said
        level = ("R", "restricted") if said.restricted else ("U", "unrestricted")
        security = {"system": f"{HL7}v3-Confidentiality", "code": level[0], "display": level[1]}
        resource: Resource = {
            "resourceType": "Patient",
            "id": self.patient_id,
            "meta": {"versionId": str(statement.version), "security": [security]},
            "identifier": [_number(statement)] if said.nhs_number else [],
            "name": [_name(said)],
            "telecom": _telecoms(said),
            "gender": said.gender,
            "birthDate": said.birth_date.isoformat(),
            "address": _addresses(said),
            "generalPractitioner": [_organisation(said.practice_code, PRACTICE_NAMES[said.practice_code])],
        }
        if said.death_date:
            resource["deceasedDateTime"] = said.death_date.isoformat()
        return {key: value for key, value in resource.items() if value != []}


def _number(statement: Statement) -> Resource:
    status = ("01", "Number present and verified") if statement.verified else ("02", "Number present but not traced")
    return {
        "extension": [
            {
                "url": f"{UK_CORE}Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": _coded(f"{UK_CODES}UKCore-NHSNumberVerificationStatusEngland", *status),
            }
        ],
        "system": NHS_NUMBER,
        "value": statement.said.nhs_number,
    }


def _name(said: TruePerson) -> Resource:
    name: Resource = {"use": "official", "family": said.family, "given": list(said.given)}
    return name | ({"prefix": [said.prefix]} if said.prefix else {})


def _telecoms(said: TruePerson) -> list[Resource]:
    kinds = ((said.phone, "home"), (said.mobile, "mobile"))
    return [{"system": "phone", "value": value, "use": use} for value, use in kinds if value]


def _address(home: Home, use: str, period: dict[str, str]) -> Resource:
    address: Resource = {"use": use, "line": list(home.lines), "city": home.town, "postalCode": home.postcode}
    return address | ({"period": period} if period else {})


def _addresses(said: TruePerson) -> list[Resource]:
    moved = said.moved_on.isoformat() if said.moved_on and said.earlier_home else ""
    found = [_address(said.home, "home", {"start": moved} if moved else {})]
    if said.earlier_home and moved:
        found.append(_address(said.earlier_home, "old", {"end": moved}))
    return found


def holds(source: Source, person: TruePerson, health: Health) -> bool:
    """Whether this body has the person on its books."""
    if source.districts and person.home.district not in source.districts:
        return False
    seen = any(contact.kind in source.contacts for contact in health.contacts)
    return source.kind == "practice" or seen or (source.kind == "hospital" and bool(health.hospital))


def resources(writer: Writer, source: Source, person: TruePerson, health: Health) -> list[Resource]:
    """All that this body sends of the person apart from who they are."""
    found = [writer.contact(number, one) for number, one in enumerate(health.contacts) if one.kind in source.contacts]
    if source.kind == "hospital":
        found += [writer.hospital_event(number, one) for number, one in enumerate(health.hospital)]
    stayed = any(event.kind == "inpatient" for event in health.hospital)
    if source.kind == "practice" or (source.kind == "hospital" and stayed):
        found += [writer.condition(number, one) for number, one in enumerate(health.conditions)]
    if source.kind == "practice":
        found += [writer.medicine(number, one) for number, one in enumerate(health.medicines)]
        found += [writer.allergy(number, one) for number, one in enumerate(health.allergies)]
        found += [writer.vaccination(number, one) for number, one in enumerate(health.vaccinations)]
        if person.true_id == mrs_smith.TRUE_ID:
            found.append(writer.daughter())
    return found
