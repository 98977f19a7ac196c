"""Posting tells of invoices that they are paid, in part or whole, or due again."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0022_shares_of_items_of_before")]

    operations = [installs("transactions", "posting_write_v7")]
