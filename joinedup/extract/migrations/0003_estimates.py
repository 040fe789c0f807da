"""How far bills lie from first estimates: the versioned SQL of `extract/sql/0003_estimates.sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("extract", "0002_opt_out"), ("funding", "0007_adjusted_days")]
    operations = [migrations.RunSQL((SQL / "0003_estimates.sql").read_text(), migrations.RunSQL.noop)]
