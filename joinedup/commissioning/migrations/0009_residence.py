"""What must hold of where somebody lives: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0008_disputes")]
    operations = [migrations.RunSQL((SQL / "0008_residence.sql").read_text(), migrations.RunSQL.noop)]
