"""What was printed is kept as it was."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present

PRESENT = Present(
    guards=(
        append_only("documents_printedfile"),
        append_only("documents_copy"),
        append_only("documents_copykind"),
        append_only("documents_letterhead", updates=True),
        append_only("documents_logo", updates=True),
    ),
)
