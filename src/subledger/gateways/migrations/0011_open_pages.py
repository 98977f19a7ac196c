"""Whatever changes what an account owes wakes the worker that closes its customers' pages."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0010_unbooked_directions"),
        ("transactions", "0008_default_tax_rate"),
        ("procrastinate", "__first__"),
    ]

    operations = [
        migrations.AddIndex(
            "paymentrequest",
            models.Index(
                models.F("account"),
                condition=models.Q(("state", "requires_action")),
                name="request_at_customer",
            ),
        ),
        installs("gateways", "open_pages_wake_v1"),
    ]
