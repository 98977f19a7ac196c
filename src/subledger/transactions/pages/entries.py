"""What a journal entry is of, where that is a transaction or an exchange difference of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.transactions.models import Allocation, Transaction

from .transactions import transaction_url


def documents(request: Any, entry: Any) -> Iterator[tuple[str, str]]:
    """Names and addresses: the transaction posted; the credit and the debit whose exchange difference it is."""
    if entry.source == "transaction":
        found = Transaction.objects.filter(pk=entry.source_id)
    elif entry.source in ("allocation", "release"):
        pair = Allocation.objects.filter(pk=entry.source_id).values_list("credit_id", "debit_id").first() or ()
        found = Transaction.objects.filter(pk__in=pair).order_by("pk")
    else:
        return
    for row in found:
        yield str(row), transaction_url(row)
