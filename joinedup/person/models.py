"""Rows of the one record.

Sources are immutable, the person is derived: `SourceRecord` and `SourceContent` hold what a body sent, `SourceIdentity`
says which person a sender's own identifier stands for (by which rule, when, by whom), and `Person`, `PersonName`,
`PersonIdentifier` and `TimelineEntry` are projections that can be made again from the sources. Content stands in a
table of its own, so that retention can destroy it and keep the digest. Row policies are in sql/.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.base.identifiers import new_id
from joinedup.person.link_models import LinkModel
from joinedup.person.relationship_kinds import KINDS
from joinedup.places.models import Body, Place


class Person(models.Model):
    """One person, as the sources together say. `nhs_number` is held only when a source states it verified."""

    id = models.UUIDField(primary_key=True, default=new_id)
    canonical = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="aliases")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    nhs_number = models.CharField(max_length=10, blank=True, default="")
    family = models.CharField(max_length=120, blank=True, default="")
    given = models.CharField(max_length=200, blank=True, default="")
    prefix = models.CharField(max_length=40, blank=True, default="")
    family_folded = models.CharField(max_length=120, blank=True, default="")
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=10, default="unknown")
    deceased = models.BooleanField(default=False)
    death_date = models.DateField(null=True)
    address = models.CharField(max_length=400, blank=True, default="")
    postcode = models.CharField(max_length=12, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")
    gp_practice_code = models.CharField(max_length=12, blank=True, default="")
    restricted = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number"],
                name="verified_nhs_number_held_once",
                condition=Q(canonical__isnull=True) & ~Q(nhs_number=""),
            ),
            models.CheckConstraint(
                name="person_nhs_number_ten_digits", condition=Q(nhs_number="") | Q(nhs_number__regex=r"^[0-9]{10}$")
            ),
            models.CheckConstraint(name="person_not_own_canonical", condition=~Q(canonical=F("id"))),
        ]
        indexes = [
            models.Index(fields=["birth_date"], name="person_by_birth_date"),
            models.Index(fields=["postcode"], name="person_by_postcode"),
            models.Index(fields=["family_folded", "given"], name="person_by_name"),
            models.Index(fields=["family_folded", "birth_date"], name="person_by_family_and_birth"),
        ]


class SourceIdentity(models.Model):
    """A sender's own identifier stands for a person: by which rule, with what weight (bits), decided by whom."""

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="source_identities")
    rule = models.CharField(max_length=40)
    weight = models.FloatField(null=True)
    linked_by_id = models.UUIDField()
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "subject"], name="sender_identifier_is_one_person")]


class SourceRecord(models.Model):
    """One row that a body sent: a FHIR resource or a CSV row. `state` says what became of it."""

    STATES = [
        ("waiting", "Waiting for the person it is about"),
        ("attached", "Part of a person's record"),
        ("unknown", "Kept, not understood"),
    ]

    id = models.UUIDField(primary_key=True, default=new_id)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    local_id = models.CharField(max_length=300, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)
    load_id = models.UUIDField()
    file = models.CharField(max_length=400)
    row = models.BigIntegerField()
    received_at = models.DateTimeField()
    told_at = models.DateTimeField()
    arrival = models.BigIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="source_records")
    state = models.CharField(max_length=10, choices=STATES)
    says_who = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "kind", "digest"], name="source_row_held_once"),
            models.CheckConstraint(
                name="source_state_known", condition=Q(state__in=["waiting", "attached", "unknown"])
            ),
            models.CheckConstraint(
                name="attached_source_has_person", condition=~Q(state="attached") | Q(person__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="source_record_by_person"),
            models.Index(fields=["body", "subject"], name="source_record_waiting", condition=Q(state="waiting")),
        ]


class SourceContent(models.Model):
    """What a source row held: its bytes, and the facts read from it. Retention may destroy this and keep the record."""

    record = models.OneToOneField(SourceRecord, primary_key=True, on_delete=models.PROTECT, related_name="content")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    raw = models.BinaryField()
    person_facts = models.JSONField(null=True)
    event_facts = models.JSONField(null=True)


class PersonName(models.Model):
    """A name the person is or was known by, with its folded keys for searching."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    family = models.CharField(max_length=120)
    given = models.CharField(max_length=200, blank=True, default="")
    family_folded = models.CharField(max_length=120)
    given_folded = models.CharField(max_length=200, blank=True, default="")
    use = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "family_folded", "given_folded"], name="person_name_once"),
        ]
        indexes = [
            models.Index(fields=["family_folded", "given_folded", "person"], name="person_name_family"),
        ]


class NameWord(models.Model):
    """A word that occurs in names: a folded family name or one given name. Search compares these, not people."""

    id = models.UUIDField(primary_key=True, default=new_id)
    part = models.CharField(max_length=6)
    word = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "word"], name="name_word_once"),
            models.CheckConstraint(name="name_word_part_known", condition=Q(part__in=["family", "given"])),
        ]


class PersonPostcode(models.Model):
    """A postcode that somebody told of the person, now or before; none is kept of restricted people."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="postcodes")
    postcode = models.CharField(max_length=12)
    district = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "postcode"], name="person_postcode_once")]
        indexes = [
            models.Index(fields=["postcode"], name="person_postcode_whole"),
            models.Index(fields=["district"], name="person_postcode_district"),
        ]


class PersonIdentifier(models.Model):
    """An identifier under which some source knows the person; `verified` is said of NHS numbers only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "system", "value"], name="person_identifier_once"),
        ]
        indexes = [models.Index(fields=["value"], name="person_identifier_by_value")]


class TimelineEntry(models.Model):
    """One line of the record: what, when, told by whom. Every step appends here in its own transaction."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="timeline", db_index=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", db_index=False)
    source_key = models.CharField(max_length=400)
    record = models.ForeignKey(SourceRecord, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    detail = models.JSONField(default=list)
    starts_on = models.DateField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    open_ended = models.BooleanField(default=False)
    sensitivity = models.CharField(max_length=10, default="ordinary")
    amount_pence = models.BigIntegerField(null=True)
    told_at = models.DateTimeField()
    arrival = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    sealed = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "source_key"], name="timeline_entry_once_per_source"),
            models.CheckConstraint(
                name="timeline_sensitivity_known", condition=Q(sensitivity__in=["ordinary", "sensitive"])
            ),
        ]
        indexes = [
            models.Index(F("person"), F("starts_on").desc(nulls_last=True), F("id").desc(), name="timeline_by_person"),
            models.Index(fields=["person"], name="timeline_open", condition=Q(open_ended=True)),
        ]


class AboutMe(models.Model):
    """What matters to the person, in their words or their supporter's: the first thing a visitor should read."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="about_me")
    most_important = models.TextField(blank=True, default="")
    how_to_support = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    written_by_id = models.UUIDField()
    written_at = models.DateTimeField()


class PersonRelationship(models.Model):
    """Somebody close to a person: what they are to them, whether they care for them, and their own record if held here.

    `name` and `phone` are as told; somebody who is held here is named by their record. A row is ended, not deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relationships")
    other_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=60, blank=True, default="")
    is_carer = models.BooleanField(default=False)
    is_next_of_kin = models.BooleanField(default=False)
    in_emergency = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True, default="")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    written_by_id = models.UUIDField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="nobody_is_close_to_themselves", condition=~Q(person=F("other_person"))),
            models.CheckConstraint(name="relationship_kind_known", condition=Q(kind__in=[kind for kind, _ in KINDS])),
            models.CheckConstraint(name="relationship_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="relationship_ends_after_start",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["person", "other_person"], name="relationship_open_once", condition=Q(ends_on=None)
            ),
        ]


class WorkItem(models.Model):
    """A question about identity that a person must decide."""

    KINDS = [
        ("nhs_number_other_birth_date", "The same NHS number was sent with another date of birth"),
        ("hidden_match", "Somebody new may be a person whose record is hidden"),
        ("nhs_number_in_two_records", "Two records were told the same NHS number and date of birth"),
        ("likely_same", "Two records look like one person"),
        ("two_open_plans", "A person whose records were joined has two plans that are open"),
        ("two_open_assessments", "A person whose records were joined has two open assessments"),
        ("work_while_linked", "Something was written while two people were wrongly joined"),
    ]
    DECISIONS = [("", "Not decided"), ("same", "Same person"), ("not_same", "Not the same"), ("settled", "Settled")]

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=40, choices=KINDS)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_items")
    other_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=200, blank=True, db_default="")
    weight = models.FloatField(null=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, blank=True, db_default="", choices=DECISIONS)
    decided_by_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=400, blank=True, db_default="")
    asked_of = models.CharField(max_length=120, blank=True, db_default="")
    asked_by_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "person", "other_person", "about"], name="work_item_once"),
            models.CheckConstraint(
                name="decided_question_says_by_whom_and_why",
                condition=Q(decision="") | Q(done_at__isnull=False, decided_by_id__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="question_decision_known", condition=Q(decision__in=["", "same", "not_same", "settled"])
            ),
        ]


def _pair(prefix: str) -> list[models.CheckConstraint]:
    """A named constraint: of a pair, the smaller key stands first, so that a pair is one row whoever names it."""
    return [models.CheckConstraint(name=f"{prefix}_pair_in_order", condition=Q(one__lt=F("other")))]


class PersonLink(models.Model):
    """Two records are one person: by whom or by what rule, since when, until when, and the proof of what stood before.

    `before` and `after` hold, of each person, a fingerprint of every row that refers to them; the digests are over all.
    """

    HOW = [("decided", "Decided by somebody"), ("likeness", "Linked by likeness")]

    id = models.UUIDField(primary_key=True, default=new_id)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=HOW)
    weight = models.FloatField(null=True)
    model = models.ForeignKey(LinkModel, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    before_digest = models.CharField(max_length=64, blank=True, default="")
    ended_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=400, blank=True, default="")
    after = models.JSONField(default=dict)
    after_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            *_pair("link"),
            models.UniqueConstraint(
                fields=["one", "other"], name="people_linked_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="link_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="ended_link_says_by_whom_and_why",
                condition=Q(ended_at__isnull=True) | Q(ended_by_id__isnull=False) & ~Q(end_reason=""),
            ),
            models.CheckConstraint(name="link_how_known", condition=Q(how__in=["decided", "likeness"])),
            models.CheckConstraint(
                name="link_by_likeness_names_its_model",
                condition=~Q(how="likeness") | Q(model__isnull=False, weight__isnull=False),
            ),
        ]


class NotTheSame(models.Model):
    """Two records are two people: remembered, so that no later run joins them, until somebody takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.UUIDField(null=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True, db_default="")

    class Meta:
        constraints = [
            *_pair("not_the_same"),
            models.UniqueConstraint(
                fields=["one", "other"], name="not_the_same_once", condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(name="not_the_same_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="withdrawn_not_the_same_says_by_whom_and_why",
                condition=Q(withdrawn_at=None) | Q(withdrawn_by_id__isnull=False) & ~Q(withdrawn_reason=""),
            ),
        ]
