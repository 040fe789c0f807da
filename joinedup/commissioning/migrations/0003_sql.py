"""Row policies and checks of packages, decisions and weeks: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_initial"), ("funding", "0002_sql"), ("ledger", "0002_sql")]
    operations = [
        migrations.RunSQL((SQL / name).read_text(), migrations.RunSQL.noop)
        for name in ("0001_policies.sql", "0002_checks.sql")
    ]
