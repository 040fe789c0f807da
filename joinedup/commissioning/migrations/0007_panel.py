"""What must hold of the panel, its items, recommendations, conditions and tellings: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0006_panel_and_disputes")]
    operations = [migrations.RunSQL((SQL / "0006_panel.sql").read_text(), migrations.RunSQL.noop)]
