"""What a bank takes is kept by its payment request too: a return may come before any charge was booked."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE gateways_fee DISABLE TRIGGER gateways_fee_append_only;
    UPDATE gateways_fee f SET request_id = c.request_id FROM gateways_charge c WHERE c.id = f.charge_id;
    ALTER TABLE gateways_fee ENABLE TRIGGER gateways_fee_append_only;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("gateways", "0007_paid_with")]

    operations = [
        migrations.AddField(
            model_name="fee",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fees",
                to="gateways.paymentrequest",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="fee",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="gateways.paymentrequest"
            ),
        ),
        migrations.AlterField(
            model_name="fee",
            name="charge",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="gateways.charge"
            ),
        ),
    ]
