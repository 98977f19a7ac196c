"""What a document comes to: the sum of its items, or the amount that it names."""

from __future__ import annotations

from dataclasses import replace

from subledger.kernel.money import check_minor, grouped
from subledger.kernel.sentences import say
from subledger.transactions import errors
from subledger.transactions.states import Classification

from .credits import Crediting
from .documents import NewTransaction
from .items import DocumentTotals, PricedItem, TaxRounding, total_of


def completed_document(new: NewTransaction, crediting: Crediting) -> NewTransaction:
    """A credit note with what the items of invoices that it credits give it; anything else as it is.

    Raises:
        CreditedItemInvalid: an item is named that cannot be credited, or by what is no credit note.
    """
    at = next((at for at, item in enumerate(new.items) if item.credits is not None), None)
    if at is None:
        return new
    if new.classification is not Classification.CREDIT_NOTE:
        raise errors.CreditedItemInvalid(at, say("an item of an invoice, and stands in no credit note"))
    return replace(new, items=crediting.completed(new.items, account_id=new.account_id))


def price_document(
    new: NewTransaction, rounding: TaxRounding, currency: str, crediting: Crediting
) -> tuple[list[PricedItem], DocumentTotals]:
    """Its items with their amounts, and the total. An invoice may come to nothing: it is settled once it is posted."""
    priced = crediting.priced(new.items, rounding=rounding, currency=currency)
    if not priced:
        amount = check_minor(new.amount_minor or 0, currency, param="/amount")
        return [], DocumentTotals(amount, 0, 0, amount)
    totals = total_of(priced)
    if totals.total_minor < 0:
        instead = Classification.CREDIT_NOTE if new.classification is Classification.INVOICE else Classification.INVOICE
        raise errors.TotalBelowZero(new.classification, grouped(totals.total_minor, currency), instead)
    check_minor(
        totals.total_minor, currency, least=0 if new.classification is Classification.INVOICE else 1, param="/items"
    )
    if new.expected_total_minor not in (None, totals.total_minor):
        expected = grouped(new.expected_total_minor or 0, currency)
        raise errors.TotalDiffers(grouped(totals.total_minor, currency), expected)
    return priced, totals
