"""VAT numbers begin with the letters of a country."""

from __future__ import annotations

import pytest

from subledger.kernel.vat_numbers import names_no_country, vat_number


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
