"""The privacy desk asks once which places its reader watches over."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0037_quick_joins")]

    operations = [migrations.RunSQL((SQL / "0038_quick_watching.sql").read_text(), migrations.RunSQL.noop)]
