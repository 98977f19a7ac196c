"""Amounts as Stripe writes them. Its own rules about decimals live here and nowhere else.

Stripe counts in the smallest unit of a currency, as we do, but for three kinds of exception. Sources, read for API
version 2026-10-28: docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies", "Special cases".
"""

from __future__ import annotations

from subledger.kernel.currencies import exponent
from subledger.kernel.errors import AmountInvalid
from subledger.kernel.money import Money
from subledger.kernel.sentences import say

# No minor unit at Stripe. The ariary (mga) has two decimals in ISO 4217: fractions of it cannot be charged.
ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905
# Written with two decimals that have to be 00, though ISO 4217 gives them none: 5 ISK is 500. The page lists ugx among
# the zero-decimal currencies as well; its table of special cases is the more specific and has the example.
WHOLE_IN_HUNDREDTHS = frozenset({"isk", "ugx"})
# Three decimals, of which no card network settles the last: it has to be 0.
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})

# What Stripe charges in (docs.stripe.com/currencies, "Supported presentment currencies"), of what ISO 4217 has in use.
CURRENCIES = frozenset(
    """aed afn all amd aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop
    crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod
    jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn
    nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd szl thb tjs
    tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split()  # noqa: SIM905
)


def decimals(currency: str) -> int:
    """How many decimals Stripe writes: ``decimals("jpy") == 0``, ``decimals("isk") == 2``.

    Raises:
        CurrencyUnknown: not the lower-case code of a currency.
    """
    if currency in ZERO_DECIMAL:
        return 0
    return 2 if currency in WHOLE_IN_HUNDREDTHS else exponent(currency)


def to_stripe(money: Money) -> int:
    """An amount as Stripe takes it: 10.50 EUR is 1050, 500 JPY is 500, 5 ISK is 500, 1.230 KWD is 1230.

    Raises:
        AmountInvalid: it has a fraction that Stripe cannot charge in this currency.
    """
    amount = _shift(money.minor, decimals(money.currency) - exponent(money.currency))
    if amount is None:
        raise AmountInvalid(
            say(
                "Stripe charges whole {currency} only, and {money} has a fraction. Round the amount.",
                currency=money.currency.upper(),
                money=money,
            )
        )
    if money.currency in THREE_DECIMAL and amount % 10:
        raise AmountInvalid(
            say(
                "Stripe takes amounts in {currency} to two decimals; {money} has three. Round it.",
                currency=money.currency.upper(),
                money=money,
            )
        )
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """What an amount of Stripe's means.

    Raises:
        AmountInvalid: not a whole number, or finer than the currency is. CurrencyUnknown: no currency of ours.
    """
    if type(amount) is not int:
        raise AmountInvalid(say("Stripe wrote {amount!r} where a whole number belongs.", amount=amount))
    minor = _shift(amount, exponent(currency) - decimals(currency))
    if minor is None:
        raise AmountInvalid(
            say(
                "Stripe wrote {amount} {written}, which is finer than {currency} is.",
                amount=amount,
                written=currency,
                currency=currency.upper(),
            )
        )
    return Money(minor, currency)


def _shift(number: int, places: int) -> int | None:
    """``number`` with the point moved right; None where digits other than 0 would fall off."""
    if places >= 0:
        return int(number * 10**places)
    whole, rest = divmod(number, 10**-places)
    return None if rest else int(whole)
