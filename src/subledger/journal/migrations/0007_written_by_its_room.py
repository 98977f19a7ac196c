"""Entries and lines are written by a function of this room; who keeps settings notices when books are closed."""

from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_sources")]

    operations = [
        bumps_configuration("journal_periodclose"),
        installs("journal", "journal_entry_guard_v5", instead_of="journal_entry_guard_v4"),
        installs("journal", "journal_line_guard_v3", instead_of="journal_line_guard_v2"),
        installs("journal", "journal_write_v1"),
    ]
