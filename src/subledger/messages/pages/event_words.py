"""What events of messages are called on pages."""

from __future__ import annotations

EVENT_WORDS = {
    "message.queued": "Message written",
    "message.sent": "Message sent",
    "message.failed": "Message could not be sent",
    "message.suppressed": "Message held back: its address gets no mail",
    "message.bounced": "Message came back",
    "messagetemplate.created": "Message template created",
    "messagetemplate.changed": "Message template changed",
    "messagesettings.changed": "Message settings changed",
    "suppression.created": "Address suppressed",
    "suppression.lifted": "Suppression of an address lifted",
}
THINGS = {
    "message": "Message",
    "suppression": "Suppressed address",
    "messagetemplate": "Message template",
    "messagesettings": "Message settings",
}
EVENT_LABELS = {"recipient": "To", "trouble": "Why"}
MARKS: dict[str, tuple[str, str]] = {
    "queued": ("send", ""),
    "sent": ("send", "good"),
    "failed": ("alert-circle", "bad"),
    "bounced": ("alert-circle", "bad"),
    "suppressed": ("ban", "warn"),
}
