"""Rows by which sharing rests on an agreement, a consent, an authority or a choice; and what must not be destroyed.

Written by functions of the database alone (joinedup/access/sql/, joinedup/person/sql/); agreements by `owner`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.access.models.subjects import Subject, ends_after_start
from joinedup.base.identifiers import new_id
from joinedup.places.models import Body, Place


class SharingAgreement(models.Model):
    """Bodies agreed to share about the people of a place: what, why, on which basis in law, when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=60, unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20, choices=[("direct_care", "Direct care")])
    what = models.CharField(max_length=400)
    basis = models.CharField(max_length=400)
    source = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(
                name="agreement_says_what_and_why", condition=Q(what__regex=r"\S", basis__regex=r"\S")
            ),
        ]


class AgreementParty(models.Model):
    """A body that is party to an agreement: whether it gives what it holds, and whether it receives."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="parties")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    gives = models.BooleanField(default=True)
    receives = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "body"], name="agreement_party_once"),
            models.CheckConstraint(name="agreement_party_does_something", condition=Q(gives=True) | Q(receives=True)),
        ]


class Consent(models.Model):
    """A person agreed that somebody may see their record; the grant rests on it and ends with it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    receiver = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=400)
    recorded_by_id = models.UUIDField()
    given_at = models.DateTimeField()
    withdrawn_by_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="consent_says_how", condition=Q(how__regex=r"\S")),
            models.CheckConstraint(
                name="consent_withdrawal_is_whole",
                condition=Q(withdrawn_by_id__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by_id__isnull=False, withdrawn_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person_id", "receiver"], name="consent_stands_once", condition=Q(withdrawn_at__isnull=True)
            ),
        ]


class OptOut(models.Model):
    """A person does not want what is known about them used beyond their own care; kept out of every extract."""

    TOLD_BY = [
        ("person", "The person, here"),
        ("staff", "The person, to somebody who works here"),
        ("national_list", "The national list"),
    ]

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    told_by = models.CharField(max_length=20, choices=TOLD_BY)
    recorded_by_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ends_after_start("opt_out_ends_after_start"),
            models.CheckConstraint(
                name="opt_out_teller_known", condition=Q(told_by__in=["person", "staff", "national_list"])
            ),
            models.UniqueConstraint(
                fields=["person_id"], name="opt_out_stands_once", condition=Q(ends_at__isnull=True)
            ),
        ]


class Proxy(models.Model):
    """A user may act for a person, by an authority that was seen, from a day to another; no wider than the person.

    Those in OF_MONEY see the money alone.
    """

    KINDS = [
        ("consent", "The person agreed"),
        ("lpa_health", "Lasting power of attorney, health and welfare"),
        ("lpa_property", "Lasting power of attorney, property and money"),
        ("deputy", "Deputy for health and welfare, appointed by the Court of Protection"),
        ("deputy_property", "Deputy for property and money, appointed by the Court of Protection"),
        ("appointee", "Appointee of the DWP, for benefits"),
    ]

    OF_MONEY = ("lpa_property", "deputy_property", "appointee")

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    evidence = models.CharField(max_length=400)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_by_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    ended_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proxy_kind_known",
                condition=Q(
                    kind__in=["consent", "lpa_health", "lpa_property", "deputy", "deputy_property", "appointee"]
                ),
            ),
            models.CheckConstraint(name="proxy_shows_evidence", condition=Q(evidence__regex=r"\S.{3,}\S")),
            models.CheckConstraint(
                name="proxy_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))
            ),
        ]
        indexes = [models.Index(fields=["person_id"], name="proxy_by_person")]


class LegalHold(models.Model):
    """Nothing of a person is destroyed while this stands, however old it is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    placed_by_id = models.UUIDField()
    placed_at = models.DateTimeField()
    lifted_by_id = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_words = models.CharField(max_length=400, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_says_why", condition=Q(words__regex=r"\S")),
            models.CheckConstraint(
                name="hold_lifting_is_whole",
                condition=Q(lifted_by_id__isnull=True, lifted_at__isnull=True)
                | Q(lifted_by_id__isnull=False, lifted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_lifting_says_why", condition=Q(lifted_at__isnull=True) | Q(lifted_words__regex=r"\S")
            ),
            models.UniqueConstraint(fields=["person_id"], name="hold_stands_once", condition=Q(lifted_at__isnull=True)),
        ]


class Destroyed(models.Model):
    """A source row whose content was destroyed: its digest stays; when, by which rule and in which run."""

    record_id = models.UUIDField(primary_key=True)
    run_id = models.UUIDField()
    rule = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run_id"], name="destroyed_by_run")]
