"""What the row history kept of destroyed content goes too: the versioned SQL of `person/sql/0027_erased_history.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0022_kept_models"), ("access", "0005_sharing")]
    operations = [migrations.RunSQL((SQL / "0027_erased_history.sql").read_text(), migrations.RunSQL.noop)]
