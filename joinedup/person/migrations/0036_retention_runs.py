"""Runs of retention are counted, chained and verified; seals close one contact of a Patient and not the whole row."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0035_quick_arrivals"), ("access", "0008_retention_runs")]

    operations = [
        migrations.RunSQL((SQL / f"0036_{name}.sql").read_text(), migrations.RunSQL.noop)
        for name in ("retention_runs", "seals_of_contacts")
    ]
