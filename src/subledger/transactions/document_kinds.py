"""The documents that transactions and accounts are printed as."""

from __future__ import annotations

from enum import StrEnum

from subledger.documents.kinds import DocumentKind, FactName, Layout
from subledger.documents.layouts import applied, entries, items


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


_ABOUT: tuple[FactName, ...] = ("number", "issued_on", "about", "customer_number", "customer_vat")
_MONEY: tuple[FactName, ...] = ("number", "issued_on", "received_on", "method", "about", "customer_number")
_ASKED: tuple[FactName, ...] = (
    *("number", "issued_on", "due_on", "service", "customer_number", "customer_vat"),
    *("purchase_order", "buyer_reference"),
)

KINDS = [
    DocumentKind(
        name=Kind.INVOICE,
        titles={"en": "Invoice", "de": "Rechnung", "it": "Fattura", "el": "Τιμολόγιο"},
        layout=Layout(_ASKED, (items,), "total", asks=True),
        stands=True,
        en16931="380",
    ),
    DocumentKind(
        name=Kind.CREDIT_NOTE,
        titles={"en": "Credit note", "de": "Gutschrift", "it": "Nota di credito", "el": "Πιστωτικό τιμολόγιο"},
        layout=Layout(_ABOUT, (items,), "credited"),
        stands=True,
        en16931="381",
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
        stands=True,
        en16931="381",
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
        stands=True,
    ),
    DocumentKind(
        name=Kind.REFUND,
        titles={"en": "Refund", "de": "Erstattung", "it": "Rimborso", "el": "Επιστροφή χρημάτων"},
        layout=Layout(_MONEY, (applied,), "refunded"),
    ),
    DocumentKind(
        name=Kind.WRITE_OFF,
        titles={"en": "Write-off", "de": "Ausbuchung", "it": "Stralcio", "el": "Διαγραφή απαίτησης"},
        layout=Layout(_ABOUT, (items,), "written_off"),
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
]
