"""What of transactions would be stranded on an account that is terminated."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from subledger.accounts.models import Account
from subledger.accounts.termination import Stranded
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import counted

from .models import OpenItem, Transaction
from .states import TransactionState


def stranded(account: Account) -> Iterator[Stranded]:
    """Its balance, what is open on it on both sides, and drafts."""
    found = OpenItem.objects.filter(account_id=account.pk).aggregate(
        owed=Sum("open_minor", filter=Q(is_debit=True), default=0),
        free=Sum("open_minor", filter=Q(is_debit=False), default=0),
        debits=Count("pk", filter=Q(is_debit=True)),
        credits=Count("pk", filter=Q(is_debit=False)),
    )
    owed, free = Money(int(found["owed"]), account.currency), Money(int(found["free"]), account.currency)
    if owed.minor:
        yield Stranded(say("{owed} owed on {items}", owed=owed, items=counted(found["debits"], "open item")))
    if free.minor:
        yield Stranded(say("a credit of {free} on {items}", free=free, items=counted(found["credits"], "open item")))
    drafts = Transaction.objects.filter(account_id=account.pk, state=TransactionState.DRAFT).order_by("pk")
    if known := tuple(drafts.values_list("pk", "amount_minor")):
        yield Stranded(counted(len(known), "draft"), known)
