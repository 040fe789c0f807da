"""Row policies and checks of decided charges: the versioned SQL of `funding/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("plan", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0001_policies.sql").read_text(), migrations.RunSQL.noop)]
