"""Whoever opted out is in no extract: the versioned SQL of `extract/sql/0002_opt_out.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("extract", "0001_sql"), ("person", "0021_sharing")]
    operations = [migrations.RunSQL((SQL / "0002_opt_out.sql").read_text(), migrations.RunSQL.noop)]
