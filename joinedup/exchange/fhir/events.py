"""Which FHIR resources say that something happened?

One table answers, type by type; the code that applies it is the same for all (`event_reading.py`). Types that are not
in the table are kept whole and counted, not understood; docs/generated/fhir.md lists both. Names of practitioners,
bodies, places and medicines are taken from resources of the same bundle where a reference does not say them itself.
"""

from __future__ import annotations

from joinedup.exchange.fhir.care_events import CARE_SHAPES
from joinedup.exchange.fhir.clinical_events import CLINICAL_SHAPES
from joinedup.exchange.fhir.event_shape import EventShape

EVENT_SHAPES: dict[str, EventShape] = {**CLINICAL_SHAPES, **CARE_SHAPES}

ENCOUNTER_KINDS = {"IMP": "admission", "ACUTE": "admission", "NONAC": "admission", "EMER": "attendance"}
PLAIN_TITLES = {"admission": "Hospital stay", "attendance": "Emergency attendance"}

NEGATED_TITLES = {
    "not-done": "Not done",
    "not-taken": "Not taken",
    "cancelled": "Cancelled",
    "refuted": "Ruled out",
    "rejected": "Rejected",
    "revoked": "Withdrawn",
    "noshow": "Did not attend",
    "failed": "Failed",
    "denied": "Refused",
}
