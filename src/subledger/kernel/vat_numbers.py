"""VAT numbers as registers have them."""

from __future__ import annotations

import re

from .countries import VAT_PREFIXES

__all__ = ["is_malformed", "names_no_country", "vat_number"]

# What follows the letters of the country, where the Union's register says (VIES); of others nothing is known.
FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}",
    "SK": r"\d{10}", "XI": r"(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
}  # fmt: skip


def vat_number(text: str) -> str:
    """Letters and digits alone, beginning with the letters of its country (EN 16931, BR-CO-09); "" where it does not.

    ``vat_number("DE 129.273.398") == "DE129273398"``; ``vat_number("PIVA12345678901") == ""``.
    """
    number = "".join(one for one in text.upper() if one.isalnum())
    return number if number[:2] in VAT_PREFIXES and len(number) > 4 else ""


def names_no_country(text: str) -> bool:
    """Whether it begins with letters as a VAT number does, and they are those of no country."""
    return text.strip()[:2].isalpha() and not vat_number(text)


def is_malformed(text: str) -> bool:
    """Whether a VAT number of a country of the Union has not the form of that country: ``IT123``."""
    number = vat_number(text)
    form = FORMS.get(number[:2])
    return form is not None and not re.fullmatch(form, number[2:])
