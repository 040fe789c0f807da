"""Lines of a record that are closed to all but named readers."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0029_timeline_indexes"), ("access", "0007_sealing")]

    operations = [
        migrations.AddField(
            model_name="timelineentry", name="sealed", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL((SQL / "0030_sealing.sql").read_text(), migrations.RunSQL.noop),
    ]
