"""How days and amounts are written to readers of a language in their country."""

from __future__ import annotations

import pytest

from subledger.kernel.languages import locale_of
from subledger.kernel.written_money import written_money


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("", "en_GB"), ("en", "en_GB"), ("en-US", "en_US"), ("de", "de_DE"), ("de-CH", "de_CH"), ("de-AT", "de_AT"),
        ("it-CH", "it_CH"), ("de-ZZ", "de_DE"), ("de-JP", "de_DE"), ("el", "el_GR"), ("fr", "fr"),
        ("zh-Hant-TW", "zh_Hant_TW"),
    ],
)  # fmt: skip
def test_a_country_counts_where_the_language_is_written_there(language: str, locale: str):
    assert locale_of(language) == locale


def test_swiss_amounts_have_their_own_marks():
    assert written_money(123456789, "chf", locale=locale_of("de-CH")) == "CHF\xa01’234’567.89"
    assert written_money(123456789, "eur", locale=locale_of("de")) == "1.234.567,89\xa0€"
