"""Alerts, consents, people around the person, appointments, tasks and papers: where does each keep what we show?

Source: FHIR R4 resource definitions and their status value sets, and UK Core. An alert's kind (safeguarding, a
reasonable adjustment) is worked out in `event_details.py`, which also tells lists: who is in a team, what was answered.
"""

from __future__ import annotations

from joinedup.exchange.fhir.event_shape import EventShape, labelled_paths, path_of, paths

CARE_SHAPES: dict[str, EventShape] = {
    "Flag": EventShape(
        kind="flag",
        plain_title="Alert (not worded)",
        titles=paths("code"),
        starts=paths("period.start"),
        ends=paths("period.end"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(Category="category", Status="status", By="author.display"),
        may_be_future=True,
        needs_subject=False,
    ),
    "Consent": EventShape(
        kind="consent",
        plain_title="Consent",
        titles=paths("category", "scope"),
        starts=paths("dateTime", "provision.period.start"),
        ends=paths("provision.period.end"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(
            Status="status",
            Decision="provision.type",
            Purpose="provision.purpose",
            Basis="policyRule",
            By="performer.display",
            Held_by="organization.display",
        ),
        subject="patient",
        needs_subject=False,
    ),
    "RelatedPerson": EventShape(
        kind="contact_person",
        plain_title="Contact (not named)",
        titles=(),
        starts=paths("period.start"),
        ends=paths("period.end"),
        statuses=(),
        subject="patient",
        may_be_future=True,
        needs_subject=False,
    ),
    "CareTeam": EventShape(
        kind="care_team",
        plain_title="Care team",
        titles=paths("name", "category"),
        starts=paths("period.start"),
        ends=paths("period.end"),
        open_statuses=frozenset({"active"}),
        details=labelled_paths(Status="status", Provider="managingOrganization.display", Reason="reasonCode"),
        may_be_future=True,
        needs_subject=False,
    ),
    "Task": EventShape(
        kind="task",
        plain_title="Task",
        titles=paths("focus.display", "description", "code"),
        starts=paths("executionPeriod.start", "authoredOn"),
        ends=paths("executionPeriod.end"),
        open_statuses=frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"}),
        details=labelled_paths(
            Status="status",
            What="code",
            Priority="priority",
            Reason="reasonCode",
            Why_so="statusReason",
            To="owner.display",
            By="requester.display",
        ),
        subject="for",
        may_be_future=True,
        needs_subject=False,
    ),
    "Appointment": EventShape(
        kind="appointment",
        plain_title="Appointment",
        titles=paths("serviceType", "appointmentType", "description", "serviceCategory"),
        starts=paths("start", "requestedPeriod.start"),
        ends=paths("end", "requestedPeriod.end"),
        details=labelled_paths(
            Status="status", Reason="reasonCode", For="description", Told_to_person="patientInstruction"
        ),
        extensions=(("How", path_of("extension"), "Extension-UKCore-DeliveryChannel"),),
        subject="participant",
        may_be_future=True,
        needs_subject=False,
    ),
    "QuestionnaireResponse": EventShape(
        kind="questionnaire",
        plain_title="Answers to questions",
        titles=paths("_questionnaire.extension.valueString", "item.text"),
        starts=paths("authored"),
        details=labelled_paths(Status="status", By="author.display", Answered_by="source.display"),
        needs_subject=False,
    ),
    "Composition": EventShape(
        kind="document",
        plain_title="Document",
        titles=paths("title", "type"),
        starts=paths("date"),
        details=labelled_paths(
            Type="type",
            Status="status",
            By="author.display",
            Held_by="custodian.display",
            About_stay="encounter.display",
        ),
        needs_subject=False,
    ),
    "DocumentReference": EventShape(
        kind="document",
        plain_title="Document",
        titles=paths("description", "type", "content.attachment.title", "category"),
        starts=paths("date", "content.attachment.creation"),
        details=labelled_paths(
            Type="type",
            Title="content.attachment.title",
            Format="content.attachment.contentType",
            By="author.display",
            Held_by="custodian.display",
        ),
        withdrawn_statuses=frozenset({"superseded"}),
        needs_subject=False,
    ),
}
