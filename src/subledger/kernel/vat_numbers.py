"""VAT numbers as registers have them."""

from __future__ import annotations

from .countries import VAT_PREFIXES

__all__ = ["names_no_country", "vat_number"]


def vat_number(text: str) -> str:
    """Letters and digits alone, beginning with the letters of its country (EN 16931, BR-CO-09); "" where it does not.

    ``vat_number("DE 129.273.398") == "DE129273398"``; ``vat_number("PIVA12345678901") == ""``.
    """
    number = "".join(one for one in text.upper() if one.isalnum())
    return number if number[:2] in VAT_PREFIXES and len(number) > 4 else ""


def names_no_country(text: str) -> bool:
    """Whether it begins with letters as a VAT number does, and they are those of no country."""
    return text.strip()[:2].isalpha() and not vat_number(text)
