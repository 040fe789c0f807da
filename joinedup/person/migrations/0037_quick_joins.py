"""Joining two records costs the same however many are joined already."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0036_retention_runs")]

    operations = [migrations.RunSQL((SQL / "0037_quick_joins.sql").read_text(), migrations.RunSQL.noop)]
