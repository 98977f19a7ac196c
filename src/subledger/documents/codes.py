"""QR codes that banking apps scan: a SEPA credit transfer by the rules of the European Payments Council, EPC069-12."""

from __future__ import annotations

import io

import segno

from subledger.kernel.money import Money

from .values import Bank, Document

_LARGEST = 99_999_999_999  # cents, EPC069-12 section 2


def transfer_code(document: Document, asked: Money) -> str:
    """What the code says; "" where there is none: no account, another currency than the euro, too large an amount."""
    if document.bank is None:
        return ""
    text = document.payment_reference or document.number
    return said_by_code(document.bank, name=document.bank.holder or document.seller.name, text=text, asked=asked)


def said_by_code(bank: Bank, *, name: str, text: str, asked: Money) -> str:
    """The same of a transfer to an account: ``name`` is its holder, ``text`` what is written in it."""
    if asked.currency != "eur" or not 0 < asked.minor <= _LARGEST:
        return ""
    name, text = " ".join(name.split())[:70], text[:140]
    if not name or not bank.iban:
        return ""
    return "\n".join(
        ["BCD", "002", "1", "SCT", bank.bic, name, bank.iban, f"EUR{asked.to_decimal()}", "", "", text, ""]
    ).rstrip("\n")


def image_of(said: str) -> str:
    """The code as an image in SVG; "" where it says nothing."""
    if not said:
        return ""
    code = segno.make(said, error="m", micro=False, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, scale=4, border=2, dark="#1b2330", light="#ffffff", nl=False)
    return out.getvalue().decode()
