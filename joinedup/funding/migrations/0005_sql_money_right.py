"""Who acts for somebody in health and welfare alone sees no money: the versioned SQL of `funding/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0004_sql_evidence"), ("access", "0005_sharing")]
    operations = [migrations.RunSQL((SQL / "0005_money_right.sql").read_text(), migrations.RunSQL.noop)]
