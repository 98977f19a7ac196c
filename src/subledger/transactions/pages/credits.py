"""The credit note that belongs to a refund: what would be owed again, and the way to take the sale back too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.kernel import ids
from subledger.kernel.sentences import said, say
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.item_credits import credited_items
from subledger.transactions.models import Transaction
from subledger.transactions.pages.credited import line_crediting, lines_left
from subledger.transactions.queries import Creditable, Owed, transaction_by_id
from subledger.transactions.rules.shares import shares_of_lines
from subledger.transactions.states import Classification, TransactionState


def credit_note_url(account_id: int, invoice_id: int, minor: int) -> str:
    """The form of a credit note over a part of an invoice, filled in."""
    query = urlencode({"invoice": ids.encode(Transaction.PREFIX, invoice_id), "over": minor})
    return f"{page_url('transaction_new', account_id, 'credit_note')}?{query}"


def offers(account_id: int, currency: str, found: Sequence[Creditable]) -> SafeString:
    """A link to each credit note that would take back what was paid."""
    parts = (
        (credit_note_url(account_id, one.invoice_id, one.minor), show.money(one.minor, currency), one.number)
        for one in found
    )
    return format_html_join("", f'<div><a href="{{}}">{said(say("Credit note over {} for {}"))}</a></div>', parts)


def owed_again(account_id: int, currency: str, minor: int, found: Sequence[Creditable]) -> list[tuple[str, Any]]:
    """What a refund leaves owed, as facts; none where it takes credit that is free."""
    if minor <= 0:
        return []
    facts: list[tuple[str, Any]] = [
        (say("The customer will owe again"), format_html("<strong>{}</strong>", show.money(minor, currency)))
    ]
    if found:
        facts.append((say("If the sale is taken back too"), offers(account_id, currency, found)))
    return facts


def lines_of(account_id: int, currency: str, wanted: str, over: str) -> list[dict[str, Any]]:
    """The lines of a credit note over a part of an invoice, as they are typed: each line's share of what is left to
    credit of it, with its own tax; over all that is left where ``over`` is "all".

    None where the address names no posted invoice of this account, or more than is left of it."""
    try:
        invoice = transaction_by_id(ids.decode(Transaction.PREFIX, wanted), Classification.INVOICE)
    except ValueError:
        return []
    if invoice.account_id != account_id or invoice.state != TransactionState.POSTED:
        return []
    if over == "all":
        return lines_left(invoice.pk, currency)
    items = list(credited_items([invoice.pk]).values())
    totals = [sum(one.left) for one in items]
    minor = int(over) if over.isascii() and over.isdigit() and len(over) < 19 else 0
    if not 0 < minor <= sum(totals):
        return []
    shares = zip(items, shares_of_lines(totals, minor), strict=True)
    return [line_crediting(one, share, currency) for one, share in shares if share]


def owed_again_of(request: Any, owed: Owed) -> list[tuple[str, Any]]:
    return owed_again(owed.account_id, owed.currency, owed.minor, owed.found)


def offers_of(request: Any, owed: Owed) -> list[SafeString]:
    return [offers(owed.account_id, owed.currency, owed.found)]
