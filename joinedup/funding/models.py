"""Rows of decided charges: what a person pays for the care of a plan, the case it was worked out from, and every step.

A charge is never edited. Whoever decides again writes a new row that names the one it supersedes, so that each plan has
one line of charges and one present charge. Row policies and triggers are in sql/. Left out: evidence with its
documents, and the charge of a care home.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.person.models import Person
from joinedup.plan.models import Plan


class Assessment(models.Model):
    """What somebody pays a week and what the council does, of a weekly cost, as at a day, by which rule.

    `case` is the rule's whole input and `explanation` its whole answer with the steps, as they were on the day.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="charges")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="charges")
    case = models.JSONField()
    explanation = models.JSONField()
    weekly_charge_pence = models.BigIntegerField()
    council_pays_pence = models.BigIntegerField()
    weekly_cost_pence = models.BigIntegerField()
    as_at = models.DateField()
    rule = models.CharField(max_length=40)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_and_council_pay_the_cost",
                condition=Q(weekly_cost_pence=F("weekly_charge_pence") + F("council_pays_pence")),
            ),
            models.CheckConstraint(
                name="charge_is_not_negative", condition=Q(weekly_charge_pence__gte=0, council_pays_pence__gte=0)
            ),
            models.CheckConstraint(name="charge_supersedes_another", condition=~Q(supersedes=F("id"))),
            models.UniqueConstraint(fields=["plan"], condition=Q(supersedes=None), name="plan_has_one_first_charge"),
            models.UniqueConstraint(fields=["supersedes"], name="charge_superseded_once"),
            models.UniqueConstraint(fields=["id", "plan"], name="charge_with_its_plan"),
            models.UniqueConstraint(fields=["id", "person"], name="charge_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "decided_at"], name="charge_by_person")]
