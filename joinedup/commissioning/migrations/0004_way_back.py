"""From a posting back to the person whose care it was: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0003_sql"), ("access", "0002_sql")]
    operations = [migrations.RunSQL((SQL / "0003_way_back.sql").read_text(), migrations.RunSQL.noop)]
