"""What was entered of an item is kept of what is posted at once, as of drafts."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0036_days_by_type")]

    operations = [installs("transactions", "posting_write_v11")]
