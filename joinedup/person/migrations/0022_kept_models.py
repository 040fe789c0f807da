"""Kept models of linking by likeness, who waits to be compared, and taking back “not the same”."""

from pathlib import Path

import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('person', '0021_sharing'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkModel',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(unique=True)),
                ('learnt_from', models.CharField(max_length=200)),
                ('rows', models.PositiveIntegerField()),
                ('share', models.FloatField()),
                ('fields', models.JSONField()),
                ('weights', models.JSONField()),
                ('report', models.JSONField()),
                ('made_by_id', models.UUIDField()),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PersonToCompare',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='person.person')),
            ],
        ),
        migrations.AddField(
            model_name='notthesame',
            name='withdrawn_reason',
            field=models.CharField(blank=True, db_default='', max_length=400),
        ),
        migrations.AddConstraint(
            model_name='notthesame',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_by_id__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='withdrawn_not_the_same_says_by_whom_and_why'),
        ),
        migrations.AddConstraint(
            model_name='linkmodel',
            constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lt', 1)), name='link_model_share_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='linkmodel',
            constraint=models.CheckConstraint(condition=models.Q(('learnt_from', ''), _negated=True), name='link_model_says_its_source'),
        ),
        migrations.AddField(
            model_name='personlink',
            name='model',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.linkmodel'),
        ),
        migrations.AddConstraint(
            model_name='personlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'likeness'), _negated=True), models.Q(('model__isnull', False), ('weight__isnull', False)), _connector='OR'), name='link_by_likeness_names_its_model'),
        ),
        migrations.RunSQL((SQL / "0022_kept_models.sql").read_text(), migrations.RunSQL.noop),
    ]
