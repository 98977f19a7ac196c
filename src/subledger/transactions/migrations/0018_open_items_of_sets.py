"""What is open on many accounts is read by one statement."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0017_read_in_order")]

    operations = [
        installs("transactions", "open_items_needed_v3"),
        installs("transactions", "posting_open_items_v5"),
        installs("transactions", "posting_read_v5"),
    ]
