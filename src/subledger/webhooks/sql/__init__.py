"""Deliveries that have ended stay so, and cursors go forward."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("webhooks", "webhook_delivery_stays_v1"),
        installs("webhooks", "webhook_cursor_forward_v1"),
        installs("webhooks", "webhook_endpoint_life_v1"),
    ),
    guards=(
        append_only("webhooks_webhookendpoint", updates=True),
        append_only("webhooks_webhookcursor", updates=True),
        append_only("webhooks_webhookdelivery", updates=True, deletes=True),
    ),
)
