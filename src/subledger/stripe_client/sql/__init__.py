"""How calls of an account are counted."""

from __future__ import annotations

from subledger.platform.sql_versions import Present, installs

PRESENT = Present(versions=(installs("stripe_client", "stripe_call_wait_v1"),))
