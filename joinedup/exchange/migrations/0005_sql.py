"""Who reads and corrects refused rows: the versioned SQL of `exchange/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_corrections"), ("access", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0002_corrections.sql").read_text(), migrations.RunSQL.noop)]
