"""What is past its time of evidence, appeals, disputes and reasons of seals: the versioned SQL of `access/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("access", "0009_money_right")]
    operations = [migrations.RunSQL((SQL / "0010_recorded_retention.sql").read_text(), migrations.RunSQL.noop)]
