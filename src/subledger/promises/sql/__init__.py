"""What must never be false of promises, instalments and disputes; how promises follow what settles."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("promises", "promise_stays_v1"),
        installs("promises", "instalments_sum_v1"),
        installs("promises", "promises_follow_v1"),
        installs("promises", "invoice_dispute_stays_v1"),
    ),
    guards=(
        append_only("promises_promise", updates=True),
        append_only("promises_instalment"),
        append_only("promises_invoicedispute", updates=True),
        append_only("promises_promisedefinition", updates=True),
    ),
)
