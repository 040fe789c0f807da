"""A timeline is read by its own index: one of persons alone led the planner to sort a long one whole."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('person', '0027_erased_history'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='timelineentry',
            name='body',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.body'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='timeline', to='person.person'),
        ),
    ]
