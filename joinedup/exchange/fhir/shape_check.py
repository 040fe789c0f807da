"""Does a resource have the shape that FHIR R4 gives it, in the elements that we read?

fhirkit (Rust, R4 4.0.1) finds wrong types, missing required parts and doubled choices. A fault is a note, never a
refusal of the resource: files of real systems have many, and we read what we can. It does not check codes or
whether a date exists; our own readers do. Elements that we do not read are not reported.
"""

from __future__ import annotations

import fhirkit

from joinedup.exchange.refusal_codes import RefusalList

SHAPE_FAULTS_LIMIT = 3


def note_shape_faults(resource_type: str, raw: bytes, elements: frozenset[str], refusals: RefusalList) -> None:
    """Add at most SHAPE_FAULTS_LIMIT 'fhir-shape' notes, one an element, for elements not refused already."""
    try:
        issues = fhirkit.validate(raw)
    except ValueError:
        return
    faulty: list[str] = []
    for issue in issues:
        name = issue.path.removeprefix(f"{resource_type}.").split(".")[0].split("[")[0]
        if issue.severity == "error" and name in elements and name not in faulty:
            faulty.append(name)
    refused = {refusal.field.split(".")[1] for refusal in refusals.items() if "." in refusal.field}
    for name in [name for name in faulty if name not in refused][:SHAPE_FAULTS_LIMIT]:
        refusals.add("fhir-shape", f"{resource_type}.{name}")
