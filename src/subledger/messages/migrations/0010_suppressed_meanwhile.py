"""A message that waits may be suppressed."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("messages", "0009_senders")]

    operations = [
        installs("messages", "message_keeps_what_it_says_v3", instead_of="message_keeps_what_it_says_v2"),
    ]
