"""What events of webhooks are called on pages."""

from __future__ import annotations

EVENT_WORDS = {
    "webhook_endpoint.created": "Webhook endpoint created",
    "webhook_endpoint.changed": "Webhook endpoint changed",
    "webhook_endpoint.enabled": "Webhook endpoint enabled",
    "webhook_endpoint.disabled": "Webhook endpoint disabled",
    "webhook_endpoint.secret_rotated": "Secret of the webhook endpoint rotated",
    "webhook_endpoint.tested": "Test sent to the webhook endpoint",
    "webhook_endpoint.replayed": "Webhooks sent again",
    "webhook_endpoint.deleted": "Webhook endpoint deleted",
}
THINGS = {"webhook_endpoint": "Webhook endpoint"}
LABELS = {"filters": "Events", "since": "From", "until": "Until", "url": "Address", "events": "Events sent again"}
REASONS = {
    "person": "disabled by a person",
    "gone": "it answered 410 Gone",
    "failing": "nothing reached it for a day",
}
