"""Transactions as the search finds them: by number, by reference, by what stands in them, by amount."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal

from django.db.models import Q, QuerySet

from subledger.kernel.errors import NumberInvalid
from subledger.kernel.numbers import NumberFormat, read_number
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Found
from subledger.page_kit.formats import formats
from subledger.platform.numbering import written_in_full
from subledger.transactions.models import Transaction
from subledger.transactions.pages.home import RECENT
from subledger.transactions.pages.transactions import standing, transaction_url
from subledger.transactions.queries import search_transactions


def amounts_in(text: str) -> list[Decimal]:
    """The amounts that somebody may mean: as the person writes them, else every reading; a currency may stand by."""
    number = re.sub(r"^[A-Za-z€$£¥]{1,3}\s*|\s*[A-Za-z€$£¥]{1,3}$", "", text.strip())
    if not any(character.isdigit() for character in number):
        return []
    try:
        return [read_number(number, usual=formats().number)]
    except NumberInvalid:
        found = []
        for declared in NumberFormat:
            with suppress(NumberInvalid):
                found.append(read_number(number, declared=declared))
        return found


def exact(asked: str) -> Iterable[str]:
    upper = asked.upper()
    full = [upper, *written_in_full(upper)]
    yield from map(transaction_url, Transaction.objects.filter(Q(number__in=full) | Q(back_office_code=asked))[:2])
    if upper.startswith("REF-"):
        yield from map(transaction_url, search_transactions(upper)[:2])


def rows(asked: str) -> QuerySet:
    return standing(search_transactions(asked, amounts_in(asked)))


def about(asked: str, found: Sequence[int]) -> Iterable[int]:
    upper = asked.upper()
    named = Transaction.objects.filter(Q(number=upper) | Q(back_office_code=asked) | Q(account_id__in=found))
    yield from named.values_list("pk", flat=True)
    if upper.startswith("REF-"):
        yield from search_transactions(upper).values_list("pk", flat=True)


SEARCH = (Found(position=30, exact=exact, title=say("Transactions"), columns=lambda: RECENT, rows=rows, about=about),)
