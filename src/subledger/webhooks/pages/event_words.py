"""What events of webhooks are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {
    "webhook_endpoint.created": say("Webhook endpoint created"),
    "webhook_endpoint.changed": say("Webhook endpoint changed"),
    "webhook_endpoint.enabled": say("Webhook endpoint enabled"),
    "webhook_endpoint.disabled": say("Webhook endpoint disabled"),
    "webhook_endpoint.secret_rotated": say("Secret of the webhook endpoint rotated"),
    "webhook_endpoint.tested": say("Test sent to the webhook endpoint"),
    "webhook_endpoint.replayed": say("Webhooks sent again"),
    "webhook_endpoint.deleted": say("Webhook endpoint deleted"),
}
THINGS = {"webhook_endpoint": say("Webhook endpoint")}
LABELS = {
    "filters": say("Events"),
    "since": say("From"),
    "until": say("Until"),
    "url": say("Address"),
    "events": say("Events sent again"),
}
REASONS = {
    "person": say("disabled by a person"),
    "gone": say("it answered 410 Gone"),
    "failing": say("nothing reached it for a day"),
}
