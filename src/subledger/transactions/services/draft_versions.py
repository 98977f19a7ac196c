"""The version of a draft: all that it and its items say, so that what was shown can be held against what stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from subledger.platform.versions import version_of
from subledger.transactions.models import Transaction, TransactionItem

SAID = (
    "account", "classification", "type", "category", "amount_minor", "currency", "issued_on", "is_dated", "due_on",
    "back_office_code", "order_reference", "payment_method", "refund_method", "payment_preference_id", "received_on",
    "received_by", "intended_ids", "issue_reason", "credit_reason", "metadata",
)  # fmt: skip
SAID_OF_AN_ITEM = tuple(field.name for field in TransactionItem._meta.fields if field.name not in ("pk", "transaction"))


def version_of_draft(draft: Transaction, items: Iterable[TransactionItem]) -> str:
    """What a draft and its items say, as one short text."""
    return version_of(draft, *SAID, more=[version_of(item, *SAID_OF_AN_ITEM) for item in items])


def items_of_draft(draft: Transaction) -> list[TransactionItem]:
    return list(TransactionItem.objects.filter(transaction_id=draft.pk).order_by("position"))


def versions_of_drafts(idents: Collection[int]) -> dict[int, str]:
    """The versions of many, in two statements."""
    if not idents:
        return {}
    drafts = Transaction.objects.filter(pk__in=idents).order_by("pk")
    items: dict[int, list[TransactionItem]] = {}
    for item in TransactionItem.objects.filter(transaction_id__in=idents).order_by("transaction_id", "position"):
        items.setdefault(item.transaction_id, []).append(item)
    return {draft.pk: version_of_draft(draft, items.get(draft.pk, ())) for draft in drafts}
