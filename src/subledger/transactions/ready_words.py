"""What a company begins with, as its documents call it: the names that `defaults` gives, in the languages of customers.

A name that a company gave itself is its own in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    "Write-off": {"de": "Ausbuchung", "it": "Storno di credito", "el": "Διαγραφή"},
}


def said_in(language: str, name: str) -> str:
    """A method, a reason or the product of write-offs: ``said_in("de", "Cash") == "Bar"``."""
    return _WORDS.get(name, {}).get(language, name)


def is_ready_type(name: str, classification: str) -> bool:
    """Whether a type has the name of its classification alone, which its document says in its own language."""
    return name == Classification(classification).replace("_", " ").capitalize()
