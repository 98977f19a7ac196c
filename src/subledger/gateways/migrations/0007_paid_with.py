"""What a customer paid with, as the gateway tells it: for receipts of what was paid on the gateway's own page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0006_unbooked_facts")]
    operations = [
        migrations.AddField(
            "charge", "paid_with", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.AddField("charge", "last4", models.CharField(blank=True, db_default="", default="", max_length=4)),
    ]
