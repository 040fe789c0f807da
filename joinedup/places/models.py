"""Rows that say which bodies serve which place, what became of them, and who holds which office.

Every time is a half-open pair of days, as in `joinedup.base.period`: `ends_on` is the first day on which it no
longer holds, and empty while it still does. A body is never renamed in place: a new name or kind is a new row and a
succession, so that a decision of 2018 still shows the group that took it. Nothing here is personal: names of office
holders are public, and those of the demo places are invented. Left out: wards, constituencies and primary care
networks.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from joinedup.base.identifiers import new_id

BODY_KINDS = [
    ("council", "Council"),
    ("icb", "Integrated care board"),
    ("ccg", "Clinical commissioning group"),
    ("pct", "Primary care trust"),
    ("care_trust", "Care trust"),
    ("nhs_trust", "NHS trust"),
    ("gp_practice", "GP practice"),
    ("health_and_wellbeing_board", "Health and wellbeing board"),
    ("provider", "Care provider"),
    ("pharmacy", "Pharmacy"),
]
CHOSEN_BY = [
    ("elected", "Elected by residents"),
    ("appointed", "Appointed"),
    ("mixed", "Partly elected, partly appointed"),
    ("contractor", "Works under contract"),
]
APPOINTED_HOW = [("elected", "Elected"), ("appointed", "Appointed")]


class DayRange(Func):
    """`daterange(starts_on, ends_on)`: half-open, an empty end meaning still running."""

    function = "daterange"
    output_field = DateRangeField()


def held_once(name: str, *columns: str) -> ExclusionConstraint:
    """A named constraint: the same columns never hold on two overlapping periods."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (DayRange(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
        ],
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    """A named constraint: nothing ends on or before the day it starts."""
    return models.CheckConstraint(name=name, condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")))


def one_of(name: str, column: str, choices: list[tuple[str, str]]) -> models.CheckConstraint:
    """A named constraint: the column holds one of the codes."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{column}__in": [code for code, _ in choices]}))


class Place(models.Model):
    """One council's area, by its ONS code ('E06000027'). In a demo place people and office holders are invented."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=9)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="place_code_once"),
            models.CheckConstraint(name="place_code_is_ons", condition=Q(code__regex=r"^[EWSN][0-9]{8}$")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Body(models.Model):
    """An organisation under one name and kind: its ODS code (councils: ONS code), and the other codes it is known by.

    `source` says where its codes and dates come from; `verified` that somebody read them there.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=20)
    other_codes = ArrayField(models.CharField(max_length=20), default=list)
    kind = models.CharField(max_length=30, choices=BODY_KINDS)
    name = models.CharField(max_length=160)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    chosen_by = models.CharField(max_length=10, choices=CHOSEN_BY)
    is_demo = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "starts_on"], name="body_code_once_a_start"),
            held_once("body_code_once_at_a_time", "code"),
            ends_after_start("body_ends_after_start"),
            one_of("body_kind_known", "kind", BODY_KINDS),
            one_of("body_chosen_by_known", "chosen_by", CHOSEN_BY),
            models.CheckConstraint(name="body_code_shape", condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{1,19}$")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BodyPlace(models.Model):
    """A body serves a place from one day to another. A body wider than the place (an ICB) simply serves it too."""

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="places_served")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies_serving")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            held_once("body_serves_place_once_at_a_time", "body", "place"),
            ends_after_start("body_place_ends_after_start"),
        ]


class BodySuccession(models.Model):
    """On this day the successor took over the work of the body, whole or in part."""

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="predecessions")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "successor"], name="body_succeeded_once_by_each"),
            models.CheckConstraint(name="body_succeeds_another", condition=~Q(body=F("successor"))),
        ]


class Office(models.Model):
    """A post in a body that answers to the public, and the law that makes it where a law does."""

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="offices")
    title = models.CharField(max_length=120)
    statutory_basis = models.TextField(blank=True)
    is_statutory = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "title"], name="office_once_in_a_body"),
            models.CheckConstraint(
                name="office_statutory_names_its_law", condition=Q(is_statutory=False) | ~Q(statutory_basis="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfficeHolder(models.Model):
    """Somebody holds an office from one day to another; days without a holder are vacancies and need no row."""

    id = models.UUIDField(primary_key=True, default=new_id)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="holders")
    holder_name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    appointed_how = models.CharField(max_length=10, choices=APPOINTED_HOW)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            held_once("office_held_by_one_at_a_time", "office"),
            ends_after_start("office_holder_ends_after_start"),
            one_of("office_holder_appointed_how_known", "appointed_how", APPOINTED_HOW),
        ]


class Postcode(models.Model):
    """A postcode in the stored form ('TQ1 1AA') and the council whose area holds it, where the list knows one.

    Easting and northing are whole metres on the national grid. The list includes postcodes no longer in use.
    """

    postcode = models.CharField(primary_key=True, max_length=8)
    council_code = models.CharField(max_length=9, null=True)
    easting = models.IntegerField(null=True)
    northing = models.IntegerField(null=True)

    def __str__(self) -> str:
        return self.postcode


class PostcodeLoad(models.Model):
    """One loading of postcodes: which areas (none named: all), from which edition of the list, and what changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    request_key = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    edition = models.CharField(max_length=40)
    areas = ArrayField(models.CharField(max_length=2), default=list)
    rows_read = models.PositiveIntegerField()
    rows_written = models.PositiveIntegerField()
    rows_removed = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "request_key"], name="postcodes_loaded_once_a_key")]
