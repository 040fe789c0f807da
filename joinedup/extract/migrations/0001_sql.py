"""The views of the extract and the key of each run: the versioned SQL of `extract/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("person", "0003_front_door"), ("door", "0002_sql"), ("plan", "0002_sql"), ("ledger", "0002_sql"),
    ]
    operations = [migrations.RunSQL((SQL / "0001_views.sql").read_text(), migrations.RunSQL.noop)]
