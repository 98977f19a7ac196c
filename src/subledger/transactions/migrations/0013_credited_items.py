"""Items of credit notes name what they credit, and no item is credited beyond what it came to; items have metadata."""

from django.db import migrations, models

from subledger.platform.guards import GuardedCheck
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0012_service_periods")]

    operations = [
        migrations.AddField("transactionitem", "credits_id", models.BigIntegerField(null=True)),
        migrations.AddField("transactionitem", "credits_position", models.SmallIntegerField(null=True)),
        migrations.AddField("transactionitem", "metadata", models.JSONField(null=True)),
        migrations.AddIndex(
            "transactionitem",
            models.Index(
                models.F("credits_id"),
                models.F("credits_position"),
                condition=models.Q(("credits_id__isnull", False)),
                name="item_credits_index",
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionitem",
            constraint=GuardedCheck(
                condition=models.Q(
                    models.Q(("credits_id", None), ("credits_position", None)),
                    models.Q(("credits_id__isnull", False), ("credits_position__isnull", False)),
                    _connector="OR",
                ),
                name="item_credits",
            ),
        ),
        installs("transactions", "item_arrived_v4", instead_of="item_arrived_v3"),
        installs("transactions", "credited_within_v1"),
        installs("transactions", "posting_write_v4"),
    ]
