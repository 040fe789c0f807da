"""Search that forgives: words of names and former postcodes, and the versioned SQL of `0010_forgiving_search.sql`."""

from pathlib import Path

import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

import joinedup.base.identifiers

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0004_links")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("part", models.CharField(max_length=6)),
                ("word", models.CharField(max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("part", "word"), name="name_word_once"),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["family", "given"])), name="name_word_part_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonPostcode",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("postcode", models.CharField(max_length=12)),
                ("district", models.CharField(max_length=12)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postcodes", to="person.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["postcode"], name="person_postcode_whole"),
                    models.Index(fields=["district"], name="person_postcode_district"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "postcode"), name="person_postcode_once"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["family_folded", "birth_date"], name="person_by_family_and_birth"),
        ),
        migrations.RemoveIndex(model_name="personname", name="person_name_family_trigram"),
        migrations.RemoveIndex(model_name="personname", name="person_name_given_trigram"),
        migrations.AddIndex(
            model_name="personname",
            index=models.Index(fields=["family_folded", "given_folded", "person"], name="person_name_family"),
        ),
        migrations.RunSQL((SQL / "0010_forgiving_search.sql").read_text(), migrations.RunSQL.noop),
    ]
