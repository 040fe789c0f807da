"""What do the resources of one bundle say about each other?

References may use a resource's own id or its entry's address; a medicine, a nurse or a ward is often named only by
reference; and a message says once, in its header, when it was sent and what for. This is gathered before the bundle's
units are read, so that order within the bundle does not matter. Names are shown, never joined by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from joinedup.exchange.fhir.elements import Json, instant_of, objects, reference_id, string, strings, text_of

NAMES_LIMIT = 200_000


@dataclass(slots=True)
class BundleIndex:
    """`local_ids`: an entry's address -> the Patient's own id. `names`: 'Practitioner/7' or an address -> a name.
    `patients`: every id by which a Patient of the bundle may be meant.

    `is_message`, `sent_at` and `message` (parts of it by type, the first of each) are of a message only.
    """

    local_ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    patients: set[str] = field(default_factory=set)
    is_message: bool = False
    sent_at: datetime | None = None
    message: dict[str, dict[str, Json]] = field(default_factory=dict)

    def name_of(self, reference: Json, within: Mapping[str, Json]) -> str:
        """The name of what a reference points at: its display, else what this bundle or the resource itself holds."""
        for item in objects(reference):
            if shown := string(item.get("display")):
                return shown
            target = string(item.get("reference"))
            if target.startswith("#"):
                held = objects(within.get("contained"))
                return next((name_for(each) for each in held if f"#{each.get('id')}" == target), "")
            if target and (found := self.names.get(_reference_key(target))):
                return found
        return ""


NO_BUNDLE = BundleIndex()
MESSAGE_PARTS = ("MessageHeader", "ServiceRequest", "Encounter", "Location", "Organization")


def index_of(head: Mapping[str, Json], entries: Iterable[Json]) -> BundleIndex:
    """Read a bundle's entries once (resources already in R4's words, see `older_versions.py`)."""
    index = BundleIndex(is_message=string(head.get("type")) == "message")
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        address = string(entry.get("fullUrl"))
        for resource in objects(entry.get("resource")):
            _add(index, resource, address)
    header = index.message.get("MessageHeader", {})
    index.sent_at = (
        instant_of(head.get("timestamp")) or instant_of(header.get("timestamp")) if index.is_message else None
    )
    return index


def _add(index: BundleIndex, resource: dict[str, Json], address: str) -> None:
    resource_type, own_id = string(resource.get("resourceType")), string(resource.get("id"))
    if resource_type == "Patient":
        full_id = reference_id({"reference": address})
        index.patients |= {full_id, own_id} - {""}
        if full_id and own_id and full_id != own_id:
            index.local_ids[full_id] = own_id
    if index.is_message and resource_type in MESSAGE_PARTS:
        index.message.setdefault(resource_type, resource)
    if resource_type in NAMED and len(index.names) < NAMES_LIMIT and (name := name_for(resource)):
        if own_id:
            index.names[f"{resource_type}/{own_id}"] = name
        if address:
            index.names[_reference_key(address)] = name


def _reference_key(reference: str) -> str:
    """'Practitioner/7' of a relative or absolute reference; the bare id of a 'urn:'."""
    if reference.startswith("urn:"):
        return reference.rpartition(":")[2]
    parts = [part for part in reference.partition("/_history")[0].split("/") if part]
    return "/".join(parts[-2:])


def name_for(resource: Mapping[str, Json]) -> str:
    """What people would call a practitioner, body, place, service, device or medicine."""
    resource_type = string(resource.get("resourceType"))
    if resource_type in ("Practitioner", "RelatedPerson", "Patient"):
        return human_name(resource.get("name"))
    if resource_type == "PractitionerRole":
        parts = (text_of(resource.get(part)) for part in ("practitioner", "code", "organization"))
        return ", ".join(part for part in parts if part)
    if resource_type == "Medication":
        return text_of(resource.get("code"))
    return string(resource.get("name"))


NAMED = frozenset({
    "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Medication", "CareTeam",
    "RelatedPerson",
})  # fmt: skip


def human_name(value: Json) -> str:
    """A name as one would say it: the usual or official one first, else the first."""
    names = objects(value)
    chosen = next(
        (name for name in names if string(name.get("use")) in ("usual", "official")), names[0] if names else {}
    )
    parts = (*strings(chosen.get("prefix")), *strings(chosen.get("given")), *strings(chosen.get("family")))
    return " ".join(parts) or string(chosen.get("text"))
