"""Which FHIR resource is a line of the timeline, and how does it become the same line again?

Pure, both ways. Each line is written as the R4 resource that others understand best, and carries one extension of our
own with everything that we model of it, so that reading it back loses nothing: kind, title, days, whether it goes on,
how sensitive it is, money and details. Whoever does not know the extension still reads the resource. What is no line of
ours, or was damaged on the way, is left to the ordinary readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from joinedup.base.clock import london_date
from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.elements import Json, objects, string
from joinedup.exchange.json_text import plain_number

ENTRY_URL = "https://joinedup.example/fhir/StructureDefinition/timeline-entry"
Resource = dict[str, Json]

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_KIND = re.compile(r"[a-z_]{1,20}")
_MOST_PENCE = 10**13


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline, with its key, who told it, and when they did."""

    entry_id: UUID
    event: EventFact
    body_id: UUID
    told_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.event.open_ended


def reference(key: UUID) -> dict[str, Json]:
    """A reference to another entry of the same document."""
    return {"reference": f"urn:uuid:{key}"}


def resource_of(line: Line, person_id: UUID) -> Resource:
    """The resource that says what a line says, about this person, with our extension."""
    resource_type, build = KINDS.get(line.event.kind, ("Observation", _observation))
    meta: Resource = {"lastUpdated": line.told_at.isoformat(timespec="milliseconds")}
    if line.event.sensitivity == "sensitive":
        meta["security"] = [{"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}]
    resource: Resource = {
        "resourceType": resource_type, "id": str(line.entry_id), "meta": meta, "extension": [extension_of(line.event)],
        **build(line, reference(person_id)),
    }  # fmt: skip
    return {name: value for name, value in resource.items() if value not in (None, [], {}, "")}


def event_of(resource: Resource) -> EventFact | None:
    """The line that a resource of ours was written from; None when it carries no whole extension of ours."""
    for extension in objects(resource.get("extension")):
        if string(extension.get("url")) == ENTRY_URL:
            try:
                return _read_exact(objects(extension.get("extension")))
            except (ValueError, InvalidOperation, KeyError):
                return None
    return None


def extension_of(event: EventFact) -> Resource:
    """Our extension, with everything that we model of a line."""
    parts: list[Json] = [{"url": "kind", "valueCode": event.kind}]
    if event.title:
        parts.append({"url": "title", "valueString": event.title})
    for name, moment in (("starts", event.starts), ("ends", event.ends)):
        if isinstance(moment, datetime):
            parts.append({"url": name, "valueDateTime": moment.isoformat()})
        elif moment is not None:
            parts.append({"url": name, "valueDate": moment.isoformat()})
    parts.append({"url": "goesOn", "valueBoolean": event.open_ended})
    parts.append({"url": "sensitivity", "valueCode": event.sensitivity})
    if event.amount_pence is not None:
        parts.append({"url": "amount", "valueMoney": {"value": event.amount_pence / 100, "currency": "GBP"}})
    for label, text in event.detail:
        said: list[Json] = [{"url": "label", "valueString": label}, {"url": "text", "valueString": text}]
        parts.append({"url": "detail", "extension": [each for each in said if _says_something(each)]})
    return {"url": ENTRY_URL, "extension": parts}


def _says_something(part: Json) -> bool:
    return isinstance(part, dict) and part.get("valueString") != ""


def _read_exact(parts: list[Resource]) -> EventFact:
    held: dict[str, Json] = {}
    detail: list[tuple[str, str]] = []
    for part in parts:
        name = string(part.get("url"))
        if name == "detail":
            said = {string(each.get("url")): string(each.get("valueString")) for each in objects(part.get("extension"))}
            detail.append((said.get("label", ""), said.get("text", "")))
        else:
            held[name] = next((value for key, value in part.items() if key.startswith("value")), None)
    kind, sensitivity = string(held["kind"]), string(held["sensitivity"])
    if not _KIND.fullmatch(kind) or sensitivity not in ("ordinary", "sensitive"):
        raise ValueError("no line of ours")
    return EventFact(
        kind, string(held.get("title")), _moment(held.get("starts")), _moment(held.get("ends")),
        held["goesOn"] is True, tuple(detail), sensitivity, _pence(held.get("amount")),
    )  # fmt: skip


def _moment(value: Json) -> date | datetime | None:
    text = string(value)
    if not text:
        return None
    moment = datetime.fromisoformat(text) if len(text) > len("2026-01-01") else date.fromisoformat(text)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("an instant without a zone")
    return moment


def _pence(value: Json) -> int | None:
    if value is None:
        return None
    [money] = objects(value)
    pence = Decimal(plain_number(str(money["value"]))) * 100
    if pence != pence.to_integral_value() or abs(pence) > _MOST_PENCE:
        raise ValueError("no whole pence")
    return int(pence)


def _day_text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _plain_day(moment: date | datetime | None) -> str | None:
    return (london_date(moment) if isinstance(moment, datetime) else moment).isoformat() if moment else None


def _period(line: Line) -> Resource | None:
    period = {"start": _day_text(line.event.starts), "end": _day_text(line.event.ends)}
    return {name: value for name, value in period.items() if value} or None


def _concept(line: Line) -> Resource:
    return {"text": line.event.title or "Not named"}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _encounter(of_class: str, display: str) -> Callable[[Line, Resource], Resource]:
    def build(line: Line, subject: Resource) -> Resource:
        is_coming = line.event.kind in ("visit", "appointment") and _plain_day(line.event.starts) is not None
        ended = "planned" if is_coming and str(_plain_day(line.event.starts)) > _plain_day(line.told_at) else "finished"  # type: ignore[operator]
        return {
            "status": "in-progress" if line.is_open else ended,
            "class": {"system": ACT_CODE, "code": of_class, "display": display}, "type": [_concept(line)],
            "subject": subject, "period": _period(line), "serviceProvider": reference(line.body_id),
        }  # fmt: skip

    return build


def _condition(line: Line, subject: Resource) -> Resource:
    ended = line.event.ends is not None and not line.is_open
    return {
        "clinicalStatus": _coded(CLINICAL, "active" if line.is_open else "resolved" if ended else "inactive"),
        "code": _concept(line), "subject": subject, "onsetDateTime": _day_text(line.event.starts),
        "abatementDateTime": _day_text(line.event.ends) if ended else None,
    }  # fmt: skip


def _allergy(line: Line, subject: Resource) -> Resource:
    return {
        "clinicalStatus": _coded(ALLERGY_CLINICAL, "active" if line.is_open else "inactive"), "code": _concept(line),
        "patient": subject, "onsetDateTime": _day_text(line.event.starts),
    }  # fmt: skip


def _procedure(line: Line, subject: Resource) -> Resource:
    return {
        "status": "in-progress" if line.is_open else "completed", "code": _concept(line), "subject": subject,
        "performedPeriod": _period(line),
    }  # fmt: skip


def _medicine(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "completed" if line.event.ends else "unknown",
        "medicationCodeableConcept": _concept(line), "subject": subject, "effectivePeriod": _period(line),
    }  # fmt: skip


def _vaccination(line: Line, subject: Resource) -> Resource:
    when: Resource = {"occurrenceDateTime": _day_text(line.event.starts)}
    if line.event.starts is None:
        when = {"occurrenceString": "No date told"}
    return {"status": "completed", "vaccineCode": _concept(line), "patient": subject, **when}


def _observation(line: Line, subject: Resource) -> Resource:
    texts = [f"{label}: {text}" for label, text in line.event.detail if text]
    return {
        "status": "final", "code": _concept(line), "subject": subject,
        "effectiveDateTime": _day_text(line.event.starts), "performer": [reference(line.body_id)],
        "valueString": "; ".join(texts) or None,
    }  # fmt: skip


def _care_plan(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "completed", "intent": "plan", "title": line.event.title or "Care plan",
        "subject": subject, "period": _period(line),
    }  # fmt: skip


def _care_team(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "inactive", "name": line.event.title or "Team", "subject": subject,
        "period": _period(line), "managingOrganization": [reference(line.body_id)],
    }  # fmt: skip


def _goal(line: Line, subject: Resource) -> Resource:
    return {
        "lifecycleStatus": "active" if line.is_open else "completed", "description": _concept(line), "subject": subject,
        "startDate": _plain_day(line.event.starts),
    }  # fmt: skip


def _request(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "completed", "intent": "order", "code": _concept(line),
        "subject": subject, "authoredOn": _day_text(line.event.starts), "requester": reference(line.body_id),
    }  # fmt: skip


def _service(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "finished", "type": [_concept(line)], "patient": subject,
        "managingOrganization": reference(line.body_id), "period": _period(line),
    }  # fmt: skip


def _flag(line: Line, subject: Resource) -> Resource:
    sort = next((text for label, text in line.event.detail if label == "Alert"), "")
    return {
        "status": "active" if line.is_open else "inactive", "category": [{"text": sort}] if sort else None,
        "code": _concept(line), "subject": subject, "period": _period(line), "author": reference(line.body_id),
    }  # fmt: skip


def _consent(line: Line, subject: Resource) -> Resource:
    return {
        "status": "active" if line.is_open else "inactive", "scope": _coded(CONSENT_SCOPE, "patient-privacy"),
        "category": [_concept(line)], "patient": subject, "dateTime": _day_text(line.event.starts),
        "organization": [reference(line.body_id)], "policyRule": {"text": "As the source recorded it"},
    }  # fmt: skip


def _contact_person(line: Line, subject: Resource) -> Resource:
    return {"active": line.is_open, "patient": subject, "name": [{"text": line.event.title or "Not named"}],
            "period": _period(line)}  # fmt: skip


def _document(line: Line, subject: Resource) -> Resource:
    return {
        "status": "current", "type": _concept(line), "subject": subject, "custodian": reference(line.body_id),
        "content": [{"attachment": {"title": line.event.title or "Not named"}}],
    }  # fmt: skip


KINDS: dict[str, tuple[str, Callable[[Line, Resource], Resource]]] = {
    "contact": ("Encounter", _encounter("AMB", "ambulatory")),
    "visit": ("Encounter", _encounter("HH", "home health")),
    "appointment": ("Encounter", _encounter("AMB", "ambulatory")),
    "attendance": ("Encounter", _encounter("EMER", "emergency")),
    "admission": ("Encounter", _encounter("IMP", "inpatient encounter")),
    "condition": ("Condition", _condition),
    "allergy": ("AllergyIntolerance", _allergy),
    "procedure": ("Procedure", _procedure),
    "medicine": ("MedicationStatement", _medicine),
    "vaccination": ("Immunization", _vaccination),
    "care_plan": ("CarePlan", _care_plan),
    "care_team": ("CareTeam", _care_team),
    "goal": ("Goal", _goal),
    "request": ("ServiceRequest", _request),
    "referral": ("ServiceRequest", _request),
    "task": ("ServiceRequest", _request),
    "service": ("EpisodeOfCare", _service),
    "flag": ("Flag", _flag),
    "consent": ("Consent", _consent),
    "contact_person": ("RelatedPerson", _contact_person),
    "document": ("DocumentReference", _document),
}
"""Kind of line to resource type; every other kind is an Observation that names it."""
