"""Which clinical FHIR resources say that something happened, and where in each do its title, dates and details stand?

Source: FHIR R4 resource definitions and their status value sets. Requests, plans, people around the person and papers
are in `care_events.py`.
"""

from __future__ import annotations

from joinedup.exchange.fhir.event_shape import EventShape, labelled_paths, path_of, paths

CLINICAL_SHAPES: dict[str, EventShape] = {
    "Encounter": EventShape(
        kind="contact",
        plain_title="Contact with a service",
        titles=paths("type", "serviceType", "class.display", "reasonCode"),
        starts=paths("period.start"),
        ends=paths("period.end"),
        open_statuses=frozenset({"in-progress", "arrived", "triaged", "onleave"}),
        planned_statuses=frozenset({"planned"}),
        end_is_expected_while_open=True,
        details=labelled_paths(
            Reason="reasonCode",
            Where="location.location.display",
            Provider="serviceProvider.display",
            With="participant.individual.display",
            Discharged_to="hospitalization.dischargeDisposition",
        ),
        extensions=(
            ("Admission method", path_of("hospitalization.extension"), "Extension-UKCore-AdmissionMethod"),
            # UK Core has no element for the discharge ready date, so an extension of that name is read, whoever's.
            ("Ready to leave", path_of("extension"), "Extension-DischargeReadyDate"),
        ),
    ),
    "Condition": EventShape(
        kind="condition",
        plain_title="Condition (not named)",
        titles=paths("code"),
        starts=paths("onsetDateTime", "onsetPeriod.start", "recordedDate"),
        ends=paths("abatementDateTime", "abatementPeriod.end"),
        statuses=paths("verificationStatus", "clinicalStatus"),
        open_statuses=frozenset({"active", "recurrence", "relapse"}),
        details=labelled_paths(
            Status="clinicalStatus", Certainty="verificationStatus", Severity="severity", Site="bodySite"
        ),
    ),
    "Procedure": EventShape(
        kind="procedure",
        plain_title="Procedure (not named)",
        titles=paths("code"),
        starts=paths("performedDateTime", "performedPeriod.start"),
        ends=paths("performedPeriod.end"),
        open_statuses=frozenset({"in-progress"}),
        planned_statuses=frozenset({"preparation"}),
        details=labelled_paths(
            Reason="reasonCode", Outcome="outcome", Where="location.display", By="performer.actor.display"
        ),
    ),
    "MedicationRequest": EventShape(
        kind="medicine",
        plain_title="Medicine (not named)",
        titles=paths("medicationCodeableConcept", "medicationReference"),
        starts=paths("authoredOn"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(
            Status="status", Dose="dosageInstruction.text", Reason="reasonCode", By="requester.display"
        ),
    ),
    "MedicationStatement": EventShape(
        kind="medicine",
        plain_title="Medicine (not named)",
        titles=paths("medicationCodeableConcept", "medicationReference"),
        starts=paths("effectiveDateTime", "effectivePeriod.start", "dateAsserted"),
        ends=paths("effectivePeriod.end"),
        open_statuses=frozenset({"active"}),
        planned_statuses=frozenset({"intended"}),
        details=labelled_paths(Status="status", Dose="dosage.text", Reason="reasonCode"),
    ),
    "Immunization": EventShape(
        kind="vaccination",
        plain_title="Vaccination (not named)",
        titles=paths("vaccineCode"),
        starts=paths("occurrenceDateTime"),
        details=labelled_paths(
            Where="location.display", Dose="protocolApplied.doseNumberPositiveInt", Reason="statusReason"
        ),
        subject="patient",
    ),
    "AllergyIntolerance": EventShape(
        kind="allergy",
        plain_title="Allergy (not named)",
        titles=paths("code", "reaction.substance"),
        starts=paths("onsetDateTime", "onsetPeriod.start", "recordedDate"),
        statuses=paths("verificationStatus", "clinicalStatus"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(
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
        titles=paths("code"),
        starts=paths("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"),
        details=labelled_paths(
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
        titles=paths("title", "category", "description"),
        starts=paths("period.start", "created"),
        ends=paths("period.end"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(Status="status", Category="category", By="author.display"),
        may_be_future=True,
    ),
    "Goal": EventShape(
        kind="goal",
        plain_title="Goal (not worded)",
        titles=paths("description"),
        starts=paths("startDate"),
        statuses=paths("lifecycleStatus"),
        open_statuses=frozenset({"planned", "accepted", "active", "on-hold"}),
        details=labelled_paths(Status="lifecycleStatus", Achieved="achievementStatus", Due="target.dueDate"),
        may_be_future=True,
    ),
    "ServiceRequest": EventShape(
        kind="request",
        plain_title="Request for a service",
        titles=paths("code", "orderDetail", "category"),
        starts=paths("authoredOn", "occurrenceDateTime", "occurrencePeriod.start"),
        open_statuses=frozenset({"active", "on-hold"}),
        details=labelled_paths(
            Status="status", Priority="priority", Reason="reasonCode", By="requester.display", To="performer.display"
        ),
        may_be_future=True,
    ),
    "EpisodeOfCare": EventShape(
        kind="service",
        plain_title="Episode of care",
        titles=paths("type"),
        starts=paths("period.start"),
        ends=paths("period.end"),
        open_statuses=frozenset({"active", "onhold", "waitlist"}),
        planned_statuses=frozenset({"planned"}),
        details=labelled_paths(Status="status", Provider="managingOrganization.display", With="careManager.display"),
        subject="patient",
    ),
}
