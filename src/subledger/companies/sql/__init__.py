"""What tells a company that its settings changed; views of lists stay in their company."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("companies", "bump_configuration_v1"),
        installs("companies", "configuration_changed_v1"),
        installs("companies", "saved_view_is_own_v1"),
        installs("companies", "number_series_begins_v1"),
        installs("companies", "numbering_changed_v1"),
    ),
    guards=(append_only("companies_company", updates=True),),
)
