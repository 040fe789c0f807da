"""Row policies and checks of evidence, adjustments, first estimates and appeals: the versioned SQL of `funding/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0003_evidence"), ("plan", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0004_evidence.sql").read_text(), migrations.RunSQL.noop)]
