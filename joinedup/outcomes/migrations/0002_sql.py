"""Who prepares, approves and reads releases, and that they never change: the versioned SQL of `outcomes/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_initial"), ("access", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0001_release.sql").read_text(), migrations.RunSQL.noop)]
