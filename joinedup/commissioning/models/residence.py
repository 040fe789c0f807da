"""Rows that say in which council's area somebody was ordinarily resident from which day, and who owes them aftercare.

Written once: a new finding is a new row, and the latest that was written about a day holds. What each stream of money
makes of it is a rule (rules/residence.py); for aftercare the row keeps the bodies that it names (sql/0012). Left out:
determinations by the Secretary of State as documents.
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
SECTIONS = [
    ("3", "Section 3: admission for treatment"),
    ("37", "Section 37: hospital order"),
    ("45A", "Section 45A: hospital direction"),
    ("47", "Section 47: transfer from prison"),
    ("48", "Section 48: transfer of another prisoner"),
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


class Aftercare(models.Model):
    """Who owes somebody aftercare under section 117: the council and the ICB of where they lived before detention.

    `residence` is the finding that held on the day of detention, and `council` its area. Which ICB follows is written
    with on what it rests, for the ICB goes by rules of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    detained_on = models.DateField()
    section = models.CharField(max_length=4, choices=SECTIONS)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, related_name="+")
    council = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    icb = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    icb_words = models.CharField(max_length=400)
    written_by = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("aftercare_section_known", "section", SECTIONS),
            models.CheckConstraint(name="aftercare_says_why_that_icb", condition=~Q(icb_words="")),
        ]
        indexes = [models.Index(fields=["person", "detained_on"], name="aftercare_by_person")]
