"""The only writes of `assessment`: starting one, saving a section, deciding eligibility.

Each side's section is saved by somebody of that side; when both are done the assessment is complete, in the same
transaction. The decision runs the rule of joinedup/assessment/rules.py over the social-care answers and keeps its whole
explanation. The database refuses what these refuse (sql/), so that a mistake here harms nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.assessment.eligibility import decision_on
from joinedup.assessment.models import Assessment, Eligibility, Section, Writing
from joinedup.assessment.queries import SIDE_BODIES, body_kind_of
from joinedup.assessment.questions import SIDE_NAMES, SIDES, kept, missing, words
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.person.actions import append_timeline, end_timeline
from joinedup.person.queries.person_row import person_row


def start_assessment(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, request_id: UUID | None = None
) -> UUID:
    """Start a joint assessment with an empty section for each side; `request_id` is the door's request, if one asked.

    Returns its key. NotAllowed without start_assessment; NotFound for a person who is not there or not to be seen;
    NotNow (assessment-open) while another of this person is open.
    """
    by.must("start_assessment")

    def act() -> str:
        person, assessment_id = person_row(person_id), new_id()
        try:
            with transaction.atomic():
                Assessment(
                    id=assessment_id, person_id=person.id, place_id=person.place_id, request_id=request_id,
                    started_by_id=by.id, started_at=at,
                ).save(force_insert=True)  # fmt: skip
        except IntegrityError as error:
            if "one_open_assessment_of_a_person" not in str(error):
                raise
            raise NotNow(
                "assessment-open", "A joint assessment of this person is open already.",
                "There is one account of what a person needs, not one for each body.",
                "Open it and write your section.",
            ) from error  # fmt: skip
        for side in SIDES:
            Section(assessment_id=assessment_id, person_id=person.id, side=side).save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=person.id, kind="assessment", title="Joint assessment", open_ended=True,
            source_key=_key(assessment_id),
        )  # fmt: skip
        note("assessment.started", person_id=person.id, thing_id=assessment_id, place_id=person.place_id)
        return str(assessment_id)

    arguments = {"person": person_id, "request": request_id}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="start_assessment", arguments=arguments, act=act))


def save_section(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, assessment_id: UUID, side: str,
    answers: Mapping[str, str], done: bool,
) -> int:  # fmt: skip
    """Save one side's answers; with `done`, as finished. Returns the section's new version.

    NotAllowed when the writer's body is of the other side, or they wrote the other section. PersonMustAct
    (section-unfinished) names what still needs an answer. NotNow once the assessment is complete. Conflict with both
    texts when somebody saved since `expected_version`.
    """
    by.must("write_assessment")
    held = kept(side, answers) if side in SIDES else {}

    def act() -> int:
        assessment = _locked(assessment_id)
        if assessment.state == "complete":
            raise _complete_already()
        _writer_must_fit(by, assessment_id, side)
        unanswered = missing(side, held) if done else ()
        if unanswered:
            raise PersonMustAct(
                "section-unfinished", "This section cannot be marked as done yet.",
                f"Still to be answered: {'; '.join(each.asks for each in unanswered)}.",
                "Answer them, or save the section as a draft.",
            )  # fmt: skip
        state = "done" if done else "draft"
        changed = Section.objects.filter(assessment_id=assessment_id, side=side, version=expected_version).update(
            answers=held, author_id=by.id, state=state, version=expected_version + 1, written_at=at
        )
        if not changed:
            raise _conflict(assessment_id, side, held)
        note("assessment.written", person_id=assessment.person_id, thing_id=assessment_id, reason=side)
        if done:
            _tell_section(by, at, assessment, side, expected_version + 1)
            _complete_if_both(by, at, assessment)
        return expected_version + 1

    arguments = {"assessment": assessment_id, "side": side, "version": expected_version, "answers": held, "done": done}
    saved: int = once(by=by.id, at=at, request_key=request_key, action="save_section", arguments=arguments, act=act)
    return saved


def decide_eligibility(*, by: Caller, at: datetime, request_key: str, assessment_id: UUID) -> UUID:
    """Decide whether the person's needs are eligible, by the rule, as at the day of `at`; returns the decision's key.

    NotNow before both sides are done or when it was decided already; NotAllowed for somebody who does not act for the
    council.
    """
    by.must("decide_eligibility")

    def act() -> str:
        assessment = _locked(assessment_id)
        if assessment.state != "complete":
            raise NotNow(
                "assessment-open", "Eligibility is decided when both sides are done.",
                "The decision rests on the whole assessment.", "Finish both sections first.",
            )  # fmt: skip
        _must_act_for(by, "social_care", "Eligibility is the council's decision.")
        if Eligibility.objects.filter(assessment_id=assessment_id).exists():
            raise NotNow("eligibility-decided", "Eligibility has been decided already.", "", "Read the decision.")
        answers = Section.objects.get(assessment_id=assessment_id, side="social_care").answers
        decided = decision_on(answers, shipped(), london_date(at))
        decision = Eligibility(
            assessment_id=assessment_id, person_id=assessment.person_id, result=decided.result,
            eligible=decided.eligible, explanation=decided.explanation, rule=decided.rule, decided_by_id=by.id,
            decided_at=at,
        )  # fmt: skip
        decision.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=assessment.person_id, kind="assessment", ends_on=london_date(at),
            title=f"Eligibility: {decision.get_result_display().lower()}",
            detail=(("Rule", decided.rule),), source_key=f"assessment.eligibility/{decision.id}",
        )  # fmt: skip
        note("eligibility.decided", person_id=assessment.person_id, thing_id=decision.id, reason=decided.result)
        return str(decision.id)

    arguments = {"assessment": assessment_id}
    return UUID(
        once(by=by.id, at=at, request_key=request_key, action="decide_eligibility", arguments=arguments, act=act)
    )


def _key(assessment_id: UUID) -> str:
    return f"assessment.assessment/{assessment_id}"


def _locked(assessment_id: UUID) -> Assessment:
    """The assessment, held until the end of the transaction, so that two who finish at once finish one by one."""
    found = Assessment.objects.select_for_update().filter(id=assessment_id).first()
    if found is None:
        raise NotFound("assessment-not-found", "There is no such assessment, or you may not see it.")
    return found


def _must_act_for(by: Caller, side: str, what: str) -> None:
    if body_kind_of(by) not in SIDE_BODIES[side]:
        raise NotAllowed(
            "section-author-fits-side", what,
            f"It is for somebody who works for a body of {SIDE_NAMES[side].lower()}, and yours is not one.",
            "Ask a colleague of that side, or whoever manages access if your body is entered wrongly.",
        )  # fmt: skip


def _writer_must_fit(by: Caller, assessment_id: UUID, side: str) -> None:
    if side not in SIDES:
        raise NotFound("section-not-found", "There is no such section.")
    _must_act_for(by, side, f"You cannot write the section of {SIDE_NAMES[side].lower()}.")
    if Writing.objects.filter(assessment_id=assessment_id, author_id=by.id).exclude(side=side).exists():
        raise NotAllowed(
            "two-sides-never-one-author", "You wrote the other section of this assessment.",
            "A joint assessment has two pairs of eyes: nobody writes both sections.",
            "Ask a colleague to write this one.",
        )  # fmt: skip


def _complete_already() -> NotNow:
    return NotNow(
        "complete-assessment-is-kept", "This assessment is complete.",
        "What was found stays as it was when the plan was made from it.",
        "Start a new assessment if things have changed.",
    )  # fmt: skip


def _conflict(assessment_id: UUID, side: str, yours: Mapping[str, str]) -> Conflict:
    held = Section.objects.filter(assessment_id=assessment_id, side=side).first()
    theirs = held.answers if held else {}
    asked = [each for each in SIDES[side] if theirs.get(each.code, "") != yours.get(each.code, "")]
    return Conflict(
        "section-changed", "This section has changed since you opened it.",
        theirs={each.code: words(each, theirs) for each in asked},
        yours={each.code: words(each, yours) for each in asked},
    )  # fmt: skip


def _tell_section(by: Caller, at: datetime, assessment: Assessment, side: str, version: int) -> None:
    append_timeline(
        by=by, at=at, person_id=assessment.person_id, kind="assessment", ends_on=london_date(at),
        title=f"{SIDE_NAMES[side]} section of the joint assessment", detail=(("Written by", by.label),),
        source_key=f"assessment.section/{assessment.id}/{side}/{version}",
    )  # fmt: skip


def _complete_if_both(by: Caller, at: datetime, assessment: Assessment) -> None:
    if Section.objects.filter(assessment_id=assessment.id, state="done").count() < len(SIDES):
        return
    Assessment.objects.filter(id=assessment.id).update(
        state="complete", completed_at=at, version=assessment.version + 1
    )
    end_timeline(by=by, at=at, person_id=assessment.person_id, source_key=_key(assessment.id), ends_on=london_date(at))
    note("assessment.completed", person_id=assessment.person_id, thing_id=assessment.id)
