"""Rows of the front door: who called about whom, the request that came of it, and how it was shared or handed over.

The clock starts at first contact and belongs to the request. A request always has one owner and one next step with a
time: the call page commits all of them together or nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.door.rules import ANSWERS, KINDS, MOVES, URGENCIES
from joinedup.person.models import Person
from joinedup.places.models import Place


class Contact(models.Model):
    """One call: who called, about whom, what is wrong and what they want, in their words."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    caller_name = models.CharField(max_length=120)
    caller_relationship = models.CharField(max_length=60)
    caller_phone = models.CharField(max_length=60, blank=True, default="")
    what_is_wrong = models.TextField()
    what_they_want = models.TextField(blank=True, default="")
    first_contact_at = models.DateTimeField()
    taken_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")


class Request(models.Model):
    """What came of a call: its urgency, its one owner, its next step, and the clock.

    `changed_by` and `changed_at` say whose hand left it so; what it held before stands in the row history.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="request")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=10, choices=list(URGENCIES.items()))
    owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    next_step = models.CharField(max_length=300)
    next_step_due = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    clock_started_at = models.DateTimeField()
    first_service_on = models.DateField(null=True)
    changed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="request_state_known", condition=Q(state__in=list(MOVES))),
            models.CheckConstraint(name="request_urgency_known", condition=Q(urgency__in=list(URGENCIES))),
            models.CheckConstraint(name="request_has_a_next_step", condition=~Q(next_step="")),
            models.CheckConstraint(
                name="next_step_not_before_the_call", condition=Q(next_step_due__gte=F("clock_started_at"))
            ),
        ]
        indexes = [models.Index(fields=["owner", "next_step_due"], name="request_by_owner", condition=Q(state="open"))]


class Referral(models.Model):
    """A request shared (refer: the owner stays) or handed over (transfer: the receiver owns it once they accept).

    Whoever asked may take it back while nobody has answered: its answer is then 'withdrawn'.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    giver = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=10, null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_kind_known", condition=Q(kind__in=list(KINDS))),
            models.CheckConstraint(
                name="referral_answer_known", condition=Q(answer__isnull=True) | Q(answer__in=list(ANSWERS))
            ),
            models.CheckConstraint(
                name="referral_answered_whole",
                condition=Q(answer__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["request"], name="one_transfer_waits_at_a_time",
                condition=Q(kind="transfer", answer__isnull=True),
            ),
        ]  # fmt: skip
