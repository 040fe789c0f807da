"""Rows that say in which council's area somebody was ordinarily resident from which day, and on what that rests.

Written once: a new finding is a new row, and the latest that was written about a day holds. What each stream of money
makes of it is a rule (rules/residence.py). Left out: determinations by the Secretary of State as documents.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from joinedup.access.models import Subject
from joinedup.base.identifiers import new_id
from joinedup.person.models import Person
from joinedup.places.models import Body, one_of

RESIDENCE_BASES = [
    ("settled", "Lives there, by choice and for settled purposes"),
    ("placed", "Lives in accommodation that another council arranged there"),
    ("hospital", "Is in hospital there"),
    ("no_settled", "Has no settled home and is present there"),
]


class Residence(models.Model):
    """From this day the person lives in the area of a council, on this basis; `placed_by` says who arranged it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    council = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    basis = models.CharField(max_length=12, choices=RESIDENCE_BASES)
    placed_by = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    written_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("residence_basis_known", "basis", RESIDENCE_BASES),
            models.CheckConstraint(name="residence_gives_a_reason", condition=~Q(words="")),
            models.CheckConstraint(
                name="placed_residence_says_by_whom",
                condition=Q(basis="placed", placed_by__isnull=False) | ~Q(basis="placed") & Q(placed_by=None),
            ),
        ]
        indexes = [models.Index(fields=["person", "since"], name="residence_by_person")]
