"""Amounts as people of each language write them: never less of them than the books hold."""

from __future__ import annotations

import re

import pytest
from iso4217 import Currency

from subledger.kernel.currencies import exponent
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.written_money import written_money

CURRENCIES = sorted(one.code.lower() for one in Currency if one.exponent is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_digit_of_an_amount_is_written_in_every_currency(language):
    for currency in CURRENCIES:
        written = written_money(123_456_789, currency, locale=language)
        places = exponent(currency)
        number = re.search(r"\d[\d.,]*\d", written)[0]
        assert re.sub(r"\D", "", number) == "123456789", (currency, written)
        if places:
            assert number[-places - 1] == ("." if language == "en" else ","), (currency, written)
            assert number[-places:] == "123456789"[-places:], (currency, written)


def test_currencies_that_cash_has_no_coins_of_keep_their_decimals():
    assert written_money(146_913, "huf", locale="en_GB") == "HUF\xa01,469.13"
    assert written_money(146_913, "huf", locale="de_DE") == "1.469,13\xa0HUF"
    assert written_money(146_913, "iqd", locale="it_IT") == "146,913\xa0IQD"
    assert written_money(-146_913, "jpy", locale="en") == "-¥146,913"


def test_a_code_is_parted_from_its_number_and_a_sign_is_not():
    assert written_money(1_851_851, "kwd", locale="en") == "KWD\xa01,851.851"
    assert written_money(12_050, "eur", locale="en") == "€120.50"
    assert written_money(12_050, "usd", locale="en_GB") == "US$120.50"
    assert written_money(-5, "kwd", locale="en") == "-KWD\xa00.005"
