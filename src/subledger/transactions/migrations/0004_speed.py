"""Balances from the index alone, by a plan that is kept; allocations written as columns, sums as whole numbers.

Books that have posting_write and allocation_made as they first were get them again.
"""

from django.db import migrations, models

from subledger.platform.sql_versions import installs, installs_again


class Migration(migrations.Migration):
    dependencies = [("transactions", "0003_posting")]
    operations = [
        installs_again("transactions", "allocation_made_v1"),
        installs_again("transactions", "series_number_v1"),
        installs_again("transactions", "posting_write_v1"),
        migrations.RemoveIndex("openitem", "open_item_order"),
        migrations.AddIndex(
            "openitem",
            models.Index(
                fields=["account", "is_debit", "order_on", "transaction"],
                include=["open_minor", "posted_on"],
                name="open_item_order",
            ),
        ),
        installs("transactions", "account_balance_v1"),
    ]
