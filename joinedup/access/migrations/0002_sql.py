"""Callers, the two logs, sealing, and grants: the versioned SQL of `access/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = ("0001_caller.sql", "0002_logs.sql", "0003_seal.sql", "0004_grants.sql")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL((SQL / name).read_text(), migrations.RunSQL.noop) for name in FILES]
