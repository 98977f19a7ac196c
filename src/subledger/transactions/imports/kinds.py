"""The files that transactions can be imported from."""

from __future__ import annotations

from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.rules.fields import Fields

from .documents import CreditNotes, Invoices, place_of_item
from .payments import Payments, place_of_payment

TO_CREATE_MISSING = ("customers.edit", "accounts.edit")

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
    "total",
)


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
    )


IMPORTS = [
    ImportKind(
        name="invoices",
        title="Invoices",
        fields=_document(),
        needed=("transactions.post:invoice",),
        importer=Invoices,
        place=place_of_item,
        to_create_missing=TO_CREATE_MISSING,
    ),
    ImportKind(
        name="credit-notes",
        title="Credit notes",
        fields=_document("allocate_to", "credits_item", "reason"),
        needed=("transactions.post:credit_note",),
        importer=CreditNotes,
        place=place_of_item,
        to_create_missing=TO_CREATE_MISSING,
    ),
    ImportKind(
        name="payments",
        title="Payments",
        fields=Fields(
            ("account", "amount", "posted_on"),
            ("currency", "method", "reference", "back_office_code", "allocate_to", "customer", "received_on"),
            identity="account",
            money=frozenset({"amount"}),
        ),
        needed=("transactions.post:payment",),
        importer=Payments,
        place=place_of_payment,
        is_row_a_thing=True,
        to_create_missing=TO_CREATE_MISSING,
        has_suspense=True,
    ),
]
