"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "message.queued": "a message was written to be sent: `message` (its id), subject, recipient",
    "message.suppressed": "a message is not sent, or waits no more: its address gets no mail (`trouble` says why)",
    "message.sent": "the mail server took the message",
    "message.failed": "the message could not be sent (`trouble` says why)",
    "message.bounced": "the message came back, as a person or program said",
    "suppression.created": "an address gets no mail from now on: the address, the reason",
    "suppression.lifted": "an address gets mail again",
}
