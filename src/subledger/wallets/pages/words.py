"""What wallets are on pages, in words and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from subledger.kernel.sentences import say
from subledger.page_kit.formats import formats
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.wallets.models import LotTake, Wallet

WALLETS = say("Wallets")


def in_money(minor: int, currency: str) -> str:
    return f"{show.amount_text(minor, currency)} {currency.upper()}"


def day_text(day: date) -> str:
    return formats().write_day(day)


def title_of(wallet: Wallet) -> str:
    return say("Wallet {number}", number=wallet.number)


def short_words(minor: int, currency: str) -> str:
    """In plain words what a wallet lacks."""
    return say(
        "Overdrawn by {amount}: credit was taken back after it was spent. The next credit covers it first.",
        amount=in_money(minor, currency),
    )


def takes_words(takes: Iterable[LotTake], currency: str) -> list[str]:
    """Which lots pay, a sentence each."""
    found = []
    for take in takes:
        amount = in_money(take.face_minor, currency)
        if take.lot is None:
            found.append(say("{amount} is covered by no credit.", amount=amount))
            continue
        credit, on = take.lot.credit.number, day_text(take.lot.credited_on)
        if take.paid_minor == 0:
            found.append(say("{amount} of granted credit {credit} of {on}.", amount=amount, credit=credit, on=on))
        elif take.paid_minor == take.face_minor:
            found.append(say("{amount} of prepaid credit {credit} of {on}.", amount=amount, credit=credit, on=on))
        else:
            found.append(
                say(
                    "{amount} of credit {credit} of {on}, of which {paid} was paid for.",
                    amount=amount,
                    credit=credit,
                    on=on,
                    paid=in_money(take.paid_minor, currency),
                )
            )
    return found
