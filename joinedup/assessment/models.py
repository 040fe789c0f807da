"""Rows of the joint assessment: one account of what a person needs, in two sections with two owners.

Health and social care each write one section of the same assessment, and read each other's; no one person writes both.
Each saving of a section is kept whole in `Writing`, made by a trigger, so that who wrote what and when is never lost.
An eligibility decision keeps the rule's whole explanation as it was. Row policies and triggers are in sql/. Left out:
mental capacity, carers' assessments and safeguarding, which need sections with access rules of their own.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.person.models import Person
from joinedup.places.models import Place

SIDES = [("health", "Health"), ("social_care", "Social care")]
STATES = [("open", "Open"), ("complete", "Complete")]
SECTION_STATES = [("draft", "Draft"), ("done", "Done")]
RESULTS = [
    ("eligible", "Eligible needs identified"),
    ("not_eligible", "Non-eligible needs identified"),
    ("no_needs", "No needs identified"),
]


class Assessment(models.Model):
    """One joint assessment of a person. `request_id` is the door's request that asked for it, where there was one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    request_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    started_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="assessment_state_known", condition=Q(state__in=["open", "complete"])),
            models.CheckConstraint(
                name="assessment_complete_has_its_time",
                condition=Q(state="open", completed_at__isnull=True) | Q(state="complete", completed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_completed_after_start",
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("started_at")),
            ),
            models.UniqueConstraint(
                fields=["person"], name="one_open_assessment_of_a_person", condition=Q(state="open")
            ),
            models.UniqueConstraint(fields=["id", "person"], name="assessment_with_its_person"),
        ]


class Section(models.Model):
    """One side's part: its answers by question (see questions.py), its last author, and whether it is done."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=SIDES)
    answers = models.JSONField(default=dict)
    author = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SECTION_STATES, default="draft")
    version = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "side"], name="one_section_a_side"),
            models.CheckConstraint(name="section_side_known", condition=Q(side__in=["health", "social_care"])),
            models.CheckConstraint(name="section_state_known", condition=Q(state__in=["draft", "done"])),
            models.CheckConstraint(
                name="written_section_has_author_and_time",
                condition=Q(version=0, author__isnull=True, written_at__isnull=True, state="draft")
                | Q(version__gte=1, author__isnull=False, written_at__isnull=False),
            ),
            ExclusionConstraint(
                name="two_sides_never_one_author",
                expressions=[
                    ("assessment", RangeOperators.EQUAL),
                    ("author", RangeOperators.EQUAL),
                    ("side", RangeOperators.NOT_EQUAL),
                ],
            ),
        ]


class Writing(models.Model):
    """One saving of a section, whole, made by a trigger: nobody who ever wrote one side may write the other."""

    id = models.UUIDField(primary_key=True, default=new_id)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="writings")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=SIDES)
    author = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=SECTION_STATES)
    answers = models.JSONField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "version"], name="writing_once_a_version"),
            ExclusionConstraint(
                name="nobody_ever_wrote_both_sides",
                expressions=[
                    ("assessment", RangeOperators.EQUAL),
                    ("author", RangeOperators.EQUAL),
                    ("side", RangeOperators.NOT_EQUAL),
                ],
            ),
        ]


class Eligibility(models.Model):
    """A decision on eligibility for care and support: result, reasons step by step, rule version, who decided, when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=20, choices=RESULTS)
    eligible = models.BooleanField()
    explanation = models.JSONField()
    rule = models.CharField(max_length=60)
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment"], name="eligibility_decided_once"),
            models.CheckConstraint(
                name="eligibility_result_known", condition=Q(result__in=["eligible", "not_eligible", "no_needs"])
            ),
            models.CheckConstraint(
                name="eligible_as_the_result_says",
                condition=Q(result="eligible", eligible=True) | ~Q(result="eligible") & Q(eligible=False),
            ),
        ]
