"""The books balance, stay closed and stay as written."""

from __future__ import annotations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("journal", "journal_entry_guard_v5"),
        installs("journal", "journal_line_guard_v4"),
        installs("journal", "journal_write_v1"),
        installs("journal", "daily_totals_merged_v1"),
        installs("journal", "daily_total_is_derived_v1"),
    ),
    guards=(
        append_only("journal_journalentry"),
        append_only("journal_journalline"),
        append_only("journal_ledgeraccount", updates=True),
        append_only("journal_monthendmark", updates=True),
        append_only("journal_periodclose", updates=True),
        append_only("journal_source", updates=True),
        bumps_configuration("journal_ledgeraccount"),
        bumps_configuration("journal_periodclose"),
    ),
    superseded=(
        installs("journal", "journal_entry_guard_v1"),
        installs("journal", "journal_entry_guard_v2"),
        installs("journal", "journal_entry_guard_v3"),
        installs("journal", "journal_entry_guard_v4"),
        installs("journal", "journal_line_guard_v1"),
        installs("journal", "journal_line_guard_v2"),
        installs("journal", "journal_line_guard_v3"),
    ),
)
