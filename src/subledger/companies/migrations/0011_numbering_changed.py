"""Processes notice that numbers are written otherwise; servers of the version before may make series, too."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("companies", "0010_language"), ("platform", "0010_own_numbers")]

    operations = [
        installs("companies", "number_series_begins_v1"),
        installs("companies", "numbering_changed_v1"),
    ]
