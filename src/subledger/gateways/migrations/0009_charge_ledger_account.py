"""A charge says on which ledger account of its provider the money stands."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0008_fees_of_requests"),
        ("journal", "0003_gateway_fees"),
    ]
    operations = [
        migrations.AddField(
            "charge",
            "ledger_account",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="journal.ledgeraccount",
            ),
        ),
    ]
