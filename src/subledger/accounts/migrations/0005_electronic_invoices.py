"""Accounts say what the customer wants to read on invoices, and where it takes electronic ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_customer_language")]

    operations = [
        migrations.AddField(
            "account", name, models.CharField(blank=True, db_default="", default="", max_length=120)
        )
        for name in ("buyer_reference", "electronic_address")
    ]
