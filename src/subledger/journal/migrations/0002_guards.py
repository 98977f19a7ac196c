"""The books balance, stay closed and stay as written because the database says so.

Statement triggers look at a whole set through its transition table: a set of thousands costs one check. Joins are
held to index look-ups so that a plan made while tables were empty stays right when they are large.
"""

from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        installs("journal", "journal_entry_guard_v1"),
        installs("journal", "journal_line_guard_v1"),
        append_only("journal_journalentry"),
        append_only("journal_journalline"),
        append_only("journal_ledgeraccount", updates=True),
        append_only("journal_periodclose", updates=True),
        bumps_configuration("journal_ledgeraccount"),
    ]
