"""Broken seals come before the privacy officer."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0032_opt_out_seen"), ("access", "0007_sealing")]

    operations = [migrations.RunSQL((SQL / "0033_broken_seals.sql").read_text(), migrations.RunSQL.noop)]
