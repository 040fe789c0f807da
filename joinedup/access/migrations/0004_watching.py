"""Broken glass, questions about looks, findings of privacy officers; what ends takes its sight with it."""

import datetime
from pathlib import Path
import django.db.models.deletion
import django.db.models.expressions
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_services'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('reason', models.CharField(choices=[('life_at_risk', 'A life is at risk'), ('urgent_care', 'Urgent care, and the person cannot be asked'), ('safeguarding', 'A child or an adult may be in danger'), ('law', 'The law requires it')], max_length=20)),
                ('words', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('asked_in', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('review', models.CharField(blank=True, choices=[('', 'Not reviewed yet'), ('fine', 'Found fine'), ('questioned', 'Questioned')], default='', max_length=10)),
                ('review_words', models.TextField(blank=True, default='')),
                ('reviewed_by_id', models.UUIDField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='DeskReview',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('item', models.CharField(max_length=100)),
                ('outcome', models.CharField(choices=[('fine', 'Found fine'), ('questioned', 'Questioned'), ('acted_on', 'Acted on')], max_length=10)),
                ('words', models.TextField()),
                ('by_id', models.UUIDField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LookQuestion',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('line_id', models.BigIntegerField(unique=True)),
                ('line_at', models.DateTimeField()),
                ('words', models.TextField(blank=True, default='')),
                ('asked_by_id', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not answered yet'), ('rightful', 'The look was rightful'), ('wrongful', 'The look was wrong')], default='', max_length=10)),
                ('answer', models.TextField(blank=True, default='')),
                ('answered_by_id', models.UUIDField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='OfficeSeat',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='StaffHome',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='home', serialize=False, to='access.subject')),
                ('family_folded', models.CharField(blank=True, default='', max_length=120)),
                ('postcode', models.CharField(blank=True, default='', max_length=12)),
            ],
        ),
        migrations.AlterField(
            model_name='accessgrant',
            name='purpose',
            field=models.CharField(choices=[('direct_care', 'Direct care'), ('own_record', 'Own record'), ('privacy_review', 'Privacy review'), ('break_glass', 'Broken glass'), ('proxy', "On the person's behalf")], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='accessgrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'break_glass'), _negated=True), models.Q(('ends_at__isnull', False), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), _connector='OR'), name='glass_grant_of_one_hour'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='from_place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='breakglass',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject'),
        ),
        migrations.AddField(
            model_name='deskreview',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='lookquestion',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='officeseat',
            name='holder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.officeholder'),
        ),
        migrations.AddField(
            model_name='officeseat',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='access.subject'),
        ),
        migrations.AddField(
            model_name='officeseat',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='access.subject'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(condition=models.Q(('review', '')), fields=['place'], name='glass_unreviewed'),
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(fields=['subject', 'person_id'], name='glass_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('words__regex', '\\S.{8,}\\S')), name='glass_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['life_at_risk', 'urgent_care', 'safeguarding', 'law'])), name='glass_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('opened_at__isnull', True)), models.Q(('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('opened_at'), '+', models.Value(datetime.timedelta(seconds=3600)))), ('opened_at__isnull', False)), _connector='OR'), name='glass_open_for_an_hour'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('review', ''), ('review_words', ''), ('reviewed_at__isnull', True), ('reviewed_by_id__isnull', True)), models.Q(('review__in', ['fine', 'questioned']), ('reviewed_at__isnull', False), ('reviewed_by_id__isnull', False), models.Q(('review_words', ''), _negated=True)), _connector='OR'), name='glass_review_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by_id__isnull', True), models.Q(('reviewed_by_id', models.F('subject_id')), _negated=True), _connector='OR'), name='glass_is_reviewed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='deskreview',
            constraint=models.UniqueConstraint(fields=('place', 'item'), name='desk_item_reviewed_once'),
        ),
        migrations.AddConstraint(
            model_name='deskreview',
            constraint=models.CheckConstraint(condition=models.Q(('words__regex', '\\S')), name='desk_review_has_words'),
        ),
        migrations.AddConstraint(
            model_name='deskreview',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['fine', 'questioned', 'acted_on'])), name='desk_review_outcome_known'),
        ),
        migrations.AddIndex(
            model_name='lookquestion',
            index=models.Index(fields=['person_id'], name='look_question_by_person'),
        ),
        migrations.AddConstraint(
            model_name='lookquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by_id__isnull', True), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by_id__isnull', False), ('outcome__in', ['rightful', 'wrongful']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='look_answer_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='officeseat',
            constraint=models.UniqueConstraint(fields=('office', 'member', 'holder'), name='office_seat_once'),
        ),
        migrations.RunSQL((SQL / "0005_watching.sql").read_text(), migrations.RunSQL.noop),
    ]
