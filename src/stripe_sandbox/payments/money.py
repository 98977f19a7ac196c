"""Amounts as Stripe takes them: whole minor units within bounds, of currencies that it supports.

Sources: docs.stripe.com/currencies (zero- and three-decimal currencies, minimum and maximum charge amounts).
"""

from stripe_sandbox.errors import StripeError, invalid

CURRENCIES = frozenset(
    """usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf
    clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr
    isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr
    mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd
    std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split()  # noqa: SIM905
)
ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())  # noqa: SIM905
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
#: The least that can be charged, in minor units; elsewhere half a major unit.
MINIMUM = {
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000, "kwd": 150, "bhd": 190, "omr": 190,
}  # fmt: skip
MAXIMUM = 99_999_999


def check_currency(currency: str, param: str = "currency") -> str:
    """The currency's code in lower case, or a 400 if Stripe does not support it."""
    code = currency.lower()
    if code not in CURRENCIES:
        listed = ", ".join(sorted(CURRENCIES))
        raise invalid(f"Invalid currency: {code}. Stripe currently supports these currencies: {listed}", param)
    return code


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Refuse what cannot be charged: too little, too much, or a third decimal that is not zero."""
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param, "parameter_invalid_integer")
    least = MINIMUM.get(currency, 50 if currency not in THREE_DECIMAL else 500)
    if amount < least:
        raise invalid(f"Amount must be at least {shown(least, currency)} {currency}", param, "amount_too_small")
    if amount > MAXIMUM:
        raise invalid(f"Amount must be no more than {shown(MAXIMUM, currency)} {currency}", param, "amount_too_large")
    check_last_digit(amount, currency, param)


def check_last_digit(amount: int, currency: str, param: str = "amount") -> None:
    """Three-decimal amounts have to end in 0: no card network settles the third decimal."""
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            f"Invalid amount: the last digit of an amount in {currency} has to be 0; {amount} is not.",
            param,
            "invalid_amount",
        )


def shown(amount: int, currency: str) -> str:
    """An amount for people: ``€10.50``, ``¥500``, ``10.50 CHF``."""
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    whole, part = divmod(abs(amount), 10**decimals)
    digits = f"{whole:,}" + (f".{part:0{decimals}}" if decimals else "")
    sign = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}.get(currency)
    return ("-" if amount < 0 else "") + (f"{sign}{digits}" if sign else f"{digits} {currency.upper()}")


def over_refund(amount: int, left: int, currency: str) -> StripeError:
    return invalid(
        f"Refund amount ({shown(amount, currency)}) is greater than unrefunded amount on charge "
        f"({shown(left, currency)})",
        "amount",
    )
