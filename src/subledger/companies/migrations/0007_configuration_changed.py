"""A company learns of changed settings by a function of this room."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_provided")]

    operations = [installs("companies", "configuration_changed_v1")]
