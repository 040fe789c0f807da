"""What the NHS bears alone of a package and of a delivered week: the fields, and `commissioning/sql/`."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).resolve().parent.parent / "sql"
PAYERS = [
    ("person", "The person"), ("nhs", "The NHS"), ("council", "The council"), ("pooled_fund", "The pooled fund")
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("commissioning", "0009_residence"), ("funding", "0006_nhs_part"), ("ledger", "0003_nhs_accounts"),
    ]  # fmt: skip
    operations = [
        migrations.AlterField("split", "payer", models.CharField(max_length=20, choices=PAYERS)),
        migrations.RemoveConstraint("split", "split_payer_known"),
        migrations.AddConstraint(
            "split",
            models.CheckConstraint(
                name="split_payer_known", condition=Q(payer__in=["person", "nhs", "council", "pooled_fund"])
            ),
        ),
        migrations.AddField("deliveredweek", "nhs_pence", models.BigIntegerField(default=0, db_default=0)),
        migrations.RemoveConstraint("deliveredweek", "delivered_week_is_something"),
        migrations.AddConstraint(
            "deliveredweek",
            models.CheckConstraint(
                name="delivered_week_is_something",
                condition=Q(quantity__gt=0, amount_pence__gt=0, person_pence__gte=0, nhs_pence__gte=0)
                & Q(person_pence__lte=F("amount_pence") - F("nhs_pence")),
            ),
        ),
        migrations.RunSQL((SQL / "0010_nhs_part.sql").read_text(), migrations.RunSQL.noop),
    ]
