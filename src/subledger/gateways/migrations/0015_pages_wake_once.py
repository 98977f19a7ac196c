"""One look for open pages a posting: its allocations do not look again."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0014_put_off"),
    ]

    operations = [installs("gateways", "open_pages_wake_v3", instead_of="open_pages_wake_v2")]
