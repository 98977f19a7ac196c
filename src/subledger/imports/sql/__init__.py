"""What was imported is kept."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present

PRESENT = Present(
    guards=(
        append_only("imports_importrun"),
        append_only("imports_importpart"),
    ),
)
