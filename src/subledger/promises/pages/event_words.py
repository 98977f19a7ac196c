"""What events of promises and disputes are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url
from subledger.promises.models import InvoiceDispute, Promise

EVENT_WORDS = {
    "promise.made": say("Promise to pay recorded"),
    "promise.kept": say("Promise to pay kept"),
    "promise.reopened": say("Promise to pay open again"),
    "promise.broken": say("Promise to pay broken"),
    "promise.withdrawn": say("Promise to pay withdrawn"),
    "invoice.disputed": say("Dispute opened"),
    "invoice.dispute_closed": say("Dispute closed"),
    "invoice.dispute_changed": say("Dispute changed"),
}
THINGS = {
    "promise": say("Promise to pay"),
    "invoice_dispute": say("Dispute of an invoice"),
    "promisedefinition": say("Settings of promises to pay"),
}
EVENT_LABELS = {
    "promised_minor": say("Promised"),
    "missing_minor": say("Unpaid"),
    "disputed_minor": say("Disputed"),
    "agreed_on": say("Agreed on"),
    "last_on": say("Last day"),
    "grace_days": say("Days of grace"),
    "waives_interest": say("Interest waived"),
    "broken_on": say("Broken since"),
    "end_reason": say("Withdrawn because"),
    "follow_up_on": say("Follow up on"),
    "outcome": say("Outcome"),
    "resolution": say("What was agreed"),
}
SILENT = frozenset({"promise_id", "invoice_dispute_id", "instalments"})
NAMED = {
    "promise": Named(
        lambda idents: Promise.objects.filter(pk__in=idents).select_related("document"),
        str,
        lambda row: page_url("transaction", row.document_id),
    ),
    "invoice_dispute": Named(
        lambda idents: InvoiceDispute.objects.filter(pk__in=idents).select_related("document"),
        str,
        lambda row: page_url("transaction", row.document_id),
    ),
}
MARKS: dict[str, tuple[str, str]] = {
    "made": ("calendar", ""),
    "kept": ("check", "good"),
    "broken": ("alert-triangle", "bad"),
    "withdrawn": ("ban", "warn"),
    "disputed": ("alert-triangle", "bad"),
    "dispute_closed": ("lock", ""),
    "dispute_changed": ("pencil", ""),
}
