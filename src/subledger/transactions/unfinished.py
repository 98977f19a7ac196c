"""What of transactions a closing of the books leaves unfinished inside its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q, Sum

from subledger.accounts.states import SystemRole
from subledger.journal.closure import Unfinished
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import counted

from .models import OpenItem, Transaction
from .states import TransactionState


def unfinished(closed: date | None, through: date) -> Iterator[Unfinished]:
    """Drafts dated through the day, whoever was closed before; money in suspense; credits that are not applied."""
    dated = Q(issued_on__lte=through) | Q(received_on__lte=through)
    drafts = Transaction.objects.filter(dated, state=TransactionState.DRAFT)
    found = drafts.aggregate(number=Count("pk"), ids=Sum("pk"), minor=Sum("amount_minor"))
    if found["number"]:
        words = say(
            "{drafts} dated {through} or earlier, to be posted on a later day",
            drafts=counted(found["number"], "draft"),
            through=through,
        )
        yield Unfinished(words, (found["ids"], found["minor"]))
    credits = OpenItem.objects.filter(is_debit=False, posted_on__lte=through).order_by()
    in_suspense = credits.filter(account__system_role=SystemRole.SUSPENSE)
    for words, asks, rows in (
        (say("in suspense"), True, in_suspense),
        (say("of unapplied credit"), False, credits.filter(account__system_role=None)),
    ):
        sums = rows.values("account__currency").annotate(minor=Sum("open_minor"), number=Count("pk"))
        for currency, minor, number in sums.order_by("account__currency").values_list(
            "account__currency", "minor", "number"
        ):
            money = Money(int(minor), currency)
            items = counted(number, "open item")
            yield Unfinished(say("{money} {words}, {items}", money=money, words=words, items=items), asks=asks)
