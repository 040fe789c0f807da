"""Agreements, consents, opt-outs, proxies, legal holds, and what was destroyed."""

from pathlib import Path

import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_watching'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Destroyed',
            fields=[
                ('record_id', models.UUIDField(primary_key=True, serialize=False)),
                ('run_id', models.UUIDField()),
                ('rule', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('destroyed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['run_id'], name='destroyed_by_run')],
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('told_by', models.CharField(choices=[('person', 'The person, here'), ('staff', 'The person, to somebody who works here'), ('national_list', 'The national list')], max_length=20)),
                ('recorded_by_id', models.UUIDField(null=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='opt_out_ends_after_start'), models.CheckConstraint(condition=models.Q(('told_by__in', ['person', 'staff', 'national_list'])), name='opt_out_teller_known'), models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True)), fields=('person_id',), name='opt_out_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='SharingAgreement',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('purpose', models.CharField(choices=[('direct_care', 'Direct care')], max_length=20)),
                ('what', models.CharField(max_length=400)),
                ('basis', models.CharField(max_length=400)),
                ('source', models.CharField(max_length=400)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('is_demo', models.BooleanField(default=False)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
            ],
        ),
        migrations.CreateModel(
            name='AgreementParty',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('gives', models.BooleanField(default=True)),
                ('receives', models.BooleanField(default=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.body')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='access.sharingagreement')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('how', models.CharField(max_length=400)),
                ('recorded_by_id', models.UUIDField()),
                ('given_at', models.DateTimeField()),
                ('withdrawn_by_id', models.UUIDField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('how__regex', '\\S')), name='consent_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by_id__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by_id__isnull', False)), _connector='OR'), name='consent_withdrawal_is_whole'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('person_id', 'receiver'), name='consent_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('words', models.CharField(max_length=400)),
                ('placed_by_id', models.UUIDField()),
                ('placed_at', models.DateTimeField()),
                ('lifted_by_id', models.UUIDField(null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('words__regex', '\\S')), name='hold_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by_id__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by_id__isnull', False)), _connector='OR'), name='hold_lifting_is_whole'), models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('person_id',), name='hold_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='Proxy',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('consent', 'The person agreed'), ('lpa_health', 'Lasting power of attorney, health and welfare'), ('lpa_property', 'Lasting power of attorney, property and money'), ('deputy', 'Deputy for health and welfare, appointed by the Court of Protection')], max_length=20)),
                ('evidence', models.CharField(max_length=400)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('recorded_by_id', models.UUIDField()),
                ('recorded_at', models.DateTimeField()),
                ('ended_by_id', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject')),
            ],
            options={
                'indexes': [models.Index(fields=['person_id'], name='proxy_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['consent', 'lpa_health', 'lpa_property', 'deputy'])), name='proxy_kind_known'), models.CheckConstraint(condition=models.Q(('evidence__regex', '\\S.{3,}\\S')), name='proxy_shows_evidence'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='proxy_ends_after_start')],
            },
        ),
        migrations.AddConstraint(
            model_name='sharingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='agreement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='sharingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('basis__regex', '\\S'), ('what__regex', '\\S')), name='agreement_says_what_and_why'),
        ),
        migrations.AddConstraint(
            model_name='agreementparty',
            constraint=models.UniqueConstraint(fields=('agreement', 'body'), name='agreement_party_once'),
        ),
        migrations.AddConstraint(
            model_name='agreementparty',
            constraint=models.CheckConstraint(condition=models.Q(('gives', True), ('receives', True), _connector='OR'), name='agreement_party_does_something'),
        ),
        migrations.RunSQL((SQL / "0006_sharing.sql").read_text(), migrations.RunSQL.noop),
    ]
