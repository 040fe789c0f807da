"""Tests that were taken and decisions on them, the facts that they read, and who tells and sees them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0009_money_right'),
        ('funding', '0007_adjusted_days'),
        ('person', '0033_broken_seals'),
    ]

    operations = [
        migrations.CreateModel(
            name='HealthcareDecision',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('of_test', models.CharField(default='dst', max_length=40)),
                ('decides', models.CharField(choices=[('eligible', 'Eligible'), ('not_eligible', 'Not eligible')], max_length=20)),
                ('reason', models.TextField()),
                ('starts_on', models.DateField()),
                ('decided_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OwnTelling',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('topic', models.CharField(choices=[('income', 'Money that comes in each week'), ('capital', 'Savings and other capital'), ('housing_costs', 'What the home costs each week'), ('disability_related_expenditure', 'What the disability costs each week')], max_length=40)),
                ('kind', models.CharField(max_length=60)),
                ('amount_pence', models.BigIntegerField()),
                ('more', models.JSONField(default=dict)),
                ('starts_on', models.DateField()),
                ('paper', models.CharField(blank=True, default='', max_length=200)),
                ('told_as', models.CharField(choices=[('person', 'The person’s own word'), ('money_right', 'The word of who acts for them in money')], max_length=20)),
                ('told_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OwnTellingEnd',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('ends', models.CharField(choices=[('accepted', 'Accepted'), ('refused', 'Not accepted'), ('withdrawn', 'Taken back')], max_length=20)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('ended_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TakenTest',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('test', models.CharField(choices=[('dfg', 'Disabled Facilities Grant'), ('deferred-payment', 'Deferred payment'), ('fnc', 'Funded nursing care'), ('chc-checklist', 'Checklist for continuing healthcare'), ('dst', 'Decision Support Tool for continuing healthcare')], max_length=40)),
                ('rule_version', models.PositiveSmallIntegerField()),
                ('on_day', models.DateField()),
                ('case', models.JSONField()),
                ('answer', models.JSONField()),
                ('figures', models.JSONField()),
                ('evidence_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('outcome', models.CharField(max_length=400)),
                ('recommends', models.CharField(blank=True, choices=[('eligible', 'Eligible'), ('not_eligible', 'Not eligible')], default='', max_length=20)),
                ('recommended_because', models.TextField(blank=True, default='')),
                ('taken_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_topic_known',
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_has_its_amount',
        ),
        migrations.AlterField(
            model_name='evidence',
            name='topic',
            field=models.CharField(choices=[('income', 'Income a week'), ('capital', 'Savings and other capital'), ('housing_costs', 'What the home costs a week'), ('disability_related_expenditure', 'What the disability costs a week'), ('disregards', 'What the council leaves out of income'), ('household', 'The household'), ('home', 'The home, works on it, and deferral'), ('situation', 'How the person lives and what is paid to them'), ('needs', 'What the person needs')], max_length=40),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['income', 'capital', 'housing_costs', 'disability_related_expenditure', 'disregards', 'household', 'home', 'situation', 'needs'])), name='evidence_topic_known'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_pence__isnull', True), ('topic__in', ['household', 'situation', 'needs'])), models.Q(models.Q(('topic__in', ['household', 'situation', 'needs']), _negated=True), ('amount_pence__gte', 0), ('amount_pence__isnull', False)), _connector='OR'), name='evidence_has_its_amount'),
        ),
        migrations.AddField(
            model_name='healthcaredecision',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject'),
        ),
        migrations.AddField(
            model_name='healthcaredecision',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.person'),
        ),
        migrations.AddField(
            model_name='owntelling',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.person'),
        ),
        migrations.AddField(
            model_name='owntelling',
            name='told_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject'),
        ),
        migrations.AddField(
            model_name='owntellingend',
            name='ended_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject'),
        ),
        migrations.AddField(
            model_name='owntellingend',
            name='evidence',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accepted_from', to='funding.evidence'),
        ),
        migrations.AddField(
            model_name='owntellingend',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.person'),
        ),
        migrations.AddField(
            model_name='owntellingend',
            name='telling',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='funding.owntelling'),
        ),
        migrations.AddField(
            model_name='takentest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.person'),
        ),
        migrations.AddField(
            model_name='takentest',
            name='taken_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject'),
        ),
        migrations.AddField(
            model_name='healthcaredecision',
            name='tool',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='funding.takentest'),
        ),
        migrations.AddIndex(
            model_name='owntelling',
            index=models.Index(fields=['person', 'told_at'], name='own_telling_by_person'),
        ),
        migrations.AddConstraint(
            model_name='owntelling',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['income', 'capital', 'housing_costs', 'disability_related_expenditure'])), name='own_telling_topic_known'),
        ),
        migrations.AddConstraint(
            model_name='owntelling',
            constraint=models.CheckConstraint(condition=models.Q(('amount_pence__gte', 0)), name='own_telling_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='owntelling',
            constraint=models.CheckConstraint(condition=models.Q(('told_as__in', ['person', 'money_right'])), name='own_telling_says_whose_word'),
        ),
        migrations.AddConstraint(
            model_name='owntelling',
            constraint=models.UniqueConstraint(fields=('id', 'person'), name='own_telling_with_its_person'),
        ),
        migrations.AddConstraint(
            model_name='owntellingend',
            constraint=models.CheckConstraint(condition=models.Q(('ends__in', ['accepted', 'refused', 'withdrawn'])), name='own_telling_end_known'),
        ),
        migrations.AddConstraint(
            model_name='owntellingend',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends', 'accepted'), ('evidence__isnull', False)), models.Q(models.Q(('ends', 'accepted'), _negated=True), ('evidence', None)), _connector='OR'), name='own_telling_accepted_is_evidence'),
        ),
        migrations.AddConstraint(
            model_name='owntellingend',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='own_telling_refused_with_a_reason'),
        ),
        migrations.AddIndex(
            model_name='takentest',
            index=models.Index(fields=['person', 'test', 'taken_at'], name='test_by_person'),
        ),
        migrations.AddConstraint(
            model_name='takentest',
            constraint=models.CheckConstraint(condition=models.Q(('test__in', ['dfg', 'deferred-payment', 'fnc', 'chc-checklist', 'dst'])), name='test_known'),
        ),
        migrations.AddConstraint(
            model_name='takentest',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), _negated=True), name='test_has_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='takentest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recommends__in', ['eligible', 'not_eligible']), ('test', 'dst'), models.Q(('recommended_because', ''), _negated=True)), models.Q(models.Q(('test', 'dst'), _negated=True), ('recommended_because', ''), ('recommends', '')), _connector='OR'), name='test_recommended_by_a_team_with_reasons'),
        ),
        migrations.AddConstraint(
            model_name='takentest',
            constraint=models.UniqueConstraint(fields=('id', 'person', 'test'), name='test_with_its_person_and_name'),
        ),
        migrations.AddIndex(
            model_name='healthcaredecision',
            index=models.Index(fields=['person', 'decided_at'], name='healthcare_by_person'),
        ),
        migrations.AddConstraint(
            model_name='healthcaredecision',
            constraint=models.CheckConstraint(condition=models.Q(('of_test', 'dst')), name='healthcare_decision_is_of_a_tool'),
        ),
        migrations.AddConstraint(
            model_name='healthcaredecision',
            constraint=models.CheckConstraint(condition=models.Q(('decides__in', ['eligible', 'not_eligible'])), name='healthcare_decision_known'),
        ),
        migrations.AddConstraint(
            model_name='healthcaredecision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='healthcare_decision_has_a_reason'),
        ),
        migrations.RunSQL((SQL / "0008_tests.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0008_money_sight.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0008_own_telling.sql").read_text(), migrations.RunSQL.noop),
    ]
