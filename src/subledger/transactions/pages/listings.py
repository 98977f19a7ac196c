"""Lists of one kind of transactions each: invoices, payments, credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column, MoneyColumn, WordColumn
from subledger.page_kit.criteria import Choice, Criterion
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions import labels
from subledger.transactions.states import Classification, TransactionState

from .transactions import TransactionsPage, new_actions

__all__ = ["CreditNotesPage", "InvoicesPage", "PaymentsPage"]


class _OfClassifications(TransactionsPage):
    """Transactions of a kind or two, with one amount instead of two sides."""

    classifications: ClassVar[tuple[Classification, ...]]
    criteria: Sequence[Criterion] = tuple(
        one for one in TransactionsPage.criteria if one.name not in ("classification", "reason")
    )
    columns: Sequence[Column] = (
        *(one for one in TransactionsPage.columns if one.key in ("number", "account.name", "posted_on")),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor", total=True, lead=True),
        MoneyColumn("left_minor", labels.UNAPPLIED, sort="left_minor", nullable=True, total=True, optional=True),
        *(one for one in TransactionsPage.columns if one.key == "open_minor"),
        *(one for one in TransactionsPage.columns if (one.file_only or one.optional) and one.key != "left_minor"),
    )

    # What was cancelled is in no sum: what cancels it, and would take it off again, is of another kind.
    counted = Q(posted_on__isnull=False) & ~Q(state=TransactionState.CANCELLED)
    totals_said = {"": say("Total posted, without cancelled")}

    def queryset(self) -> QuerySet:
        return super().queryset().filter(classification__in=self.classifications)

    def extra(self) -> dict[str, Any]:
        return {"actions": new_actions(self.request, kinds=self.classifications)}


class InvoicesPage(_OfClassifications):
    """Those of customers: what stands for an invoice on the write-off account is among all transactions."""

    title = labels.INVOICES
    noun = say("invoice")
    classifications = (Classification.INVOICE,)
    criteria = tuple(one for one in _OfClassifications.criteria if one.name != "method")
    columns = (
        *_OfClassifications.columns[:3],
        next(one for one in TransactionsPage.columns if one.key == "due_on"),
        _OfClassifications.columns[3],
        MoneyColumn("left_minor", labels.DUE_NOW, sort="left_minor", nullable=True, total=True),
        *_OfClassifications.columns[5:],
    )

    def queryset(self) -> QuerySet:
        return super().queryset().filter(account__system_role=None)


class PaymentsPage(_OfClassifications):
    """What came in, and what of it went back: each with a sum of its own."""

    title = labels.PAYMENTS
    noun = say("payment")
    noun_plural = say("payments and refunds")
    empty = say("Record a payment, or import a bank's file.")
    classifications = (Classification.PAYMENT, Classification.REFUND)
    criteria = (
        _OfClassifications.criteria[0],
        Choice("classification", say("Type"), choices=[(one.value, show.word(one)) for one in classifications]),
        *(one for one in _OfClassifications.criteria[1:] if one.name != "due_on"),
    )
    columns = (
        _OfClassifications.columns[0],
        WordColumn("classification", say("Type"), sort="classification"),
        *_OfClassifications.columns[1:],
    )
    kind_field = "classification"
    totals_said = {
        "payment": say("Payments posted, without cancelled"),
        "refund": say("Refunds posted, without cancelled"),
    }


class CreditNotesPage(_OfClassifications):
    title = labels.CREDIT_NOTES
    noun = say("credit note")
    empty = say("Credit an invoice from its page.")
    classifications = (Classification.CREDIT_NOTE,)
    criteria = (
        *(one for one in _OfClassifications.criteria if one.name not in ("due_on", "method")),
        next(one for one in TransactionsPage.criteria if one.name == "reason"),
    )
