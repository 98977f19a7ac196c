"""What events of transactions are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import DRAFTABLE, Classification

OF_TRANSACTIONS = {
    "drafted": say("{thing} drafted"),
    "draft_changed": say("Draft {thing} changed"),
    "rejected": say("Draft {thing} rejected"),
    "pending": say("{thing} sent to its gateway"),
    "returned": say("{thing} failed"),
    "declined": say("{thing} declined"),
}
EVENT_WORDS = {
    **{f"{each}.posted": say("{thing} posted", thing=word(each)) for each in Classification},
    **{
        f"{each}.{verb}": say(words, thing=word(each) if words.startswith("{") else word(each).lower())
        for each in DRAFTABLE
        for verb, words in OF_TRANSACTIONS.items()
    },
    "invoice.paid": say("Invoice paid"),
    "invoice.partially_paid": say("Invoice paid in part"),
    "invoice.due_again": say("Invoice due again"),
    "invoice.settled_otherwise": say("Invoice settled by something else"),
    "invoice.cancelled": say("Invoice cancelled"),
    "invoice.written_off": say("Invoice written off"),
    "payment.cancelled": say("Payment cancelled"),
    "payment.moved": say("Payment moved to another account"),
    "transaction.noted": say("Note"),
}
THINGS = {
    "transaction": say("Transaction"),
    "reason": say("Rejection reason"),
    "creditreason": say("Reason of credit notes"),
    "category": say("Category"),
    "transactiontype": say("Transaction subtype"),
    "transactiondefinition": say("Accounting defaults"),
    "paymentmethod": say("Payment method"),
    "refundmethod": say("Refund method"),
    "postingrule": say("Posting rule"),
}
EVENT_LABELS = {
    "type": say("Type"),
    "back_office_code": say("External reference"),
    "unsettled_amount": say("Still open"),
    "settled_by": say("Settled by"),
    "no_longer_by": say("No longer settled by"),
    "settles": say("Settles"),
    "cancels_id": say("Cancels"),
    "cancelled_by_id": say("Cancelled by"),
    "writes_off_id": say("Writes off"),
    "written_off_by_id": say("Written off by"),
    "mirrors_id": say("Stands for"),
    "moved_from_id": say("Moved from"),
    "moved_to_id": say("Moved to"),
}
REFERENCES = {
    "transaction_id": "transaction",
}
NAMED = {
    "transaction": Named(
        lambda idents: Transaction.objects.filter(pk__in=idents), str, lambda row: page_url("transaction", row.pk)
    ),
}
SILENT = frozenset({"payment_preference"})
MARKS: dict[str, tuple[str, str]] = {
    "posted": ("check", "good"),
    "paid": ("cash", "good"),
    "partially_paid": ("cash", ""),
    "due_again": ("clock", "warn"),
    "drafted": ("pencil", ""),
    "draft_changed": ("pencil", ""),
    "written_off": ("eraser", "warn"),
    "moved": ("arrows-exchange", ""),
}
