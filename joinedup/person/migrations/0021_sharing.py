"""Agreements, practices, opt-outs and retention of people: the versioned SQL of `person/sql/0021_sharing.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0020_watching"), ("access", "0005_sharing")]
    operations = [migrations.RunSQL((SQL / "0021_sharing.sql").read_text(), migrations.RunSQL.noop)]
