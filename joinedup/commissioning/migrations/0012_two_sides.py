"""Tables and checks of what stands in sql/0012_two_sides.sql, which it runs at its end."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import joinedup.base.identifiers

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_recorded_retention"),
        ("commissioning", "0011_adjusted_weeks"),
        ("person", "0033_broken_seals"),
        ("places", "0003_demo_providers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Aftercare",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("detained_on", models.DateField()),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("3", "Section 3: admission for treatment"),
                            ("37", "Section 37: hospital order"),
                            ("45A", "Section 45A: hospital direction"),
                            ("47", "Section 47: transfer from prison"),
                            ("48", "Section 48: transfer of another prisoner"),
                        ],
                        max_length=4,
                    ),
                ),
                ("icb_words", models.CharField(max_length=400)),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DisputeHandover",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("because", models.CharField(max_length=300)),
                ("handed_at", models.DateTimeField()),
            ],
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
            ],
        ),
        migrations.CreateModel(
            name="Quorum",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="everything", max_length=40)),
                ("nhs_members", models.PositiveSmallIntegerField()),
                ("council_members", models.PositiveSmallIntegerField()),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=1000)),
                ("reviewed_on", models.DateField()),
                ("next_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="member",
            name="panel_member_sits_in_an_office",
        ),
        migrations.AddField(
            model_name="member",
            name="holding",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.roleholding"
            ),
        ),
        migrations.AlterField(
            model_name="member",
            name="office",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holding__isnull", False), models.Q(("office", ""), _negated=True), _connector="OR"
                ),
                name="panel_member_sits_in_an_office",
            ),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="council",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="icb",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="residence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="commissioning.residence"
            ),
        ),
        migrations.AddField(
            model_name="aftercare",
            name="written_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="disputehandover",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="commissioning.dispute"
            ),
        ),
        migrations.AddField(
            model_name="disputehandover",
            name="from_owner",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="disputehandover",
            name="handed_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="disputehandover",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="disputehandover",
            name="to_owner",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"
            ),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="answered_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"
            ),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposed_ends", to="commissioning.dispute"
            ),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="proposed_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="proposed_for",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"),
        ),
        migrations.AddField(
            model_name="proposedend",
            name="settled_payer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.body"
            ),
        ),
        migrations.AddField(
            model_name="quorum",
            name="place",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"),
        ),
        migrations.AddField(
            model_name="quorum",
            name="set_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddField(
            model_name="review",
            name="package",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="commissioning.package"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="person.person"),
        ),
        migrations.AddField(
            model_name="review",
            name="reviewed_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.subject"),
        ),
        migrations.AddIndex(
            model_name="aftercare",
            index=models.Index(fields=["person", "detained_on"], name="aftercare_by_person"),
        ),
        migrations.AddConstraint(
            model_name="aftercare",
            constraint=models.CheckConstraint(
                condition=models.Q(("section__in", ["3", "37", "45A", "47", "48"])), name="aftercare_section_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftercare",
            constraint=models.CheckConstraint(
                condition=models.Q(("icb_words", ""), _negated=True), name="aftercare_says_why_that_icb"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputehandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_owner", models.F("to_owner")), _negated=True),
                name="dispute_handed_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputehandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="dispute_handed_with_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedend",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("dispute",), name="dispute_has_one_proposed_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedend",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="proposed_end_says_how"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedend",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="proposedend",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="proposedend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "refused"), _negated=True),
                    models.Q(("answer_words", ""), _negated=True),
                    _connector="OR",
                ),
                name="refused_end_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="quorum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("council_members__gte", 1),
                    ("council_members__lte", 6),
                    ("nhs_members__gte", 1),
                    ("nhs_members__lte", 6),
                ),
                name="quorum_is_of_both_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="quorum",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z][a-z_]*$")), name="quorum_kind_is_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="quorum",
            constraint=models.UniqueConstraint(fields=("place", "kind", "set_at"), name="quorum_once_at_an_instant"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["package", "next_on"], name="review_by_package"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="review_says_what_was_found"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_on__gt", models.F("reviewed_on"))), name="review_names_a_later_day"
            ),
        ),
        migrations.RunSQL((SQL / "0012_two_sides.sql").read_text(), migrations.RunSQL.noop),
    ]
