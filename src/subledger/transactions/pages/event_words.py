"""What events of transactions are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.page_kit.faces import Named
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import DRAFTABLE, Classification

OF_TRANSACTIONS = {
    "drafted": "{} drafted",
    "draft_changed": "Draft {} changed",
    "rejected": "Draft {} rejected",
    "pending": "{} sent to its gateway",
    "returned": "{} failed",
    "declined": "{} declined",
}
EVENT_WORDS = {
    **{f"{each}.posted": f"{word(each)} posted" for each in Classification},
    **{
        f"{each}.{verb}": (words.format(word(each)) if words.startswith("{") else words.format(word(each).lower()))
        for each in DRAFTABLE
        for verb, words in OF_TRANSACTIONS.items()
    },
    "transaction.noted": "Note",
}
THINGS = {
    "transaction": "Transaction",
    "reason": "Rejection reason",
    "creditreason": "Reason of credit notes",
    "category": "Category",
    "transactiontype": "Transaction subtype",
    "transactiondefinition": "Accounting defaults",
    "paymentmethod": "Payment method",
    "refundmethod": "Refund method",
    "postingrule": "Posting rule",
}
EVENT_LABELS = {
    "type": "Subtype",
    "back_office_code": "External reference",
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
    "drafted": ("pencil", ""),
    "draft_changed": ("pencil", ""),
    "written_off": ("eraser", "warn"),
    "moved": ("arrows-exchange", ""),
}
