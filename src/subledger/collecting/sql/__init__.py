"""What a payment run asked for stays what it is, and what was told stays told."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present

PRESENT = Present(guards=(append_only("collecting_paymentrun"), append_only("collecting_cardnotice")))
