from django.db import migrations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_initial")]
    operations = [
        installs("messages", "message_keeps_what_it_says_v1"),
        append_only("messages_message", updates=True),
        append_only("messages_messageattachment"),
        append_only("messages_filecontent"),
        append_only("messages_suppression", updates=True),
    ]
