"""A toy keeps its number."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("toys", "toy_keeps_its_number_v1"),),
    guards=(append_only("toys_toy", updates=True),),
)
