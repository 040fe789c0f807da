from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import joinedup.base.identifiers
import joinedup.places.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name='Postcode',
            fields=[
                ('postcode', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('council_code', models.CharField(max_length=9, null=True)),
                ('easting', models.IntegerField(null=True)),
                ('northing', models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20)),
                ('other_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('kind', models.CharField(choices=[('council', 'Council'), ('icb', 'Integrated care board'), ('ccg', 'Clinical commissioning group'), ('pct', 'Primary care trust'), ('care_trust', 'Care trust'), ('nhs_trust', 'NHS trust'), ('gp_practice', 'GP practice'), ('health_and_wellbeing_board', 'Health and wellbeing board'), ('provider', 'Care provider'), ('pharmacy', 'Pharmacy')], max_length=30)),
                ('name', models.CharField(max_length=160)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('chosen_by', models.CharField(choices=[('elected', 'Elected by residents'), ('appointed', 'Appointed'), ('mixed', 'Partly elected, partly appointed'), ('contractor', 'Works under contract')], max_length=10)),
                ('is_demo', models.BooleanField(default=False)),
                ('verified', models.BooleanField(default=False)),
                ('source', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'starts_on'), name='body_code_once_a_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (joinedup.places.models.DayRange(models.F('starts_on'), models.F('ends_on')), '&&')], name='body_code_once_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='body_ends_after_start'), models.CheckConstraint(condition=models.Q(('kind__in', ['council', 'icb', 'ccg', 'pct', 'care_trust', 'nhs_trust', 'gp_practice', 'health_and_wellbeing_board', 'provider', 'pharmacy'])), name='body_kind_known'), models.CheckConstraint(condition=models.Q(('chosen_by__in', ['elected', 'appointed', 'mixed', 'contractor'])), name='body_chosen_by_known'), models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z0-9][A-Z0-9-]{1,19}$')), name='body_code_shape')],
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('statutory_basis', models.TextField(blank=True)),
                ('is_statutory', models.BooleanField(default=False)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='places.body')),
            ],
        ),
        migrations.CreateModel(
            name='OfficeHolder',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('holder_name', models.CharField(max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('appointed_how', models.CharField(choices=[('elected', 'Elected'), ('appointed', 'Appointed')], max_length=10)),
                ('is_demo', models.BooleanField(default=False)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='places.office')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=9)),
                ('name', models.CharField(max_length=120)),
                ('is_demo', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code',), name='place_code_once'), models.CheckConstraint(condition=models.Q(('code__regex', '^[EWSN][0-9]{8}$')), name='place_code_is_ons')],
            },
        ),
        migrations.CreateModel(
            name='BodyPlace',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places_served', to='places.body')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bodies_serving', to='places.place')),
            ],
        ),
        migrations.CreateModel(
            name='PostcodeLoad',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('request_key', models.CharField(max_length=80)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('edition', models.CharField(max_length=40)),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), default=list, size=None)),
                ('rows_read', models.PositiveIntegerField()),
                ('rows_written', models.PositiveIntegerField()),
                ('rows_removed', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('by', 'request_key'), name='postcodes_loaded_once_a_key')],
            },
        ),
        migrations.CreateModel(
            name='BodySuccession',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='places.body')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessions', to='places.body')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('body', 'successor'), name='body_succeeded_once_by_each'), models.CheckConstraint(condition=models.Q(('body', models.F('successor')), _negated=True), name='body_succeeds_another')],
            },
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(fields=('body', 'title'), name='office_once_in_a_body'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('is_statutory', False), models.Q(('statutory_basis', ''), _negated=True), _connector='OR'), name='office_statutory_names_its_law'),
        ),
        migrations.AddConstraint(
            model_name='officeholder',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('office', '='), (joinedup.places.models.DayRange(models.F('starts_on'), models.F('ends_on')), '&&')], name='office_held_by_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='officeholder',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='office_holder_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='officeholder',
            constraint=models.CheckConstraint(condition=models.Q(('appointed_how__in', ['elected', 'appointed'])), name='office_holder_appointed_how_known'),
        ),
        migrations.AddConstraint(
            model_name='bodyplace',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('body', '='), ('place', '='), (joinedup.places.models.DayRange(models.F('starts_on'), models.F('ends_on')), '&&')], name='body_serves_place_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='bodyplace',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='body_place_ends_after_start'),
        ),
    ]
