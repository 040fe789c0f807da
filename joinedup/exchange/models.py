"""Rows that say what was loaded: the load, its files and how far each got, and every refusal.

A refused row's bytes are kept in `RefusedRow`, so that nothing a body sent is lost; the report itself (`Refusal`) never
repeats a value from the row.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from joinedup.base.identifiers import new_id
from joinedup.places.models import Body, Place


class Load(models.Model):
    """One run of `joinedup load` over some files, finished or to be resumed under the same key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    started_by_id = models.UUIDField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    paths_digest = models.CharField(max_length=64)
    read = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    kept_unknown = models.BigIntegerField(default=0)
    already_held = models.BigIntegerField(default=0)
    people_made = models.BigIntegerField(default=0)
    phase = models.CharField(max_length=10, blank=True, db_default="")
    share_done = models.FloatField(db_default=0)
    seconds_taken = models.FloatField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "place", "paths_digest"],
                name="one_unfinished_load_of_the_same_files",
                condition=Q(finished_at__isnull=True),
            ),
        ]


class LoadFile(models.Model):
    """One file of a load: its shape (or none, then it was skipped) and how many of its rows are committed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=400)
    shape = models.CharField(max_length=20, blank=True, default="")
    rows_done = models.BigIntegerField(default=0)
    known_done = models.BigIntegerField(default=0)
    unknown_done = models.BigIntegerField(default=0)
    held_before = models.BigIntegerField(default=0)
    unknown_kinds = models.JSONField(default=dict, db_default={})
    finished = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "name"], name="file_once_per_load")]


class Refusal(models.Model):
    """One thing that could not be taken, where it stood, and how the sender puts it right."""

    id = models.UUIDField(primary_key=True, default=new_id)
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="refusals")
    code = models.CharField(max_length=40)
    file = models.CharField(max_length=400)
    row = models.BigIntegerField()
    field = models.CharField(max_length=120, blank=True, default="")
    why = models.TextField()
    mend = models.TextField()
    whole = models.BooleanField()
    record_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["load", "code"], name="refusal_by_load")]


class Correction(models.Model):
    """A refused row put right by somebody: the text they sent in its place, and the load that took it.

    Sent as it is (never changed after), loaded by the role `loader`; `loaded_as` is empty until then.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    refused_row = models.ForeignKey("RefusedRow", on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    sent_by_id = models.UUIDField()
    sent_at = models.DateTimeField()
    loaded_as = models.ForeignKey(Load, null=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        constraints = [
            models.CheckConstraint(name="correction_says_something", condition=~Q(text="")),
            models.UniqueConstraint(
                fields=["refused_row"], name="one_correction_waits_a_row", condition=Q(loaded_as__isnull=True)
            ),
        ]


class RefusedRow(models.Model):
    """The bytes of a row that was refused whole, kept so that it can be corrected and sent again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="refused_rows")
    file = models.CharField(max_length=400)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    raw = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "file", "row"], name="refused_row_once")]
