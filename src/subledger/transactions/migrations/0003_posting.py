"""The two statements of posting: read under the lock all that the rules need, and write all that they decided.

Python decides in between (services/posting.py). Both take and give JSON, so a set of any size is one parameter.
"""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0002_guards"), ("platform", "0001_initial")]
    operations = [
        installs("transactions", "open_items_covering_v1"),
        installs("transactions", "posting_open_items_v1"),
        installs("transactions", "posting_read_v1"),
        installs("transactions", "series_number_v1"),
        installs("transactions", "posting_write_v1"),
    ]
