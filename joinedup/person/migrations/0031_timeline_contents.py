"""Counting a timeline asks for the right to see once a person."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0030_sealing")]

    operations = [migrations.RunSQL((SQL / "0031_timeline_contents.sql").read_text(), migrations.RunSQL.noop)]
