"""The credit note that belongs to a refund: what would be owed again, and the way to take the sale back too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.kernel import ids
from subledger.page_kit.parsing import minor_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import TransactionItem
from subledger.transactions.queries import Creditable, Owed, transaction_by_id
from subledger.transactions.rules.credits import shares_of_lines
from subledger.transactions.rules.item_entry import PriceIs
from subledger.transactions.states import Classification


def credit_note_url(account_id: int, invoice_id: int, minor: int) -> str:
    """The form of a credit note over a part of an invoice, filled in."""
    query = urlencode({"invoice": ids.encode("txn", invoice_id), "over": minor})
    return f"{page_url('transaction_new', account_id, 'credit_note')}?{query}"


def offers(account_id: int, currency: str, found: Sequence[Creditable]) -> SafeString:
    """A link to each credit note that would take back what was paid."""
    parts = (
        (credit_note_url(account_id, one.invoice_id, one.minor), show.money(one.minor, currency), one.number)
        for one in found
    )
    return format_html_join("", '<div><a href="{}">Credit note over {} for {}</a></div>', parts)


def owed_again(account_id: int, currency: str, minor: int, found: Sequence[Creditable]) -> list[tuple[str, Any]]:
    """What a refund leaves owed, as facts; none where it takes credit that is free."""
    if minor <= 0:
        return []
    facts: list[tuple[str, Any]] = [
        ("The customer will owe again", format_html("<strong>{}</strong>", show.money(minor, currency)))
    ]
    if found:
        facts.append(("If the sale is taken back too", offers(account_id, currency, found)))
    return facts


def lines_of(account_id: int, currency: str, wanted: str, over: str) -> list[dict[str, Any]]:
    """The lines of a credit note over a part of an invoice, as they are typed: each line's share, with its own tax.

    None where the address names no posted invoice of this account, or more than it is over."""
    try:
        invoice = transaction_by_id(ids.decode("txn", wanted), Classification.INVOICE)
    except ValueError:
        return []
    minor = int(over) if over.isascii() and over.isdigit() and len(over) < 19 else 0
    if invoice.account_id != account_id or not invoice.posted_on or not 0 < minor <= invoice.amount_minor:
        return []
    rows = list(
        TransactionItem.objects.filter(transaction_id=invoice.pk).select_related("product").order_by("position")
    )
    shares = shares_of_lines([row.sub_total_minor for row in rows], minor)
    return [
        {
            "product": row.product_id,
            "description": row.description or (row.product.name if row.product else ""),
            "quantity": "1",
            "price": minor_text(share, currency),
            "price_is": PriceIs.SUB_TOTAL.value,
            "tax_rate": row.tax_rate_id,
            "discount": "",
        }
        for row, share in zip(rows, shares, strict=True)
        if share
    ]


def owed_again_of(request: Any, owed: Owed) -> list[tuple[str, Any]]:
    return owed_again(owed.account_id, owed.currency, owed.minor, owed.found)


def offers_of(request: Any, owed: Owed) -> list[SafeString]:
    return [offers(owed.account_id, owed.currency, owed.found)]
