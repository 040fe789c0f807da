"""Row policies of the front door: the versioned SQL of `door/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("door", "0001_initial"), ("person", "0003_front_door")]
    operations = [migrations.RunSQL((SQL / "0001_policies.sql").read_text(), migrations.RunSQL.noop)]
