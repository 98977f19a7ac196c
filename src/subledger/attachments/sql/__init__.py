"""An attached file never changes; it is removed, once."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("attachments", "attachment_stays_v1"),),
    guards=(append_only("attachments_attachment", updates=True),),
)
