"""What a document lacks for an electronic invoice, in words and with the place where it is filled in.

These are the rules of EN 16931 that what people typed can break; what its shape guarantees is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from subledger.documents.kinds import is_electronic, kinds, title_of
from subledger.documents.values import Document, Party, TaxCategory, TaxLine
from subledger.kernel.countries import is_country
from subledger.kernel.money import to_decimal
from subledger.kernel.sentences import joined, say

from .invoices import country_of, vat_number_of


class Place(StrEnum):
    """Where somebody fills in what is missing."""

    LETTERHEAD = "letterhead"
    CUSTOMER = "customer"
    ACCOUNT = "account"
    TAX_RATES = "tax_rates"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing or cannot be said."""

    place: Place
    words: str


NEEDS_BUYER = {
    TaxCategory.REVERSE_CHARGE: say("reverse charge"),
    TaxCategory.INTRA_COMMUNITY: say("an intra-Community supply"),
}


def gaps_of(document: Document) -> list[Gap]:
    """All of them, so that they are filled in at one go; none: it can be made."""
    if not is_electronic(document.kind):
        made = joined(say(title_of(kind.name)).lower() for kind in kinds().values() if kind.en16931)
        return [Gap(Place.DOCUMENT, say("Electronic invoices are made of: {made}. Print it as a PDF.", made=made))]
    return [*_of_document(document), *_of_parties(document), *_of_taxes(document)]


def _of_document(document: Document) -> Iterator[Gap]:
    if document.is_draft or not document.number.strip():
        yield Gap(Place.DOCUMENT, say("It is a draft and has no number. Post it first."))
    if document.is_cancelled:
        yield Gap(Place.DOCUMENT, say("It is cancelled: nothing is asked for it. Take its cancellation."))
    if not document.lines:
        yield Gap(Place.DOCUMENT, say("It has no items. Print it as a PDF."))
    if to_decimal(1, document.currency) < Decimal("0.01"):
        yield Gap(
            Place.DOCUMENT,
            say(
                "{currency} has more decimals than the two that electronic invoices have. Print it as a PDF.",
                currency=document.currency.upper(),
            ),
        )


def _of_parties(document: Document) -> Iterator[Gap]:
    seller, buyer = document.seller, document.buyer
    categories = {tax.category for tax in document.taxes}
    if not is_country(country_of(seller)):
        yield Gap(Place.LETTERHEAD, say("Your country is missing."))
    if seller.vat_number and not vat_number_of(seller):
        yield Gap(
            Place.LETTERHEAD,
            say(
                "Your VAT number {number} does not begin with the two letters of its country.",
                number=seller.vat_number,
            ),
        )
    elif TaxCategory.OUTSIDE in categories:
        if not seller.registration:
            yield Gap(Place.LETTERHEAD, say("Your registration is missing: it says who you are where there is no tax."))
    elif not (seller.vat_number or (seller.tax_number and seller.registration)):
        yield Gap(
            Place.LETTERHEAD,
            say("Your VAT number is missing; without one, give your tax number and your registration."),
        )
    if not buyer.name.strip():
        yield Gap(Place.CUSTOMER, say("The customer's name is missing."))
    if not is_country(country_of(buyer)):
        yield Gap(Place.CUSTOMER, say("The customer's country is missing."))
    for category, words in NEEDS_BUYER.items():
        if category in categories and not vat_number_of(buyer):
            yield Gap(*_buyer_number(buyer, words))


def _buyer_number(buyer: Party, words: str) -> tuple[Place, str]:
    if not buyer.vat_number:
        return Place.CUSTOMER, say("The customer's VAT number is missing: {what} needs it.", what=words)
    return (
        Place.CUSTOMER,
        say(
            "The customer's VAT number {number} does not begin with the two letters of its country: {what} needs it.",
            number=buyer.vat_number,
            what=words,
        ),
    )


def _of_taxes(document: Document) -> Iterator[Gap]:
    categories = {tax.category for tax in document.taxes}
    if TaxCategory.OUTSIDE in categories and len(categories) > 1:
        yield Gap(
            Place.TAX_RATES,
            say(
                "Some of it is outside the scope of tax and some is not: such an invoice is made of two. Choose other "
                "tax rates, or invoice them apart."
            ),
        )
    for tax in document.taxes:
        if not _fits(tax):
            yield Gap(
                Place.TAX_RATES,
                say(
                    "The tax of {tax} is not {percent:f} % of {taxable}: rounded item by item it is too far off. "
                    "Choose in the accounting defaults that tax is rounded per rate.",
                    tax=tax.tax,
                    percent=tax.percent.normalize(),
                    taxable=tax.taxable,
                ),
            )


def _fits(tax: TaxLine) -> bool:
    """BR-CO-17, as its official test takes it: less than one unit of the currency off."""
    said, taxable = (abs(to_decimal(one.minor, one.currency)) for one in (tax.tax, tax.taxable))
    if round(tax.percent) == 0:
        return round(said) == 0
    return abs(said - (taxable * tax.percent / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")) < 1
