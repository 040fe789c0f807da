"""Row policies and checks of assessments: the versioned SQL of `assessment/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial"), ("person", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0001_policies.sql").read_text(), migrations.RunSQL.noop)]
