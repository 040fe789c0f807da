"""Tables and checks of what stands in sql/0012_two_sides.sql, which it runs at its end."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import joinedup.base.identifiers

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_sealing"),
        ("commissioning", "0009_residence"),
        ("person", "0033_broken_seals"),
        ("places", "0003_demo_providers"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisputeHandover",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("because", models.CharField(max_length=300)),
                ("handed_at", models.DateTimeField()),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="commissioning.dispute",
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
                        name="dispute_handed_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="dispute_handed_with_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposedEnd",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("proposed_at", models.DateTimeField()),
                ("words", models.CharField(max_length=1000)),
                ("settled_from", models.DateField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Confirmed by the other side"),
                            ("refused", "Refused by the other side"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_words", models.CharField(blank=True, default="", max_length=400)),
                ("heard_from", models.CharField(blank=True, default="", max_length=200)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
                    ),
                ),
                (
                    "answered_for",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_ends",
                        to="commissioning.dispute",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
                    ),
                ),
                (
                    "proposed_for",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"),
                ),
                (
                    "settled_payer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")), fields=("dispute",), name="dispute_has_one_proposed_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="proposed_end_says_how"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "confirmed"), _negated=True),
                            models.Q(
                                models.Q(("answered_for", models.F("proposed_for")), _negated=True),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                                ("answered_for__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="end_confirmed_by_the_other_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at", None),
                                ("answered_by", None),
                                ("answered_for", None),
                                ("heard_from", ""),
                            ),
                            models.Q(
                                ("answer__in", ["confirmed", "refused", "withdrawn"]),
                                ("answered_by__isnull", False),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposed_end_answer_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "refused"), _negated=True),
                            models.Q(("answer_words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_end_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "0012_two_sides.sql").read_text(), migrations.RunSQL.noop),
    ]
