"""Rows of what people tell of their own money, and what became of it: accepted as evidence, refused, or taken back.

No test reads a row of these. What is accepted becomes a piece of evidence of its own, in an officer's name; the answer
names it. Row policies and triggers are in sql/0008_own_telling.sql.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.person.models import Person

OWN_TOPICS = {
    "income": "Money that comes in each week", "capital": "Savings and other capital",
    "housing_costs": "What the home costs each week",
    "disability_related_expenditure": "What the disability costs each week",
}  # fmt: skip
ENDS = {"accepted": "Accepted", "refused": "Not accepted", "withdrawn": "Taken back"}
TOLD_AS = {"person": "The person’s own word", "money_right": "The word of who acts for them in money"}


class OwnTelling(models.Model):
    """One thing that the person, or who acts for them in money, says of it: waits until an officer has answered."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40, choices=list(OWN_TOPICS.items()))
    kind = models.CharField(max_length=60)
    amount_pence = models.BigIntegerField()
    more = models.JSONField(default=dict)
    starts_on = models.DateField()
    paper = models.CharField(max_length=200, blank=True, default="")
    told_as = models.CharField(max_length=20, choices=list(TOLD_AS.items()))
    told_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="own_telling_topic_known", condition=Q(topic__in=list(OWN_TOPICS))),
            models.CheckConstraint(name="own_telling_is_not_negative", condition=Q(amount_pence__gte=0)),
            models.CheckConstraint(name="own_telling_says_whose_word", condition=Q(told_as__in=list(TOLD_AS))),
            models.UniqueConstraint(fields=["id", "person"], name="own_telling_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "told_at"], name="own_telling_by_person")]


class OwnTellingEnd(models.Model):
    """What became of it, once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    telling = models.OneToOneField(OwnTelling, on_delete=models.PROTECT, related_name="end")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ends = models.CharField(max_length=20, choices=list(ENDS.items()))
    reason = models.CharField(max_length=300, blank=True, default="")
    evidence = models.OneToOneField(
        "funding.Evidence", null=True, on_delete=models.PROTECT, related_name="accepted_from"
    )  # fmt: skip
    ended_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="own_telling_end_known", condition=Q(ends__in=list(ENDS))),
            models.CheckConstraint(
                name="own_telling_accepted_is_evidence",
                condition=Q(ends="accepted", evidence__isnull=False) | (~Q(ends="accepted") & Q(evidence=None)),
            ),
            models.CheckConstraint(
                name="own_telling_refused_with_a_reason", condition=~Q(ends="refused") | ~Q(reason="")
            ),
        ]
