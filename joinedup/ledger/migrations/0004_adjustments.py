"""An adjustment is put right by a further one: the versioned SQL of `ledger/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_nhs_accounts")]
    operations = [migrations.RunSQL((SQL / "0004_adjustments.sql").read_text(), migrations.RunSQL.noop)]
