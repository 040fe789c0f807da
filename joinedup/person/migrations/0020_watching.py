"""Breaking the glass, and unusual looks: the versioned SQL of `person/sql/0020_watching.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0011_relationships"), ("access", "0004_watching")]
    operations = [migrations.RunSQL((SQL / "0020_watching.sql").read_text(), migrations.RunSQL.noop)]
