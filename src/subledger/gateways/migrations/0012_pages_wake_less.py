"""Pages are looked at when something was posted or allocated: not at every write of open items."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("gateways", "0011_open_pages")]

    operations = [installs("gateways", "open_pages_wake_v2", instead_of="open_pages_wake_v1")]
