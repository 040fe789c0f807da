"""Nobody is charged twice, by two proposals at once or by two places: the versioned SQL of `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0004_way_back")]
    operations = [migrations.RunSQL((SQL / "0004_one_charge.sql").read_text(), migrations.RunSQL.noop)]
