"""Whoever is told of anew or joined waits to be compared again; find-doubles marks whom it has asked about."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0033_broken_seals")]

    operations = [
        migrations.AddField(
            model_name="persontocompare", name="asked_about", field=models.BooleanField(db_default=False)
        ),
        migrations.RunSQL((SQL / "0034_compared_again.sql").read_text(), migrations.RunSQL.noop),
    ]
