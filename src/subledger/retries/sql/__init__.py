"""What was made and stopped stays; how a retry came to be stays as well."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("retries", "retry_stays_v1"),),
    guards=(append_only("retries_retry", updates=True),),
)
