"""Requests go with their owner to another place: the versioned SQL of `door/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("door", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0002_place.sql").read_text(), migrations.RunSQL.noop)]
