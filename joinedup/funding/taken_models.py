"""Rows of tests that were taken, and of decisions on continuing healthcare: kept whole, never edited.

A test that is taken again is a new row; the newest is what it says now. A tool of need advises: a decision is a row of
its own, by a named person of the NHS who did not take the tool, and it names the tool that it rests on. Row policies
and triggers are in sql/0008_tests.sql.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.funding.asked_facts import TESTS
from joinedup.person.models import Person

RECOMMENDS = {"eligible": "Eligible", "not_eligible": "Not eligible"}


class TakenTest(models.Model):
    """One test as it was taken: of which evidence, by which version of its rule and which figures, with every step.

    `case` is the rule's whole input and `answer` its whole output; `outcome` says it in one sentence. A Decision
    Support Tool holds what the team recommends too, with its reasons: that is the team's, and not worked out.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    test = models.CharField(max_length=40, choices=list(TESTS.items()))
    rule_version = models.PositiveSmallIntegerField()
    on_day = models.DateField()
    case = models.JSONField()
    answer = models.JSONField()
    figures = models.JSONField()
    evidence_ids = ArrayField(models.UUIDField())
    outcome = models.CharField(max_length=400)
    recommends = models.CharField(max_length=20, blank=True, default="", choices=list(RECOMMENDS.items()))
    recommended_because = models.TextField(blank=True, default="")
    taken_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="test_known", condition=Q(test__in=list(TESTS))),
            models.CheckConstraint(name="test_has_an_outcome", condition=~Q(outcome="")),
            models.CheckConstraint(
                name="test_recommended_by_a_team_with_reasons",
                condition=(Q(test="dst", recommends__in=list(RECOMMENDS)) & ~Q(recommended_because=""))
                | (~Q(test="dst") & Q(recommends="", recommended_because="")),
            ),
            models.UniqueConstraint(fields=["id", "person", "test"], name="test_with_its_person_and_name"),
        ]
        indexes = [models.Index(fields=["person", "test", "taken_at"], name="test_by_person")]


class HealthcareDecision(models.Model):
    """Whether the NHS pays for all of somebody's care: decided by a named person, with the reason, of a tool's advice.

    `of_test` is always the Decision Support Tool, so that the database can hold the tool to be one.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tool = models.OneToOneField(TakenTest, on_delete=models.PROTECT, related_name="decision")
    of_test = models.CharField(max_length=40, default="dst")
    decides = models.CharField(max_length=20, choices=list(RECOMMENDS.items()))
    reason = models.TextField()
    starts_on = models.DateField()
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="healthcare_decision_is_of_a_tool", condition=Q(of_test="dst")),
            models.CheckConstraint(name="healthcare_decision_known", condition=Q(decides__in=list(RECOMMENDS))),
            models.CheckConstraint(name="healthcare_decision_has_a_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["person", "decided_at"], name="healthcare_by_person")]
