"""A tax number as pages show it."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.kernel.vat_numbers import names_no_country

__all__ = ["tax_number_said"]


def tax_number_said(number: str) -> str:
    """With what is wrong with it as a VAT number, where it looks like one: it may be another number all the same."""
    if not names_no_country(number):
        return number
    return say(
        "{number} (no country has these letters: electronic invoices leave it out)",
        number=number,
    )
