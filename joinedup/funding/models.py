"""Rows of decided charges: what a person pays for the care of a plan, the case it was worked out from, and every step.

A charge is never edited. Whoever decides again writes a new row that names the one it supersedes, so that each plan has
one line of charges and one present charge. The same holds of the evidence that charges rest on, of adjustments, of
first estimates and of appeals: a correction or an answer is a row of its own. Row policies and triggers are in sql/.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.door.models import Contact
from joinedup.funding.appeal_rules import KINDS, OUTCOMES, RAISED_FOR
from joinedup.funding.estimate_difference import WHERE
from joinedup.funding.evidence_set import TOPICS, WITHOUT_AMOUNT
from joinedup.funding.own_telling_models import OwnTelling, OwnTellingEnd
from joinedup.funding.taken_models import HealthcareDecision, TakenTest
from joinedup.person.models import Person
from joinedup.places.models import Place
from joinedup.plan.models import Plan

__all__ = [
    "Adjustment",
    "Appeal",
    "AppealOutcome",
    "Assessment",
    "EstimateDifference",
    "Evidence",
    "FirstEstimate",
    "HealthcareDecision",
    "OwnTelling",
    "OwnTellingEnd",
    "TakenTest",
]


class Assessment(models.Model):
    """What somebody pays a week, and what the NHS and the council do, of a weekly cost, as at a day, by which rule.

    `case` is the rule's whole input and `explanation` its whole answer with the steps, as they were on the day.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="charges")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="charges")
    case = models.JSONField()
    explanation = models.JSONField()
    weekly_charge_pence = models.BigIntegerField()
    council_pays_pence = models.BigIntegerField()
    nhs_pays_pence = models.BigIntegerField(default=0, db_default=0)
    weekly_cost_pence = models.BigIntegerField()
    as_at = models.DateField()
    rule = models.CharField(max_length=40)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_council_and_nhs_pay_the_cost",
                condition=Q(weekly_cost_pence=F("weekly_charge_pence") + F("council_pays_pence") + F("nhs_pays_pence")),
            ),
            models.CheckConstraint(
                name="charge_is_not_negative",
                condition=Q(weekly_charge_pence__gte=0, council_pays_pence__gte=0, nhs_pays_pence__gte=0),
            ),
            models.CheckConstraint(name="charge_supersedes_another", condition=~Q(supersedes=F("id"))),
            models.UniqueConstraint(fields=["plan"], condition=Q(supersedes=None), name="plan_has_one_first_charge"),
            models.UniqueConstraint(fields=["supersedes"], name="charge_superseded_once"),
            models.UniqueConstraint(fields=["id", "plan"], name="charge_with_its_plan"),
            models.UniqueConstraint(fields=["id", "person"], name="charge_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "decided_at"], name="charge_by_person")]


class Evidence(models.Model):
    """One thing told of somebody's money: what, from when to when, on which paper, by whom, written down by whom.

    Pence, or of a household a value in `more`, which also holds what else the rule reads of it (share, occupied_by).
    `ends_on` is the first day on which it holds no longer; the same day as `starts_on` says that it never held.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40, choices=list(TOPICS.items()))
    kind = models.CharField(max_length=60)
    amount_pence = models.BigIntegerField(null=True)
    more = models.JSONField(default=dict)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.CharField(max_length=200, blank=True, default="")
    seen_on = models.DateField(null=True)
    told_by = models.CharField(max_length=120)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    because = models.CharField(max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="evidence_topic_known", condition=Q(topic__in=list(TOPICS))),
            models.CheckConstraint(
                name="evidence_has_its_amount",
                condition=Q(topic__in=list(WITHOUT_AMOUNT), amount_pence__isnull=True)
                | (~Q(topic__in=list(WITHOUT_AMOUNT)) & Q(amount_pence__isnull=False, amount_pence__gte=0)),
            ),
            models.CheckConstraint(
                name="evidence_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="evidence_document_and_day_together",
                condition=Q(document="", seen_on__isnull=True) | (~Q(document="") & Q(seen_on__isnull=False)),
            ),
            models.CheckConstraint(name="evidence_told_by_somebody", condition=~Q(told_by="")),
            models.CheckConstraint(
                name="evidence_corrected_with_a_reason", condition=Q(corrects=None) | ~Q(because="")
            ),
            models.CheckConstraint(name="evidence_corrects_another", condition=~Q(corrects=F("id"))),
            models.UniqueConstraint(fields=["corrects"], name="evidence_corrected_once"),
            models.UniqueConstraint(fields=["id", "person"], name="evidence_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "recorded_at"], name="evidence_by_person")]


class Adjustment(models.Model):
    """What one week's charge should have been more (or, below nothing, less), decided once for each cause.

    `days_pence` is what each of its seven days should be, empty for a day that was not charged at all; rows from before
    days were kept have none.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="adjustments")
    week_starts_on = models.DateField()
    was_pence = models.BigIntegerField()
    should_be_pence = models.BigIntegerField()
    difference_pence = models.BigIntegerField()
    days_pence = ArrayField(models.BigIntegerField(null=True), null=True)
    because = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="adjustment_is_the_difference",
                condition=Q(difference_pence=F("should_be_pence") - F("was_pence")) & ~Q(difference_pence=0),
            ),
            models.CheckConstraint(
                name="adjustment_charges_are_not_negative",
                condition=Q(was_pence__gte=0, should_be_pence__gte=0),
            ),
            models.CheckConstraint(name="adjustment_says_why", condition=~Q(because="")),
            models.UniqueConstraint(
                fields=["plan", "week_starts_on", "was_pence", "decided_at"], name="adjustment_once_in_a_decision"
            ),
        ]
        indexes = [models.Index(fields=["person", "week_starts_on"], name="adjustment_by_person")]


class FirstEstimate(models.Model):
    """What a family was told on their first call: the range a week. Nothing as `highest_pence`: the whole cost."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="first_estimate")
    lowest_pence = models.BigIntegerField(null=True)
    highest_pence = models.BigIntegerField(null=True)
    words = models.CharField(max_length=200)
    as_at = models.DateField()
    recorded_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="estimate_is_a_range",
                condition=Q(lowest_pence__isnull=True, highest_pence__isnull=True)
                | (Q(lowest_pence__gte=0) & (Q(highest_pence__isnull=True) | Q(highest_pence__gte=F("lowest_pence")))),
            ),
            models.UniqueConstraint(fields=["id", "person"], name="estimate_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "recorded_at"], name="estimate_by_person")]


class EstimateDifference(models.Model):
    """How far the first decided charge lies from the first estimate: inside its range, or pence below or above it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    estimate = models.OneToOneField(FirstEstimate, on_delete=models.PROTECT, related_name="difference")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    lies = models.CharField(max_length=10, choices=list(WHERE.items()))
    difference_pence = models.BigIntegerField()
    recorded_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="estimate_difference_fits_where_it_lies",
                condition=Q(lies="inside", difference_pence=0)
                | Q(lies="above", difference_pence__gt=0)
                | Q(lies="below", difference_pence__lt=0),
            ),
        ]


class Appeal(models.Model):
    """A complaint or an appeal about a decided charge: whose words, who answers it, and by when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="appeals")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    raised_for = models.CharField(max_length=10, choices=list(RAISED_FOR.items()))
    words = models.TextField()
    owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    raised_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appeal_kind_known", condition=Q(kind__in=list(KINDS))),
            models.CheckConstraint(name="appeal_raised_for_known", condition=Q(raised_for__in=list(RAISED_FOR))),
            models.CheckConstraint(name="appeal_has_words", condition=~Q(words="")),
            models.UniqueConstraint(fields=["id", "person"], name="appeal_with_its_person"),
        ]
        indexes = [models.Index(fields=["person", "raised_at"], name="appeal_by_person")]


class AppealHandover(models.Model):
    """That an appeal is another's to answer from now on, and why. Its day stays."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="handovers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    to_owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=300)
    handed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appeal_handed_to_another", condition=~Q(from_owner=F("to_owner"))),
            models.CheckConstraint(name="appeal_handed_with_a_reason", condition=~Q(because="")),
        ]


class AppealOutcome(models.Model):
    """The answer to an appeal, with its reason and the whole days it took. One appeal has one answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="outcome")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()))
    reason = models.TextField()
    days_taken = models.PositiveIntegerField()
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appeal_outcome_known", condition=Q(outcome__in=list(OUTCOMES))),
            models.CheckConstraint(name="appeal_outcome_has_a_reason", condition=~Q(reason="")),
        ]
