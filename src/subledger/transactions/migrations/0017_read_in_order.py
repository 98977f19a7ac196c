"""What is open on an account is read in the order of its index, whatever the statistics say of it."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0016_written_by_each_room")]

    operations = [
        installs("transactions", "open_items_needed_v2"),
        installs("transactions", "posting_open_items_v4"),
        installs("transactions", "posting_read_v4"),
    ]
