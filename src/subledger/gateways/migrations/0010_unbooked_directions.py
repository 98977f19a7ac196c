"""An unbooked fact says what a bank told and which way the money went, so that no other booking closes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0009_charge_ledger_account")]
    operations = [
        migrations.AddField(
            "unbookedfact", "verb", models.CharField(blank=True, db_default="", default="", max_length=10)
        ),
        migrations.AddField(
            "unbookedfact", "direction", models.CharField(blank=True, db_default="", default="", max_length=3)
        ),
    ]
