"""Signs and codes of currencies beside written amounts."""

from __future__ import annotations

import re

from .currencies import exponent
from .errors import CurrencyUnknown

SIGNS: dict[str, frozenset[str]] = {
    "€": frozenset({"eur"}),
    "$": frozenset({"usd", "aud", "cad", "nzd", "hkd", "sgd", "mxn", "clp", "cop", "ars"}),
    "US$": frozenset({"usd"}),
    "£": frozenset({"gbp", "gip", "fkp", "shp", "egp"}),
    "¥": frozenset({"jpy", "cny"}),
    "₹": frozenset({"inr"}),
    "₩": frozenset({"krw"}),
    "₺": frozenset({"try"}),
    "₴": frozenset({"uah"}),
    "₽": frozenset({"rub"}),
    "₪": frozenset({"ils"}),
    "₫": frozenset({"vnd"}),
    "₦": frozenset({"ngn"}),
    "฿": frozenset({"thb"}),
    "R$": frozenset({"brl"}),
    "zł": frozenset({"pln"}),
    "Kč": frozenset({"czk"}),
    "Ft": frozenset({"huf"}),
    "lei": frozenset({"ron", "mdl"}),
    "kr": frozenset({"sek", "nok", "dkk", "isk"}),
    "kr.": frozenset({"dkk", "isk"}),
    "Fr.": frozenset({"chf"}),
    "A$": frozenset({"aud"}),
    "C$": frozenset({"cad"}),
    "CA$": frozenset({"cad"}),
    "HK$": frozenset({"hkd"}),
    "NT$": frozenset({"twd"}),
    "NZ$": frozenset({"nzd"}),
    "S$": frozenset({"sgd"}),
    "₱": frozenset({"php"}),
    "₸": frozenset({"kzt"}),
    "R": frozenset({"zar"}),
    "RM": frozenset({"myr"}),
    "Rp": frozenset({"idr"}),
    "S/": frozenset({"pen"}),
    "S/.": frozenset({"pen"}),
    "лв.": frozenset({"bgn"}),
}
WORDS = re.compile(r"[^0-9\s.,'()+\-/:;*|]+\.?", re.ASCII)


def currency_among(text: str) -> str:
    """The first sign or code of a currency in a text such as ``EUR/h`` or ``k€``; "" for none."""
    words: list[str] = WORDS.findall(text)
    for word in words:
        for token in (word, word.removesuffix(".")):
            # In capitals, or alone: the "all" of "for all" is no ALL.
            if token in SIGNS or ((token.isupper() or len(words) == 1) and is_currency(token)):
                return token
        if "$" in word:  # of a country that is not known here
            return word
        for letter in word:
            if letter in SIGNS and not letter.isascii():
                return letter
    return ""


def is_currency(token: str) -> bool:
    try:
        exponent(token.lower())
    except CurrencyUnknown:
        return False
    return True
