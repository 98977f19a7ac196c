"""What events of retries are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say, say_of
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url
from subledger.retries.models import Retry

EVENT_WORDS = {
    "retry.scheduled": say("To be tried again"),
    "retry.waiting": say("Waits for another way to pay"),
    "retry.made": say_of("retry", "Tried again"),
    "retry.stopped": say("Not tried again"),
}
THINGS = {
    "retry": say("Retry"),
    "retryplan": say("Retry plan"),
    "declinecode": say("Decline code"),
}
EVENT_LABELS = {
    "due_on": say("On"),
    "stop_reason": say("Because"),
    "number": say("Try"),
}
SILENT = frozenset({"retry_id", "failed_request_id", "decline_class", "due_at", "of"})
NAMED = {
    "retry": Named(
        lambda idents: Retry.objects.filter(pk__in=idents), str, lambda row: page_url("transaction", row.document_id)
    )
}
MARKS: dict[str, tuple[str, str]] = {
    "scheduled": ("refresh", ""),
    "waiting": ("credit-card", "warn"),
    "stopped": ("ban", "warn"),
}
