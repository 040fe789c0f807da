"""What the NHS pays of a charged week, and the three parts as the whole: the fields, and `funding/sql/`."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("funding", "0005_sql_money_right")]
    operations = [
        migrations.AddField("assessment", "nhs_pays_pence", models.BigIntegerField(default=0, db_default=0)),
        migrations.RemoveConstraint("assessment", "person_and_council_pay_the_cost"),
        migrations.RemoveConstraint("assessment", "charge_is_not_negative"),
        migrations.AddConstraint(
            "assessment",
            models.CheckConstraint(
                name="person_council_and_nhs_pay_the_cost",
                condition=Q(
                    weekly_cost_pence=F("weekly_charge_pence") + F("council_pays_pence") + F("nhs_pays_pence")
                ),
            ),
        ),
        migrations.AddConstraint(
            "assessment",
            models.CheckConstraint(
                name="charge_is_not_negative",
                condition=Q(weekly_charge_pence__gte=0, council_pays_pence__gte=0, nhs_pays_pence__gte=0),
            ),
        ),
        migrations.RunSQL((SQL / "0006_nhs_part.sql").read_text(), migrations.RunSQL.noop),
    ]
