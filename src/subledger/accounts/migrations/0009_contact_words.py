"""Customers are found by words of their contact persons without reading all of them."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_parent_accounts")]

    operations = [installs("accounts", "contact_words_v1")]
