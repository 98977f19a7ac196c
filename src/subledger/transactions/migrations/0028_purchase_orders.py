"""The number of the buyer's purchase order, of one invoice or credit note."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0027_drafts_without_a_day")]

    operations = [
        migrations.AddField(model_name="transaction", name="order_reference", field=models.TextField(null=True)),
        installs("transactions", "posting_write_v9"),
    ]
