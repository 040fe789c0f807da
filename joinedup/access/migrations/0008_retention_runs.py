"""What each run of retention counted and destroyed, chained; a legal hold is lifted with a reason."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_sealing'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionAhead',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('class_code', models.CharField(max_length=40)),
                ('month', models.DateField()),
                ('people', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='RetentionHeld',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='RetentionLine',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('class_code', models.CharField(max_length=40)),
                ('due', models.BigIntegerField()),
                ('held', models.BigIntegerField()),
                ('destroyed', models.BigIntegerField(default=0)),
                ('contents', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(unique=True)),
                ('as_at', models.DateField()),
                ('closed_at', models.DateTimeField()),
                ('asked_by', models.CharField(choices=[('job', 'The monthly job'), ('command', 'Somebody, by the command'), ('before', 'Before runs were kept')], max_length=10)),
                ('destroys', models.JSONField()),
                ('schedule', models.JSONField()),
                ('previous', models.BinaryField()),
                ('digest', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='legalhold',
            name='lifted_words',
            field=models.CharField(blank=True, db_default='', max_length=400),
        ),
        migrations.RunSQL(
            "update access_legalhold set lifted_words = 'Lifted before reasons were kept' where lifted_at is not null",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_at__isnull', True), ('lifted_words__regex', '\\S'), _connector='OR'), name='hold_lifting_says_why'),
        ),
        migrations.AddField(
            model_name='retentionahead',
            name='place',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='retentionheld',
            name='hold',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.legalhold'),
        ),
        migrations.AddField(
            model_name='retentionheld',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='retentionline',
            name='place',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddConstraint(
            model_name='retentionrun',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='retention_runs_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='retentionrun',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by__in', ['job', 'command', 'before'])), name='retention_asked_by_known'),
        ),
        migrations.AddField(
            model_name='retentionline',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='access.retentionrun'),
        ),
        migrations.AddField(
            model_name='retentionheld',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='access.retentionrun'),
        ),
        migrations.AddField(
            model_name='retentionahead',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ahead', to='access.retentionrun'),
        ),
        migrations.AddConstraint(
            model_name='retentionline',
            constraint=models.CheckConstraint(condition=models.Q(('destroyed__gte', 0), ('due__gte', 0), ('held__gte', 0), ('held__lte', models.F('due')), ('destroyed__lte', django.db.models.expressions.CombinedExpression(models.F('due'), '-', models.F('held')))), name='retention_destroys_what_is_due_and_free'),
        ),
        migrations.AddConstraint(
            model_name='retentionline',
            constraint=models.UniqueConstraint(fields=('run', 'place', 'class_code'), name='retention_class_once_a_run', nulls_distinct=False),
        ),
        migrations.RunSQL((SQL / "0008_retention_runs.sql").read_text(), migrations.RunSQL.noop),
    ]
