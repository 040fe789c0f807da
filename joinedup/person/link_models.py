"""Rows of linking by likeness: the kept models, and who waits to be compared.

A kept model is never changed: learning again keeps a new version. Who waits is written by a trigger whenever what tells
people apart changes (sql/0022_kept_models.sql), and taken off by the run that compared them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from joinedup.base.identifiers import new_id


class LinkModel(models.Model):
    """What comparing was learnt to be worth: its version, what it was learnt from, weights by comparison, its report.

    `weights` lists comparisons as {name, words, levels: [{words, m, u}]}, the highest level first; `report` what the
    learning said of itself. `share` is how many of all pairs are one person.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.PositiveIntegerField(unique=True)
    learnt_from = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    share = models.FloatField()
    fields = models.JSONField()
    weights = models.JSONField()
    report = models.JSONField()
    made_by_id = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="link_model_share_is_a_share", condition=Q(share__gt=0, share__lt=1)),
            models.CheckConstraint(name="link_model_says_its_source", condition=~Q(learnt_from="")),
        ]


class PersonToCompare(models.Model):
    """Somebody new, or told of otherwise than before, who waits to be compared with everybody."""

    person = models.OneToOneField("person.Person", primary_key=True, on_delete=models.PROTECT, related_name="+")
    asked_about = models.BooleanField(db_default=False)  # `find-doubles` has compared them since, and joined nobody
