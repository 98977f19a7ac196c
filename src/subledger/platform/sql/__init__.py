"""Ids, events, numbers, and the refusal behind every append-only table."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("platform", "next_id_v2"),
        installs("platform", "refuse_change_v1"),
        installs("platform", "events_write_v1"),
        installs("platform", "numbers_take_v2"),
    ),
    guards=(append_only("platform_event"), append_only("platform_numberrange")),
    superseded=(installs("platform", "numbers_take_v1"),),
)
