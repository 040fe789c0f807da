"""Row policies and checks of plans and visits: the versioned SQL of `plan/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial"), ("assessment", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0001_policies.sql").read_text(), migrations.RunSQL.noop)]
