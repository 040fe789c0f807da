"""Weeks adjusted after they were posted: the table, and the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import joinedup.base.identifiers

SQL = Path(__file__).resolve().parent.parent / "sql"
KEEP = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("commissioning", "0010_nhs_part"),
        ("funding", "0007_adjusted_days"),
        ("ledger", "0004_adjustments"),
    ]
    operations = [
        migrations.CreateModel(
            name="AdjustedWeek",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("was_pence", models.BigIntegerField()),
                ("is_pence", models.BigIntegerField()),
                ("posted_at", models.DateTimeField()),
                (
                    "adjustment",
                    models.ForeignKey(null=True, on_delete=KEEP, related_name="+", to="funding.adjustment"),
                ),
                ("charge", models.ForeignKey(on_delete=KEEP, related_name="+", to="funding.assessment")),
                ("journal", models.OneToOneField(on_delete=KEEP, related_name="+", to="ledger.journal")),
                ("person", models.ForeignKey(on_delete=KEEP, related_name="+", to="person.person")),
                ("posted_by", models.ForeignKey(on_delete=KEEP, related_name="+", to="access.subject")),
                (
                    "week",
                    models.ForeignKey(on_delete=KEEP, related_name="adjusted", to="commissioning.deliveredweek"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("adjustment__isnull", False)),
                        fields=("adjustment", "week"),
                        name="adjustment_posted_once_for_a_week",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("adjustment__isnull", True)),
                        fields=("charge", "week"),
                        name="newer_charge_posted_once_for_a_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_pence__gte", 0),
                            ("was_pence__gte", 0),
                            models.Q(("was_pence", models.F("is_pence")), _negated=True),
                        ),
                        name="adjusted_week_is_something",
                    ),
                ]
            },
        ),
        migrations.RunSQL((SQL / "0011_adjusted_weeks.sql").read_text(), migrations.RunSQL.noop),
    ]
