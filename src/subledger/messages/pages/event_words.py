"""What events of messages are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {
    "message.queued": say("Message written"),
    "message.sent": say("Message sent"),
    "message.failed": say("Message could not be sent"),
    "message.suppressed": say("Message held back: its address gets no mail"),
    "message.bounced": say("Message came back"),
    "messagetemplate.created": say("Message template created"),
    "messagetemplate.changed": say("Message template changed"),
    "messagesettings.changed": say("Message settings changed"),
    "suppression.created": say("Address suppressed"),
    "suppression.lifted": say("Suppression of an address lifted"),
}
THINGS = {
    "message": say("Message"),
    "suppression": say("Suppressed address"),
    "messagetemplate": say("Message template"),
    "messagesettings": say("Message settings"),
}
EVENT_LABELS = {"recipient": say("To"), "trouble": say("Why")}
MARKS: dict[str, tuple[str, str]] = {
    "queued": ("send", ""),
    "sent": ("send", "good"),
    "failed": ("alert-circle", "bad"),
    "bounced": ("alert-circle", "bad"),
    "suppressed": ("ban", "warn"),
}
