"""The files that transactions can be imported from."""

from __future__ import annotations

from typing import Any

from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.rules.fields import Fields
from subledger.kernel.sentences import say

from .choices import DocumentChoices, PaymentChoices
from .documents import CreditNotes, Invoices, place_of_item
from .payments import Payments, place_of_payment

DOCUMENT = (
    "customer",
    "currency",
    "due_on",
    "product",
    "description",
    "quantity",
    "discount_percent",
    "discount_amount",
    "tax_rate",
    "service_start",
    "service_end",
    "order_reference",
    "total",
)
ALSO_CALLED = {
    "unit_amount": ("unit_price",),
    "unit_amount_decimal": ("unit_price",),
    "items": ("unit_price",),
    "sub_total": ("unit_price",),
    "discount": ("discount_amount",),
    "tax_percent": ("tax_rate",),
    "percent": ("tax_rate",),
    "expected_total": ("total",),
    "payment_method_id": ("method",),
    "intended_ids": ("allocate_to",),
    "posted_on": ("issued_on",),
    "issued_on": ("posted_on",),
    "due_on": ("posted_on", "issued_on"),
    "back_office_code": ("number",),
    "base": ("currency",),
    "quote": ("currency",),
}
ABOUT = {
    "account_suspended": "account",
    "account_terminated": "account",
    "account_definition_missing": "account",
    "exchange_rate_missing": "currency",
}


def _document(*more: str) -> Fields:
    """An item a row."""
    return Fields(
        ("account", "number", "unit_price"),
        (*DOCUMENT, *more),
        (("posted_on", "issued_on"),),
        identity="number",
        metadata=True,
        money=frozenset({"discount_amount", "total", "unit_price"}),
        prices=frozenset({"unit_price"}),
        percentages=frozenset({"discount_percent", "tax_rate"}),
        quantities=frozenset({"quantity"}),
        nameable=frozenset({"tax_rate"}),
        also_called=ALSO_CALLED,
        about=ABOUT,
    )


IMPORTS: list[ImportKind[Any]] = [
    ImportKind(
        name="invoices",
        title=say("Invoices"),
        fields=_document(),
        needed=("transactions.post:invoice",),
        importer=Invoices,
        choices=DocumentChoices,
        place=place_of_item,
    ),
    ImportKind(
        name="credit-notes",
        title=say("Credit notes"),
        fields=_document("allocate_to", "credits_item", "reason"),
        needed=("transactions.post:credit_note",),
        importer=CreditNotes,
        choices=DocumentChoices,
        place=place_of_item,
    ),
    ImportKind(
        name="payments",
        title=say("Payments"),
        fields=Fields(
            ("account", "amount", "posted_on"),
            ("currency", "method", "reference", "back_office_code", "allocate_to", "customer", "received_on"),
            identity="account",
            money=frozenset({"amount"}),
            also_called=ALSO_CALLED,
            about=ABOUT,
        ),
        needed=("transactions.post:payment",),
        importer=Payments,
        choices=PaymentChoices,
        place=place_of_payment,
        is_row_a_thing=True,
    ),
]
