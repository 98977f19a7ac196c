"""The documents that transactions and accounts are printed as."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from subledger.documents.formats import Formats
from subledger.documents.kinds import DocumentKind, Labels, Layout, title_of
from subledger.documents.layouts import entries, items, parts
from subledger.documents.sheets import Column, Section, Shape
from subledger.documents.values import Document, Value
from subledger.kernel.money import Money

from .document_words import words


class Kind(StrEnum):
    """A transaction's is called as its classification."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    INVOICE_CANCELLATION = "invoice_cancellation"
    PAYMENT = "payment"  # the receipt of a payment
    PAYMENT_CANCELLATION = "payment_cancellation"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    STATEMENT = "statement"
    GROUP_STATEMENT = "group_statement"  # of an account and those below it


def applied(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    """What money went to, and what of it went nowhere yet."""
    columns = [
        Column(labels["document"], Shape.TEXT, share=10, is_lead=True),
        Column(labels["date"], Shape.DAY, millimetres=30),
        Column(labels["amount"], Shape.AMOUNT, millimetres=32),
    ]
    rows: list[Sequence[Value]] = [
        (f"{title_of(one.kind, document.language)} {one.number}", one.on, one.amount)
        for one in document.references
        if one.amount is not None
    ]
    rest = document.totals.total.minor - sum(one.amount.minor for one in document.references if one.amount)
    if rows and rest > 0:
        rows.append((labels["not_applied"], None, Money(rest, document.currency)))
    return [Section(columns, rows, title=labels["applied_to"])]


_ABOUT = ("number", "issued_on", "about", "customer_number", "customer_vat", "order_reference")
_MONEY = ("number", "issued_on", "received_on", "method", "about", "customer_number")
_ASKED = (
    *("number", "issued_on", "counts_from", "due_on", "service", "customer_number", "customer_vat"),
    *("order_reference", "buyer_reference"),
)
_OF_MONEY = ("received_on", "method")  # what `Document.facts` has of it
_OF_APPLIED = ("applied_to", "not_applied")

KINDS = [
    DocumentKind(
        name=Kind.INVOICE,
        titles={"en": "Invoice", "de": "Rechnung", "it": "Fattura", "el": "Τιμολόγιο"},
        layout=Layout(_ASKED, (items,), "total", asks=True),
        words={
            "counts_from": {
                "en": "Terms run from",
                "de": "Zahlungsfrist ab",
                "it": "Termini dal",
                "el": "Προθεσμία από",
            }
        },
        stands=True,
        en16931="380",
    ),
    DocumentKind(
        name=Kind.CREDIT_NOTE,
        titles={"en": "Credit note", "de": "Gutschrift", "it": "Nota di credito", "el": "Πιστωτικό τιμολόγιο"},
        layout=Layout(_ABOUT, (items,), "credited"),
        words=words("credited", "credit_terms"),
        stands=True,
        en16931="381",
        terms="credit_terms",
    ),
    DocumentKind(
        name=Kind.INVOICE_CANCELLATION,
        titles={
            "en": "Invoice cancellation",
            "de": "Stornorechnung",
            "it": "Annullamento di fattura",
            "el": "Ακύρωση τιμολογίου",
        },
        layout=Layout(_ABOUT, (items,), "cancelled_total"),
        words=words("cancelled_total", "credit_terms"),
        stands=True,
        en16931="381",
        terms="credit_terms",
    ),
    DocumentKind(
        name=Kind.PAYMENT,
        titles={
            "en": "Payment receipt",
            "de": "Zahlungsbeleg",
            "it": "Ricevuta di pagamento",
            "el": "Απόδειξη πληρωμής",
        },
        layout=Layout(_MONEY, (applied,), "received"),
        words=words("received", *_OF_MONEY, *_OF_APPLIED),
    ),
    DocumentKind(
        name=Kind.PAYMENT_CANCELLATION,
        titles={
            "en": "Payment cancellation",
            "de": "Zahlungsstorno",
            "it": "Storno di pagamento",
            "el": "Ακύρωση πληρωμής",
        },
        layout=Layout(_MONEY, (), "taken_back"),
        words=words("taken_back", *_OF_MONEY),
        stands=True,
    ),
    DocumentKind(
        name=Kind.REFUND,
        titles={"en": "Refund", "de": "Erstattung", "it": "Rimborso", "el": "Επιστροφή χρημάτων"},
        layout=Layout(_MONEY, (applied,), "refunded"),
        words=words("refunded", *_OF_MONEY, *_OF_APPLIED),
    ),
    DocumentKind(
        name=Kind.WRITE_OFF,
        titles={"en": "Write-off", "de": "Ausbuchung", "it": "Stralcio", "el": "Διαγραφή απαίτησης"},
        layout=Layout(_ABOUT, (items,), "written_off"),
        words=words("written_off"),
        stands=True,
    ),
    DocumentKind(
        name=Kind.STATEMENT,
        titles={
            "en": "Statement of account",
            "de": "Kontoauszug",
            "it": "Estratto conto",
            "el": "Κατάσταση λογαριασμού",
        },
        layout=Layout(("issued_on", "period", "customer_number"), (entries,), "closing"),
    ),
    DocumentKind(
        name=Kind.GROUP_STATEMENT,
        titles={
            "en": "Statement of accounts",
            "de": "Sammelkontoauszug",
            "it": "Estratto dei conti",
            "el": "Κατάσταση λογαριασμών",
        },
        layout=Layout(("issued_on", "period", "customer_number"), (parts,), "closing"),
    ),
]
