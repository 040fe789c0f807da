"""Runs of retention are counted, chained and verified."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0033_broken_seals"), ("access", "0008_retention_runs")]

    operations = [migrations.RunSQL((SQL / "0036_retention_runs.sql").read_text(), migrations.RunSQL.noop)]
