"""The privacy officer sees since when somebody is opted out."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0031_timeline_contents"), ("access", "0005_sharing")]

    operations = [migrations.RunSQL((SQL / "0032_opt_out_seen.sql").read_text(), migrations.RunSQL.noop)]
