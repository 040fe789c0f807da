"""Duty desks: teams that answer in turns, and who is on shift."""

from pathlib import Path

import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"

class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_sharing'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyDesk',
            fields=[
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='access.subject')),
                ('starts_at', models.DateTimeField()),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
            ],
        ),
        migrations.CreateModel(
            name='DutyShift',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('set_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='access.dutydesk')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.subject')),
            ],
            options={
                'indexes': [models.Index(fields=['desk', 'ends_at'], name='shift_by_desk')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='shift_ends_after_start')],
            },
        ),
        migrations.RunSQL((SQL / "0007_duty.sql").read_text(), migrations.RunSQL.noop),
    ]
