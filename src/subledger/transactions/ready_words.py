"""What a company begins with, in the languages of customers: the names beside those that `defaults` gives."""

from __future__ import annotations

from collections.abc import Mapping

from subledger.kernel.names import translations

from .states import Classification

__all__ = ["is_ready_type", "ready_names"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "Cash": {"de": "Bar", "it": "Contanti", "el": "Μετρητά"},
    "Bank transfer": {"de": "Überweisung", "it": "Bonifico", "el": "Τραπεζικό έμβασμα"},
    "Cheque": {"de": "Scheck", "it": "Assegno", "el": "Επιταγή"},
    "Card": {"de": "Karte", "it": "Carta", "el": "Κάρτα"},
    "Back to the card": {"de": "Auf die Karte", "it": "Sulla carta", "el": "Στην κάρτα"},
    "Duplicate": {"de": "Doppelt", "it": "Duplicato", "el": "Διπλή έκδοση"},
    "Fraudulent": {"de": "Betrug", "it": "Frode", "el": "Απάτη"},
    "Order change": {"de": "Geänderte Bestellung", "it": "Modifica dell'ordine", "el": "Αλλαγή παραγγελίας"},
    "Product unsatisfactory": {
        "de": "Mangelhaftes Produkt",
        "it": "Prodotto non soddisfacente",
        "el": "Μη ικανοποιητικό προϊόν",
    },
    "Other": {"de": "Sonstiges", "it": "Altro", "el": "Άλλο"},
    "Paid back through the gateway": {
        "de": "Über den Zahlungsdienst zurückgezahlt",
        "it": "Restituito tramite il fornitore di pagamenti",
        "el": "Επιστράφηκε μέσω του παρόχου πληρωμών",
    },
    "Write-off": {"de": "Ausbuchung", "it": "Stralcio", "el": "Διαγραφή"},
}
# The names of types, as a company in German begins with them: documents have titles of their own.
_TYPES: Mapping[str, str] = {
    Classification.INVOICE: "Rechnung",
    Classification.CREDIT_NOTE: "Gutschrift",
    Classification.INVOICE_CANCELLATION: "Rechnungsstorno",
    Classification.PAYMENT: "Zahlung",
    Classification.PAYMENT_CANCELLATION: "Zahlungsstorno",
    Classification.REFUND: "Erstattung",
    Classification.WRITE_OFF: "Ausbuchung",
}


def ready_names(name: str) -> dict[str, str]:
    """What a method, a reason or the product of write-offs is called beside its ready ``name``, by column."""
    return translations(name, _WORDS[name])


def is_ready_type(name: str, classification: str) -> bool:
    """Whether a type has the name of its classification alone, which its document says in its own language."""
    return name in (Classification(classification).replace("_", " ").capitalize(), _TYPES[classification])
