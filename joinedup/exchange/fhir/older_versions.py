"""How is a resource of FHIR STU3 or DSTU2 said in the words of R4?

Hospitals' notices to councils and many shared care records still speak STU3, and some DSTU2. One table of renamed
elements and a few changed forms puts them into R4's words before anything is read, so that there is one reader. The
versions are told apart element by element: an old name that R4 does not have in that resource is an old resource.
Source: the "differences" pages of the R4 resource definitions (hl7.org/fhir/R4). Left out: elements that we do not
read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joinedup.exchange.fhir.elements import objects, string, strings

Json = Any
Resource = dict[str, Json]

RENAMED: dict[str, dict[str, str]] = {
    "AllergyIntolerance": {"substance": "code", "assertedDate": "recordedDate"},
    "Condition": {"assertedDate": "recordedDate", "dateRecorded": "recordedDate", "patient": "subject"},
    "DocumentReference": {"indexed": "date", "created": "date", "class": "category"},
    "Encounter": {"reason": "reasonCode", "patient": "subject"},
    "Goal": {"status": "lifecycleStatus"},
    "Immunization": {"date": "occurrenceDateTime"},
    "MedicationStatement": {"reasonForUseCodeableConcept": "reasonCode", "patient": "subject"},
    "Procedure": {"reasonCodeableConcept": "reasonCode"},
    "ProcedureRequest": {"orderedOn": "authoredOn", "reasonCodeableConcept": "reasonCode"},
    "ReferralRequest": {
        "patient": "subject",
        "serviceRequested": "orderDetail", "type": "category", "recipient": "performer", "reason": "reasonCode",
        "date": "authoredOn", "dateSent": "authoredOn",
    },
}  # fmt: skip
REPLACED_TYPES = {"ReferralRequest": "ServiceRequest", "ProcedureRequest": "ServiceRequest"}
REQUEST_STATUSES = {
    "requested": "active", "accepted": "active", "in-progress": "active", "suspended": "on-hold",
    "cancelled": "revoked", "aborted": "revoked",
}  # fmt: skip
ENCOUNTER_CLASSES = {
    "inpatient": "IMP", "emergency": "EMER", "outpatient": "AMB", "ambulatory": "AMB", "home": "HH",
    "virtual": "VR", "daytime": "SS",
}  # fmt: skip
OLDER_PROFILES = ("/STU3/", "/CareConnect-", "/ITK-", "/DCH-")
PLAIN_STATUSES = ("clinicalStatus", "verificationStatus")


def in_r4_words(resource: Resource) -> Resource:
    """The same resource when it is R4 already, else a copy in R4's words."""
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str):
        return resource
    renamed = RENAMED.get(resource_type)
    if renamed and not renamed.keys().isdisjoint(resource):
        resource = _renamed(resource, renamed)
    change = CHANGES.get(resource_type)
    return change(resource) if change else resource


def is_older(resource: Resource) -> bool:
    """Does the resource name a profile of FHIR before R4?"""
    for meta in objects(resource.get("meta")):
        if any(mark in profile for profile in strings(meta.get("profile")) for mark in OLDER_PROFILES):
            return True
    return False


def _renamed(resource: Resource, renamed: dict[str, str]) -> Resource:
    """Old names replaced; where both stand, or two old names mean one, the first that holds something stays."""
    found: Resource = {}
    for name, value in resource.items():
        new = renamed.get(name, name)
        if new not in found or new == name:
            found[new] = value
    return found


def _with_plain_statuses(resource: Resource) -> Resource:
    changed = {
        name: {"coding": [{"code": value}]}
        for name in PLAIN_STATUSES
        if isinstance(value := resource.get(name), str) and value
    }
    if not isinstance(resource.get("status"), str) or "verificationStatus" in resource:
        return {**resource, **changed} if changed else resource
    return {**resource, **changed, "verificationStatus": {"coding": [{"code": resource["status"]}]}}


def _encounter(resource: Resource) -> Resource:
    sent = resource.get("class")
    return {**resource, "class": {"code": ENCOUNTER_CLASSES.get(sent, sent)}} if isinstance(sent, str) else resource


def _medication_statement(resource: Resource) -> Resource:
    return {**resource, "status": "not-taken"} if resource.get("taken") == "n" else resource


def _procedure(resource: Resource) -> Resource:
    return {**resource, "status": "not-done"} if resource.get("notDone") in (True, "true") else resource


def _immunization(resource: Resource) -> Resource:
    given = resource.get("notGiven") not in (True, "true") and resource.get("wasNotGiven") not in (True, "true")
    return resource if given else {**resource, "status": "not-done"}


def _request(resource: Resource) -> Resource:
    """A request: its type, its status, and who asks (STU3 keeps the asker one level deeper)."""
    status = string(resource.get("status"))
    found = {**resource, "resourceType": "ServiceRequest", "status": REQUEST_STATUSES.get(status, status) or "unknown"}
    found.setdefault("intent", "order")
    for requester in objects(resource.get("requester")):
        if "agent" in requester:
            found["requester"] = requester["agent"]
    for element in ("reasonCode", "performer", "category", "orderDetail"):
        if isinstance(found.get(element), dict):
            found[element] = [found[element]]
    return found


def _medication_request(resource: Resource) -> Resource:
    agents = [requester["agent"] for requester in objects(resource.get("requester")) if "agent" in requester]
    return {**resource, "requester": agents[0]} if agents else resource


def _answers(resource: Resource) -> Resource:
    """DSTU2 keeps questions and answers in groups; R4 in items within items."""
    return {**resource, "item": _items(resource)} if "group" in resource and "item" not in resource else resource


def _items(group: Resource, depth: int = 0) -> list[Json]:
    if depth > 10:
        return []
    found: list[Json] = []
    for inner in objects(group.get("group")):
        title = string(inner.get("title")) or string(inner.get("text"))
        found.append({"linkId": string(inner.get("linkId")) or "-", "text": title, "item": _items(inner, depth + 1)})
    for question in objects(group.get("question")):
        link_id = string(question.get("linkId")) or "-"
        found.append(
            {"linkId": link_id, "text": string(question.get("text")), "answer": objects(question.get("answer"))}
        )
    return found


CHANGES: dict[str, Callable[[Resource], Resource]] = {
    "AllergyIntolerance": _with_plain_statuses,
    "Condition": _with_plain_statuses,
    "Encounter": _encounter,
    "Immunization": _immunization,
    "MedicationRequest": _medication_request,
    "MedicationStatement": _medication_statement,
    "Procedure": _procedure,
    "ProcedureRequest": _request,
    "QuestionnaireResponse": _answers,
    "ReferralRequest": _request,
}
