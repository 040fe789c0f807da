"""What must hold of disputes, interim payers and settlements: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0007_panel")]
    operations = [migrations.RunSQL((SQL / "0007_disputes.sql").read_text(), migrations.RunSQL.noop)]
