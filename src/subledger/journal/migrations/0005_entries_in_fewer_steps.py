"""The guard of entries takes its lock without sorting out companies first."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_checks_in_guards")]

    operations = [installs("journal", "journal_entry_guard_v3", instead_of="journal_entry_guard_v2")]
