"""VAT numbers begin with the letters of a country."""

from __future__ import annotations

import pytest

from subledger.kernel.vat_numbers import is_malformed, names_no_country, vat_number


@pytest.mark.parametrize(
    ("text", "number", "is_strange"),
    [
        ("DE 129.273.398", "DE129273398", False),
        ("che-123.456.789 MWST", "CHE123456789MWST", False),
        ("EL094014201", "EL094014201", False),
        ("XI123456789", "XI123456789", False),
        ("PIVA12345678901", "", True),
        ("TIN123456", "", True),
        ("XX123456", "", True),
        ("DE12", "", True),
        ("12-3456789", "", False),
        ("", "", False),
    ],
)
def test_a_number_is_kept_where_a_country_has_its_letters(text: str, number: str, is_strange: bool):
    assert vat_number(text) == number
    assert names_no_country(text) is is_strange


@pytest.mark.parametrize("text", ["IT123", "IT12345", "DE12345678", "FR12 34567890", "NL123456789012"])
def test_a_number_without_the_form_of_its_country_is_malformed(text):
    assert is_malformed(text)


@pytest.mark.parametrize(
    "text", ["IT 00000000000", "DE 129.273.398", "EL094014201", "ATU00000000", "NL123456789B01", "CHE-123.456.788", "x"]
)
def test_a_number_with_it_or_of_a_country_whose_form_nobody_told_is_not(text):
    assert not is_malformed(text)
