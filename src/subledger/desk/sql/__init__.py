"""What must never be false of contacts and collectors."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("desk", "collection_contact_stays_v1"),),
    guards=(
        append_only("desk_collectioncontact", updates=True),
        append_only("desk_collector", updates=True, deletes=True),
    ),
)
