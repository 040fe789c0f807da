"""Rows of disputes between bodies about who pays for a package, of their ends and owners, and of the weeks settled.

A dispute has an owner, a day by which it must end, and a named interim payer, so that the person's care goes on
meanwhile. Its end says who pays from which day; each week that the interim payer bore and another must bear is a row
with what is owed, to the penny, and the journal that posted it where the fund could. One side proposes the end and the
other confirms it. What must hold across rows stands in sql/0007_disputes.sql and sql/0012_two_sides.sql. Left out:
arbitration, and interest.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.commissioning.models.packages import DeliveredWeek, Package
from joinedup.ledger.models import Journal
from joinedup.person.models import Person
from joinedup.places.models import Body, Place, one_of

DISPUTE_KINDS = [
    ("who_pays", "Which side pays: the NHS or the council"),
    ("ordinary_residence", "Which area is responsible: ordinary residence"),
]
END_ANSWERS = [
    ("confirmed", "Confirmed by the other side"),
    ("refused", "Refused by the other side"),
    ("withdrawn", "Taken back"),
]


class Dispute(models.Model):
    """Two bodies disagree about who pays for a package; one of the fund's partners pays until it has ended.

    `settled_payer` is empty in an ended dispute when the package's own split holds, by the terms of the fund.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="disputes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DISPUTE_KINDS)
    question = models.CharField(max_length=1000)
    one_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    other_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    interim_payer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    interim_from = models.DateField()
    owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    ended_words = models.CharField(max_length=1000, blank=True, default="")
    settled_payer = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    settled_from = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("dispute_kind_known", "kind", DISPUTE_KINDS),
            models.CheckConstraint(name="dispute_asks_something", condition=~Q(question="")),
            models.CheckConstraint(name="dispute_is_between_two", condition=~Q(one_body=F("other_body"))),
            models.CheckConstraint(
                name="dispute_end_says_who_pays_from_when",
                condition=Q(ended_at=None, ended_by=None, ended_words="", settled_payer=None, settled_from=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, settled_from__gte=F("interim_from"))
                & ~Q(ended_words=""),
            ),
            models.UniqueConstraint(
                fields=["package"], condition=Q(ended_at=None), name="package_has_one_running_dispute"
            ),
        ]
        indexes = [models.Index(fields=["place", "ended_at", "due_on"], name="dispute_by_place")]


class DisputeHandover(models.Model):
    """That the end of a dispute is another's to see to from now on, and why. Its clock runs on."""

    id = models.UUIDField(primary_key=True, default=new_id)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="handovers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    to_owner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=300)
    handed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="dispute_handed_to_another", condition=~Q(from_owner=F("to_owner"))),
            models.CheckConstraint(name="dispute_handed_with_a_reason", condition=~Q(because="")),
        ]


class ProposedEnd(models.Model):
    """How somebody of one side would end a dispute, and what the other side made of it.

    `answered_for` is the other party; `heard_from` says who of it agreed and on which paper, where nobody of that party
    works with this system. Only a confirmed proposal ends a dispute; until then the interim payer goes on paying.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="proposed_ends")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_for = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    words = models.CharField(max_length=1000)
    settled_payer = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    settled_from = models.DateField()
    answer = models.CharField(max_length=10, choices=END_ANSWERS, blank=True, default="")
    answered_for = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_words = models.CharField(max_length=400, blank=True, default="")
    heard_from = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(answer=""), name="dispute_has_one_proposed_end"),
            models.CheckConstraint(name="proposed_end_says_how", condition=~Q(words="")),
            models.CheckConstraint(
                name="end_confirmed_by_the_other_side",
                condition=~Q(answer="confirmed")
                | ~Q(answered_for=F("proposed_for")) & ~Q(answered_by=F("proposed_by")) & Q(answered_for__isnull=False),
            ),
            models.CheckConstraint(
                name="proposed_end_answer_says_who",
                condition=Q(answer="", answered_by=None, answered_at=None, answered_for=None, heard_from="")
                | Q(answer__in=["confirmed", "refused", "withdrawn"], answered_by__isnull=False)
                & Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(name="refused_end_says_why", condition=~Q(answer="refused") | ~Q(answer_words="")),
        ]


class SettledWeek(models.Model):
    """What one body owes the interim payer for one delivered week after a dispute; its journal where one was posted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="settled_weeks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    week = models.ForeignKey(DeliveredWeek, on_delete=models.PROTECT, related_name="settled")
    owed_by = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    owed_to = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    amount_pence = models.BigIntegerField()
    journal = models.ForeignKey(Journal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "owed_by"], name="week_settled_once"),
            models.CheckConstraint(name="settled_week_is_something", condition=Q(amount_pence__gt=0)),
            models.CheckConstraint(name="nobody_owes_themselves", condition=~Q(owed_by=F("owed_to"))),
        ]
