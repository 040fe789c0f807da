"""Double entry, balances, and who sees a fund: the versioned SQL of `ledger/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = ("0001_double_entry.sql", "0002_balances.sql", "0003_sight.sql")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("access", "0002_sql")]
    operations = [migrations.RunSQL((SQL / name).read_text(), migrations.RunSQL.noop) for name in FILES]
