"""Tracing, and making a person on a call: the versioned SQL of `person/sql/0003_front_door.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0003_front_door.sql").read_text(), migrations.RunSQL.noop)]
