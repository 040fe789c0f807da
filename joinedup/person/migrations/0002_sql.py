"""Row policies of the record, and the one function that searches it: the versioned SQL of `person/sql/`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = ("0001_policies.sql", "0002_search.sql")


class Migration(migrations.Migration):
    dependencies = [("person", "0001_initial"), ("access", "0002_sql")]
    operations = [migrations.RunSQL((SQL / name).read_text(), migrations.RunSQL.noop) for name in FILES]
