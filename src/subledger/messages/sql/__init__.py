"""A message keeps what it says."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("messages", "message_keeps_what_it_says_v3"),),
    superseded=(
        installs("messages", "message_keeps_what_it_says_v1"),
        installs("messages", "message_keeps_what_it_says_v2"),
    ),
    guards=(
        append_only("messages_message", updates=True),
        append_only("messages_messageattachment"),
        append_only("messages_filecontent"),
        append_only("messages_suppression", updates=True),
    ),
)
