"""Customers and accounts are found by words of theirs without reading all of them."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_contact_persons")]

    operations = [installs("accounts", "customer_words_v1"), installs("accounts", "account_words_v1")]
