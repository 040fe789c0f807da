"""Rows of care that is bought: packages, who pays which part, who may decide how much, decisions, and weeks delivered.

Money hangs on these rows, so they are written once: of a package only its state and its end change, of a delegation
only its end, of the rest nothing. What must hold across rows (the parts sum to the cost, exactly one accounting
officer decides within a delegation, a week is posted once by its own journal) stands in sql/. Left out: contracts,
dated changes of rate, and bills.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models import Subject, ends_after_start
from joinedup.base.identifiers import new_id
from joinedup.funding.models import Assessment
from joinedup.ledger.models import Fund, Journal
from joinedup.person.models import Person
from joinedup.places.models import Body, Place, one_of
from joinedup.plan.models import Line

STATES = [("proposed", "Proposed"), ("committed", "Committed"), ("ended", "Ended")]
PAYERS = [
    ("person", "The person"), ("nhs", "The NHS"), ("council", "The council"), ("pooled_fund", "The pooled fund")
]  # fmt: skip
EVERYTHING = "everything"


class Package(models.Model):
    """One line of a plan, bought: from whom, how much a week at which rate, from when, and where the decision stands.

    The weekly cost is quantity times rate, rounded to the penny, half up.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="packages")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="packages")
    funding = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="packages")
    provider = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    quantity_per_week = models.DecimalField(max_digits=7, decimal_places=2)
    rate_pence = models.BigIntegerField()
    weekly_cost_pence = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=400, blank=True, default="")
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    proposed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            one_of("package_state_known", "state", STATES),
            models.CheckConstraint(
                name="package_costs_something", condition=Q(quantity_per_week__gt=0, rate_pence__gt=0)
            ),
            models.CheckConstraint(
                name="package_ends_not_before_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="ended_package_says_when_and_why",
                condition=Q(state="ended", ends_on__isnull=False) & ~Q(ended_why="")
                | ~Q(state="ended") & Q(ends_on=None, ended_why=""),
            ),
            models.UniqueConstraint(fields=["id", "person"], name="package_with_its_person"),
        ]
        indexes = [
            models.Index(fields=["place", "state"], name="package_by_place"),
            models.Index(fields=["provider", "state"], name="package_by_provider"),
        ]


class Split(models.Model):
    """Which part of a package's weekly cost a payer bears, in pence."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="splits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    payer = models.CharField(max_length=20, choices=PAYERS)
    weekly_pence = models.BigIntegerField()

    class Meta:
        constraints = [
            one_of("split_payer_known", "payer", PAYERS),
            models.UniqueConstraint(fields=["package", "payer"], name="payer_once_in_a_package"),
            models.CheckConstraint(name="split_is_something", condition=Q(weekly_pence__gt=0)),
        ]


class Delegation(models.Model):
    """How much a week somebody may commit in a place, for one kind of care or for everything, given by the board."""

    id = models.UUIDField(primary_key=True, default=new_id)
    holder = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="delegations")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, default=EVERYTHING)
    weekly_limit_pence = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            ends_after_start("delegation_ends_after_start"),
            models.CheckConstraint(name="delegation_is_of_something", condition=Q(weekly_limit_pence__gt=0)),
            models.CheckConstraint(name="nobody_delegates_to_themselves", condition=~Q(given_by=F("holder"))),
            models.CheckConstraint(name="delegation_kind_is_a_code", condition=Q(kind__regex=r"^[a-z][a-z_]*$")),
        ]


class Decision(models.Model):
    """The one commissioning decision on a package: by whom, when, how much a week, from which fund, under which
    delegation or after which item of the panel; and the rule and charge it rests on, how to appeal, and when it is
    looked at again. Inserting it commits the package."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.OneToOneField(Package, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    weekly_cost_pence = models.BigIntegerField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(Delegation, null=True, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey("Item", null=True, on_delete=models.PROTECT, related_name="+")
    charge = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40, blank=True, default="")
    appeal_route = models.CharField(max_length=600, blank=True, default="")
    review_on = models.DateField(null=True)


class ReportedWeek(models.Model):
    """What a provider says it delivered in one week of a package. Nothing is owed before the week is confirmed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="reported_weeks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    week_starts_on = models.DateField()
    quantity = models.DecimalField(max_digits=7, decimal_places=2)
    reported_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "week_starts_on"], name="week_reported_once"),
            models.CheckConstraint(name="reported_week_is_something", condition=Q(quantity__gt=0)),
        ]


class DeliveredWeek(models.Model):
    """One week of a package that was delivered and posted: how much, what it cost, what the person and the NHS alone
    bear of it, and the journal that posted it. Weeks are counted from the package's first day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="delivered_weeks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    week_starts_on = models.DateField()
    quantity = models.DecimalField(max_digits=7, decimal_places=2)
    amount_pence = models.BigIntegerField()
    person_pence = models.BigIntegerField()
    nhs_pence = models.BigIntegerField(default=0, db_default=0)
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "week_starts_on"], name="week_delivered_once"),
            models.CheckConstraint(
                name="delivered_week_is_something",
                condition=Q(quantity__gt=0, amount_pence__gt=0, person_pence__gte=0, nhs_pence__gte=0)
                & Q(person_pence__lte=F("amount_pence") - F("nhs_pence")),
            ),
        ]
