"""Row policies and checks of handovers between places: the versioned SQL of `plan/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("plan", "0003_handover"), ("door", "0003_place")]
    operations = [migrations.RunSQL((SQL / "0002_handover.sql").read_text(), migrations.RunSQL.noop)]
