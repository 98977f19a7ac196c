"""Events and numbers are written by functions of this room, whichever room asks."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("platform", "0008_event_request_id")]

    operations = [installs("platform", "events_write_v1"), installs("platform", "numbers_take_v1")]
