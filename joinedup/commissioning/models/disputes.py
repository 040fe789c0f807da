"""Rows of disputes between bodies about who pays for a package, and of the weeks that their end settles.

A dispute has an owner, a day by which it must end, and a named interim payer, so that the person's care goes on
meanwhile. Its end says who pays from which day; each week that the interim payer bore and another must bear is a row
with what is owed, to the penny, and the journal that posted it where the fund could. What must hold across rows stands
in sql/0007_disputes.sql. Left out: arbitration, and interest.
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
