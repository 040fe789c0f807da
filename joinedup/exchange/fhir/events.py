"""Which FHIR resources say that something happened, and where in each do its title, dates and details stand?

One table answers, type by type; the code below it is the same for all. Source: FHIR R4 resource definitions and their
status value sets. Types that are not in the table are kept whole and counted, not understood. Left out: references into
other resources of a bundle (a medicine named only by reference is shown by its display or its contained Medication).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from joinedup.exchange.fhir.elements import Path


@dataclass(frozen=True, slots=True)
class EventShape:
    """Where one resource type keeps what we show. Paths are tried in order; a list is entered at its first item.

    `extensions` are details that stand in an extension: label, path of the list, and how the extension's address ends.
    """

    kind: str
    plain_title: str
    titles: tuple[Path, ...]
    starts: tuple[Path, ...]
    ends: tuple[Path, ...] = ()
    statuses: tuple[Path, ...] = (("status",),)
    open_statuses: frozenset[str] = frozenset()
    planned_statuses: frozenset[str] = frozenset()
    details: tuple[tuple[str, Path], ...] = ()
    extensions: tuple[tuple[str, Path, str], ...] = ()
    subject: str = "subject"
    may_be_future: bool = False
    elements: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        shown = (*(path for _, path in self.details), *(path for _, path, _ in self.extensions))
        paths = (*self.titles, *self.starts, *self.ends, *self.statuses, *shown)
        object.__setattr__(self, "elements", frozenset({self.subject, *(path[0] for path in paths)}))


def _path(dotted: str) -> Path:
    return tuple(dotted.split("."))


def _paths(*dotted: str) -> tuple[Path, ...]:
    return tuple(_path(one) for one in dotted)


def _details(**labelled: str) -> tuple[tuple[str, Path], ...]:
    return tuple((label.replace("_", " "), _path(dotted)) for label, dotted in labelled.items())


EVENT_SHAPES: dict[str, EventShape] = {
    "Encounter": EventShape(
        kind="contact",
        plain_title="Contact with a service",
        titles=_paths("type", "serviceType", "class.display", "reasonCode"),
        starts=_paths("period.start"),
        ends=_paths("period.end"),
        open_statuses=frozenset({"in-progress", "arrived", "triaged", "onleave"}),
        planned_statuses=frozenset({"planned"}),
        details=_details(
            Reason="reasonCode",
            Where="location.location.display",
            Provider="serviceProvider.display",
            With="participant.individual.display",
            Discharged_to="hospitalization.dischargeDisposition",
        ),
        extensions=(
            ("Admission method", _path("hospitalization.extension"), "Extension-UKCore-AdmissionMethod"),
            # UK Core has no element for the discharge ready date, so an extension of that name is read, whoever's.
            ("Ready to leave", _path("extension"), "Extension-DischargeReadyDate"),
        ),
    ),
    "Condition": EventShape(
        kind="condition",
        plain_title="Condition (not named)",
        titles=_paths("code"),
        starts=_paths("onsetDateTime", "onsetPeriod.start", "recordedDate"),
        ends=_paths("abatementDateTime", "abatementPeriod.end"),
        statuses=_paths("verificationStatus", "clinicalStatus"),
        open_statuses=frozenset({"active", "recurrence", "relapse"}),
        details=_details(Status="clinicalStatus", Certainty="verificationStatus", Severity="severity", Site="bodySite"),
    ),
    "Procedure": EventShape(
        kind="procedure",
        plain_title="Procedure (not named)",
        titles=_paths("code"),
        starts=_paths("performedDateTime", "performedPeriod.start"),
        ends=_paths("performedPeriod.end"),
        open_statuses=frozenset({"in-progress"}),
        planned_statuses=frozenset({"preparation"}),
        details=_details(
            Reason="reasonCode", Outcome="outcome", Where="location.display", By="performer.actor.display"
        ),
    ),
    "MedicationRequest": EventShape(
        kind="medicine",
        plain_title="Medicine (not named)",
        titles=_paths("medicationCodeableConcept", "medicationReference"),
        starts=_paths("authoredOn"),
        open_statuses=frozenset({"active"}),
        details=_details(Status="status", Dose="dosageInstruction.text", Reason="reasonCode", By="requester.display"),
    ),
    "MedicationStatement": EventShape(
        kind="medicine",
        plain_title="Medicine (not named)",
        titles=_paths("medicationCodeableConcept", "medicationReference"),
        starts=_paths("effectiveDateTime", "effectivePeriod.start", "dateAsserted"),
        ends=_paths("effectivePeriod.end"),
        open_statuses=frozenset({"active"}),
        planned_statuses=frozenset({"intended"}),
        details=_details(Status="status", Dose="dosage.text", Reason="reasonCode"),
    ),
    "Immunization": EventShape(
        kind="vaccination",
        plain_title="Vaccination (not named)",
        titles=_paths("vaccineCode"),
        starts=_paths("occurrenceDateTime"),
        details=_details(Where="location.display", Dose="protocolApplied.doseNumberPositiveInt", Reason="statusReason"),
        subject="patient",
    ),
    "AllergyIntolerance": EventShape(
        kind="allergy",
        plain_title="Allergy (not named)",
        titles=_paths("code", "reaction.substance"),
        starts=_paths("onsetDateTime", "onsetPeriod.start", "recordedDate"),
        statuses=_paths("verificationStatus", "clinicalStatus"),
        open_statuses=frozenset({"active"}),
        details=_details(
            Status="clinicalStatus",
            Certainty="verificationStatus",
            Danger="criticality",
            Reaction="reaction.manifestation",
            Severity="reaction.severity",
        ),
        subject="patient",
    ),
    "Observation": EventShape(
        kind="observation",
        plain_title="Observation (not named)",
        titles=_paths("code"),
        starts=_paths("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"),
        details=_details(
            Value="valueQuantity",
            Answer="valueCodeableConcept",
            Text="valueString",
            Whole_number="valueInteger",
            Yes_or_no="valueBoolean",
            Meaning="interpretation",
        ),
    ),
    "CarePlan": EventShape(
        kind="care_plan",
        plain_title="Care plan",
        titles=_paths("title", "category", "description"),
        starts=_paths("period.start", "created"),
        ends=_paths("period.end"),
        open_statuses=frozenset({"active"}),
        details=_details(Status="status", By="author.display", Next_step="activity.detail.code"),
        may_be_future=True,
    ),
    "Goal": EventShape(
        kind="goal",
        plain_title="Goal (not worded)",
        titles=_paths("description"),
        starts=_paths("startDate"),
        statuses=_paths("lifecycleStatus"),
        open_statuses=frozenset({"planned", "accepted", "active", "on-hold"}),
        details=_details(Status="lifecycleStatus", Achieved="achievementStatus", Due="target.dueDate"),
        may_be_future=True,
    ),
    "ServiceRequest": EventShape(
        kind="request",
        plain_title="Request for a service",
        titles=_paths("code", "orderDetail", "category"),
        starts=_paths("authoredOn", "occurrenceDateTime", "occurrencePeriod.start"),
        open_statuses=frozenset({"active", "on-hold"}),
        details=_details(
            Status="status", Priority="priority", Reason="reasonCode", By="requester.display", To="performer.display"
        ),
        may_be_future=True,
    ),
    "EpisodeOfCare": EventShape(
        kind="service",
        plain_title="Episode of care",
        titles=_paths("type"),
        starts=_paths("period.start"),
        ends=_paths("period.end"),
        open_statuses=frozenset({"active", "onhold", "waitlist"}),
        planned_statuses=frozenset({"planned"}),
        details=_details(Status="status", Provider="managingOrganization.display", With="careManager.display"),
        subject="patient",
    ),
}

ENCOUNTER_KINDS = {"IMP": "admission", "ACUTE": "admission", "NONAC": "admission", "EMER": "attendance"}

NEGATED_TITLES = {
    "not-done": "Not done",
    "not-taken": "Not taken",
    "cancelled": "Cancelled",
    "refuted": "Ruled out",
    "rejected": "Rejected",
    "revoked": "Withdrawn",
}
