"""Items say when they are delivered: from a first to a last day."""

from django.db import migrations, models

from subledger.platform.guards import GuardedCheck
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0011_rules_by_product")]

    operations = [
        migrations.AddField("transactionitem", "service_start", models.DateField(null=True)),
        migrations.AddField("transactionitem", "service_end", models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="transactionitem",
            constraint=GuardedCheck(
                condition=models.Q(
                    models.Q(("service_end", None), ("service_start", None)),
                    models.Q(
                        ("service_end__gte", models.F("service_start")),
                        ("service_end__isnull", False),
                        ("service_start__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="item_service_period",
            ),
        ),
        installs("transactions", "item_arrived_v3", instead_of="item_arrived_v2"),
        installs("transactions", "posting_write_v3"),
    ]
