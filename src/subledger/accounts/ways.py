"""What may be noted of a way to pay: a few named details, each checked; never what only a gateway may keep.

Rooms above say which ways to pay are kept by a gateway that we call (`keepers`): those are registered on the
gateway's own page and entered by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from subledger.kernel.bank_numbers import why_no_bank_number
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.kernel.words import plain

from .errors import PaymentDetailsInvalid, RegisteredAtGateway
from .models import PaymentPreference

# Detail -> the longest it may be: what a bank's file takes (ISO 20022 pain.008), and a reference for people.
DETAILS = {
    "reference": 200,
    "account_holder": 70,
    "iban": 42,
    "bic": 11,
    "mandate_reference": 35,
    "mandate_signed_on": 10,
}
# Which gateway keeps a way to pay, by name; None where none does. The room of the gateways puts itself in here.
keepers: list[Callable[[PaymentPreference], str | None]] = []


def check_enterable(preference: PaymentPreference) -> None:
    """RegisteredAtGateway for cards and mandates that a gateway keeps."""
    for keeper in keepers:
        name = keeper(preference)
        if name:
            raise RegisteredAtGateway(preference.name, name)


def checked_details(details: Mapping[str, str], *, today: date) -> dict[str, str]:
    """The details as they are kept: trimmed, IBAN and BIC in capitals without spaces, empty ones left out.

    Raises:
        CardNumberRefused: one of them looks like a card number.
        PaymentDetailsInvalid: an unknown detail, one that is too long, an IBAN, BIC or day that is none, or a mandate
            that was not signed.
    """
    for name in details:
        if name not in DETAILS:
            check_texts(name, param="/details")
            raise PaymentDetailsInvalid(
                say(
                    "{name!r} is nothing that is kept of a way to pay. What is: {details}.",
                    name=name[:40],
                    details=", ".join(DETAILS),
                ),
                param="/details",
            )
    given = {name: str(value).strip() for name, value in details.items()}
    check_texts({"details": {n: v for n, v in given.items() if n not in ("iban", "bic")}})
    kept = {name: value for name, value in given.items() if value}
    for name, value in kept.items():
        if len(value) > DETAILS[name]:
            raise PaymentDetailsInvalid(
                say(
                    "The {name} is too long: at most {details} characters. Shorten it.",
                    name=plain(name),
                    details=DETAILS[name],
                ),
                param=f"/details/{name}",
            )
    for name, kind in (("iban", IBAN), ("bic", BIC)):
        if name in kept:
            try:
                kept[name] = str(kind(kept[name]).compact)
            except SchwiftyException as error:
                check_texts(kept[name], param=f"/details/{name}")
                raise PaymentDetailsInvalid(
                    say(
                        "This is no {number}: {why}. Check it, digit by digit.",
                        number=name.upper(),
                        why=why_no_bank_number(error),
                    ),
                    param=f"/details/{name}",
                ) from error
    _check_mandate(kept, today)
    return kept


def _check_mandate(kept: Mapping[str, str], today: date) -> None:
    signed, where = kept.get("mandate_signed_on"), "/details/mandate_signed_on"
    if kept.get("mandate_reference") and not signed:
        raise PaymentDetailsInvalid(
            say("A direct debit needs the day on which its mandate was signed: banks ask for it. Give it."), param=where
        )
    if signed:
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(signed)
        if day is None or len(signed) != 10 or not date(1900, 1, 1) <= day <= today:
            raise PaymentDetailsInvalid(
                say("The day on which a mandate was signed is written YYYY-MM-DD and is not after today. Correct it."),
                param=where,
            )
