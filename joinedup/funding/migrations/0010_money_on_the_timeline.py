"""Lines of money on a timeline are hidden with the money: the versioned SQL of `funding/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0009_handing_over"), ("person", "0036_retention_runs")]
    operations = [
        migrations.RunSQL((SQL / "0010_money_on_the_timeline.sql").read_text(), migrations.RunSQL.noop)
    ]
