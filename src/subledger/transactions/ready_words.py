"""What a company begins with, as its documents call it: the names that `defaults` gives, in the languages of customers.

They are given in the language of the company, so a name is known in any language that one may begin with. A name that a
company gave itself is its own in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

from subledger.kernel.languages import PAGE_LANGUAGES

from .states import Classification

__all__ = ["is_ready_type", "said_in"]

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
_ENGLISH = {word: name for name, words in _WORDS.items() for code, word in words.items() if code in PAGE_LANGUAGES}


def said_in(language: str, name: str) -> str:
    """A method, a reason or the product of write-offs: ``said_in("de", "Cash") == said_in("de", "Bar") == "Bar"``."""
    english = _ENGLISH.get(name, name)
    return _WORDS.get(english, {}).get(language, english)


def is_ready_type(name: str, classification: str) -> bool:
    """Whether a type has the name of its classification alone, which its document says in its own language."""
    return name in (Classification(classification).replace("_", " ").capitalize(), _TYPES[classification])
