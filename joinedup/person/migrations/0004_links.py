"""Links between records, pairs that are not the same, and how a question was decided (person/sql/0004_links.sql)."""

from pathlib import Path

import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("person", "0003_front_door"),
        ("places", "0003_demo_providers"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotTheSame",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=400)),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonLink",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                (
                    "how",
                    models.CharField(
                        choices=[("decided", "Decided by somebody"), ("likeness", "Linked by likeness")], max_length=10
                    ),
                ),
                ("weight", models.FloatField(null=True)),
                ("reason", models.CharField(max_length=400)),
                ("by_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("before", models.JSONField(default=dict)),
                ("before_digest", models.CharField(blank=True, default="", max_length=64)),
                ("ended_by_id", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=400)),
                ("after", models.JSONField(default=dict)),
                ("after_digest", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="workitem",
            name="work_item_once",
        ),
        migrations.AddField(
            model_name="workitem",
            name="about",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="workitem",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="workitem",
            name="asked_by_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="workitem",
            name="asked_of",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="workitem",
            name="decided_by_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="workitem",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not decided"),
                    ("same", "Same person"),
                    ("not_same", "Not the same"),
                    ("settled", "Settled"),
                ],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=400),
        ),
        migrations.AddField(
            model_name="workitem",
            name="version",
            field=models.PositiveIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="workitem",
            name="weight",
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("nhs_number_other_birth_date", "The same NHS number was sent with another date of birth"),
                    ("hidden_match", "Somebody new may be a person whose record is hidden"),
                    ("nhs_number_in_two_records", "Two records were told the same NHS number and date of birth"),
                    ("likely_same", "Two records look like one person"),
                    ("two_open_plans", "A person whose records were joined has two plans that are open"),
                    ("two_open_assessments", "A person whose records were joined has two open assessments"),
                    ("work_while_linked", "Something was written while two people were wrongly joined"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                fields=("kind", "person", "other_person", "about"), name="work_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision", ""),
                    models.Q(
                        ("decided_by_id__isnull", False),
                        ("done_at__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decided_question_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["", "same", "not_same", "settled"])),
                name="question_decision_known",
            ),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="one",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="notthesame",
            name="other",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="personlink",
            name="item",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.workitem"
            ),
        ),
        migrations.AddField(
            model_name="personlink",
            name="one",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="personlink",
            name="other",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="not_the_same_pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)), fields=("one", "other"), name="not_the_same_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notthesame",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="not_the_same_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="link_pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("one", "other"), name="people_linked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="link_says_why"),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    models.Q(("ended_by_id__isnull", False), models.Q(("end_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ended_link_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["decided", "likeness"])), name="link_how_known"
            ),
        ),
        migrations.RunSQL((SQL / "0004_links.sql").read_text(), migrations.RunSQL.noop),
    ]
