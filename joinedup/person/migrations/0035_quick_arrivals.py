"""Comparing and joining whoever arrives, in milliseconds among a million; a search whose every step uses an index."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("person", "0034_compared_again")]

    operations = [migrations.RunSQL((SQL / "0035_quick_arrivals.sql").read_text(), migrations.RunSQL.noop)]
