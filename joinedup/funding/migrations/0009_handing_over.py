"""Tables and checks of what stands in sql/0009_handing_over.sql, which it runs at its end."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import joinedup.base.identifiers

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_recorded_retention"),
        ("funding", "0008_tests"),
        ("person", "0033_broken_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppealHandover",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("because", models.CharField(max_length=300)),
                ("handed_at", models.DateTimeField()),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="funding.appeal"
                    ),
                ),
                (
                    "from_owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"
                    ),
                ),
                (
                    "to_owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_owner", models.F("to_owner")), _negated=True),
                        name="appeal_handed_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="appeal_handed_with_a_reason"
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "0009_handing_over.sql").read_text(), migrations.RunSQL.noop),
    ]
