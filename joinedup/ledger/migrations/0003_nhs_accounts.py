"""Funds that are open already get the accounts of what the NHS bears alone: the versioned SQL of `ledger/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0003_nhs_accounts.sql").read_text(), migrations.RunSQL.noop)]
