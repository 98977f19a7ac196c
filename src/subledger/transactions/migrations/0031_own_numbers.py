"""Posting writes numbers in the formats of their series, and takes them from the year or month that a document says."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0030_receipts_name_what_they_pay"), ("platform", "0010_own_numbers")]

    operations = [installs("transactions", "series_number_v2"), installs("transactions", "posting_write_v10")]
