"""A segment is changed and deleted row by row, never emptied."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present

PRESENT = Present(guards=(append_only("segments_segment", updates=True, deletes=True),))
