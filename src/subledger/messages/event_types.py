"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "message.queued": (
        "a message was written to be sent; its address gets no mail. `message` (its id), subject, recipient"
    ),
    "message.suppressed": (
        "a message was written to be sent; its address gets no mail. `message` (its id), subject, recipient"
    ),
    "message.sent": "the mail server took it, it could not be sent (`trouble` says why), it came back",
    "message.failed": "the mail server took it, it could not be sent (`trouble` says why), it came back",
    "message.bounced": "the mail server took it, it could not be sent (`trouble` says why), it came back",
    "suppression.created": "an address gets no mail, and gets it again",
    "suppression.lifted": "an address gets no mail, and gets it again",
}
