"""What each day of an adjusted week should be charged: the column, and the versioned SQL of `funding/sql/`."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0006_nhs_part")]
    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="days_pence",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(null=True), null=True, size=None
            ),
        ),
        migrations.RunSQL((SQL / "0007_adjusted_days.sql").read_text(), migrations.RunSQL.noop),
    ]
