"""What can be entered, and where each of its fields stands at the three doors.

A deed is sent whole: `BASES` are bodies that every door takes as they are (a test tries them), and a row of the
table changes one field of them. `FIELDS` says under which name a door has a field; a test holds it to the API's
schemas, the pages' forms and the columns of files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.doors.conftest import Doors

from subledger.accounts.models import PaymentPreference
from subledger.transactions.models import TransactionType


class Door(StrEnum):
    API = "api"
    PAGE = "page"
    FILE = "file"


@dataclass(frozen=True)
class Deed:
    """Addresses and bodies are asked for when the company is there. ``kind`` is of the import; "" for none."""

    api: Callable[[Doors], tuple[str, dict[str, Any]]]
    page: Callable[[Doors], tuple[str, tuple[object, ...], dict[str, Any]]]
    kind: str = ""
    file: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Names:
    """A field's names: a path with points in the API's body, the box on the page, the column of a file; "" for none."""

    api: str = ""
    page: str = ""
    file: str = ""

    def at(self, door: Door) -> str:
        return str(getattr(self, door))


def _type(classification: str) -> int:
    return TransactionType.objects.get(classification=classification, is_default=True).pk


def _way(x: Doors) -> PaymentPreference:
    return PaymentPreference.objects.get(code="direct_debit")


LINE = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-description": "Services",
        "items-0-quantity": "1", "items-0-price": "10", "items-0-price_is": "unit"}  # fmt: skip


def _document(kind: str, **typed: str) -> Callable[[Doors], tuple[str, tuple[object, ...], dict[str, Any]]]:
    return lambda x: ("transaction_new", (x.ledger.account.pk, kind), {"type": _type(kind), "then": "post", **typed})


def _with_items(kind: str) -> Callable[[Doors], tuple[str, dict[str, Any]]]:
    return lambda x: (
        kind,
        {
            "account": x.ledger.account.public_id,
            "state": "posted",
            "items": [{"description": "Services", "unit_amount": 1000}],
        },
    )


DEEDS = {
    "payment": Deed(
        lambda x: ("payments", {"account": x.ledger.account.public_id, "amount": 1000, "state": "posted"}),
        _document("payment", amount="10"),
        "payments",
        {"account": "A1", "amount": "10", "posted_on": "2026-05-04"},
    ),
    "invoice": Deed(
        _with_items("invoices"),
        _document("invoice", **LINE),
        "invoices",
        {"account": "A1", "number": "F-1", "unit_price": "10", "posted_on": "2026-05-04"},
    ),
    "credit note": Deed(
        _with_items("credit_notes"),
        _document("credit_note", **LINE),
        "credit-notes",
        {"account": "A1", "number": "F-1", "unit_price": "10", "posted_on": "2026-05-04"},
    ),
    "customer": Deed(
        lambda x: ("customers", {"name": "Zoë", "code": "Z1"}),
        lambda x: ("customer_new", (), {"name": "Zoë", "code": "Z2"}),
        "customers",
        {"customer": "Z3", "name": "Zoë"},
    ),
    "contact person": Deed(
        lambda x: (
            "contact_persons",
            {"customer": x.ledger.account.customer.public_id, "name": "Eva", "email": "eva@example.com"},
        ),
        lambda x: (
            "contact_new",
            (x.ledger.account.customer.pk,),
            {"name": "Ina", "email": "ina@example.com", "role": "general"},
        ),
        "contact-persons",
        {"customer": "Ann", "name": "Udo", "email": "udo@example.com"},
    ),
    "account": Deed(
        lambda x: ("accounts", {"customer": x.ledger.account.customer.public_id, "code": "B1"}),
        lambda x: (
            "account_new",
            (x.ledger.account.customer.pk,),
            {"currency": "EUR", "credit_period_unit": "days", "code": "B2"},
        ),
        "accounts",
        {"account": "B3", "customer": "Ann"},
    ),
    "product": Deed(
        lambda x: ("products", {"code": "p1", "name": "Power", "unit_amount_decimal": "100", "currency": "eur"}),
        lambda x: (
            "entry_new",
            ("products",),
            {"code": "p2", "name": "Power", "price": "1", "currency": "EUR", "is_active": "on", "is_revenue": "on"},
        ),
        "products",
        {"product": "p3", "name": "Power", "unit_price": "1", "currency": "EUR"},
    ),
    "rate": Deed(
        lambda x: ("exchange_rates", {"currency": "usd", "on": "2026-05-04", "rate": "0.9"}),
        lambda x: ("rate_new", (), {"currency": "USD", "on": "2026-05-05", "rate": "0.9"}),
        "exchange-rates",
        {"currency": "USD", "on": "2026-05-06", "rate": "0.9"},
    ),
    "way to pay": Deed(
        lambda x: (
            f"accounts/{x.ledger.account.public_id}/payment_preferences",
            {"preference": _way(x).public_id, "details": {"reference": "First"}},
        ),
        lambda x: ("account_preference", (x.ledger.account.pk,), {"preference": _way(x).pk, "reference": "Second"}),
    ),
    "note": Deed(
        lambda x: (f"accounts/{x.ledger.account.public_id}/notes", {"text": "Called"}),
        lambda x: ("account_note", (x.ledger.account.pk,), {"note": "Called"}),
    ),
    "close": Deed(
        lambda x: ("periods/close", {"through": "2026-04-30"}),
        lambda x: ("period_close", (), {"through": "2026-05-01"}),
    ),
}

ITEM = "items.0."
LINE_FIELDS = {
    "price": Names(f"{ITEM}unit_amount", "items-0-price", "unit_price"),
    "quantity": Names(f"{ITEM}quantity", "items-0-quantity", "quantity"),
    "discount": Names(f"{ITEM}discount_percent", "items-0-discount", "discount_percent"),
    "description": Names(f"{ITEM}description", "items-0-description", "description"),
    "product": Names(f"{ITEM}product", "items-0-product", "product"),
    "tax rate": Names(f"{ITEM}tax_rate", "items-0-tax_rate", "tax_rate"),
    "service start": Names(f"{ITEM}service_start", "items-0-service_start", "service_start"),
    "service end": Names(f"{ITEM}service_end", "items-0-service_end", "service_end"),
    "discount amount": Names(f"{ITEM}discount_amount", "", "discount_amount"),
    "sub total": Names(f"{ITEM}sub_total"),
    "decimal price": Names(f"{ITEM}unit_amount_decimal"),
    "item metadata": Names(f"{ITEM}metadata.key", "", "meta:key"),
}
HEAD = {
    "account": Names("account", "", "account"),
    "currency": Names("currency", "", "currency"),
    "posted on": Names("posted_on", "posted_on", "posted_on"),
    "note": Names("note", "note"),
    "metadata": Names("metadata.key"),
    "category": Names("category", "category"),
    "type": Names("type", "type"),
}
CUSTOMER = (
    "email",
    "phone",
    "tax_number",
    "address_line1",
    "address_line2",
    "city",
    "postal_code",
    "region",
    "country",
    "language",
)
WAY = ("reference", "account_holder", "iban", "bic", "mandate_reference", "mandate_signed_on")

FIELDS: dict[str, dict[str, Names]] = {
    "payment": {
        **HEAD,
        "amount": Names("amount", "amount", "amount"),
        "issued on": Names("issued_on", "issued_on"),
        "received on": Names("received_on", "received_on", "received_on"),
        "received by": Names("received_by", "received_by"),
        "reference": Names(file="reference"),
        "method": Names("method", "payment_method", "method"),
        "meant for": Names("allocate_to", "intended", "allocate_to"),
        "preference": Names("payment_preference"),
        "code": Names("back_office_code", "back_office_code", "back_office_code"),
    },
    "invoice": {
        **{name: HEAD[name] for name in ("currency", "posted on")},
        **LINE_FIELDS,
        "issued on": Names("issued_on", "issued_on", "issued_on"),
        "code": Names("back_office_code", "back_office_code", "number"),
        "due on": Names("due_on", "due_on", "due_on"),
        "order": Names("order_reference", "order_reference", "order_reference"),
        "total": Names("expected_total", "", "total"),
    },
    "credit note": {
        "posted on": HEAD["posted on"],
        "issue reason": Names("issue_reason", "issue_reason"),
        "reason": Names("reason", "credit_reason", "reason"),
        "order": Names("order_reference", "order_reference", "order_reference"),
        "credited item": Names(f"{ITEM}credits_item", "items-0-credits", "credits_item"),
        "meant for": Names("allocate_to", "intended", "allocate_to"),
    },
    "customer": {
        "code": Names("code", "code", "customer"),
        "name": Names("name", "name", "name"),
        **{name: Names(name, name, name) for name in CUSTOMER},
        "metadata": Names("metadata.key", "", "meta:key"),
    },
    "contact person": {
        "customer": Names("customer", "", "customer"),
        **{name: Names(name, name, name) for name in ("name", "role", "email", "phone", "language", "receives")},
    },
    "account": {
        "code": Names("code", "code", "account"),
        "name": Names("name", "name", "name"),
        "currency": Names("currency", "currency", "currency"),
        "credit limit": Names("credit_limit", "credit_limit", "credit_limit"),
        "classification": Names("classification", "classification", "classification"),
        "customer": Names("customer", "", "customer"),
        "parent": Names("parent", "parent", "parent"),
        "tax number": Names("tax_number", "tax_number"),
        "billing address": Names("billing_address", "billing_address"),
        "buyer reference": Names("buyer_reference", "buyer_reference"),
        "electronic address": Names("electronic_address", "electronic_address"),
        "credit rating": Names("credit_rating", "credit_rating"),
        "credit period": Names("credit_period.value", "credit_period_value", "credit_period_days"),
        "presentment preference": Names("presentment_preference", "presentment_preference"),
        "metadata": Names("metadata.key"),
        "description": Names("description", "description"),
        "opening": Names(file="opening_balance"),
        "opening on": Names(file="opening_on"),
    },
    "product": {
        "code": Names("code", "code", "product"),
        "name": Names("name", "name", "name"),
        **{column: Names(column, column, column) for column in ("name_en", "name_de", "name_it", "name_el")},
        "price": Names("unit_amount_decimal", "price", "unit_price"),
        "currency": Names("currency", "currency", "currency"),
        "tax rate": Names("tax_rate", "tax_rate", "tax_rate"),
        "group": Names("group", "group", "group"),
        "metadata": Names("metadata.key"),
        "revenue": Names("is_revenue", "is_revenue", "is_revenue"),
        "description": Names("description", "description", "description"),
    },
    "rate": {name: Names(name, name, name) for name in ("currency", "on", "rate")},
    "way to pay": {
        "preference": Names("preference", "preference"),
        **{name.replace("_", " "): Names(f"details.{name}", name) for name in WAY},
    },
    "note": {"text": Names("text", "note")},
    "close": {"through": Names("through", "through"), "outcome": Names("expected_outcome")},
}  # fmt: skip

# Deeds that are read by the same schema and boxes: what one has is tried for it by the others.
ALIKE = {
    "payment": ("credit note",),
    "invoice": ("payment", "credit note"),
    "credit note": ("payment", "invoice"),
}

FLAG = "yes or no: a schema takes nothing else, and a box is ticked or it is not"
LISTED = "one of a few words, which its schema and its list know"
OF_THE_FORM = "no field of what is entered: the form's own"
QUESTIONS = dict.fromkeys(
    [
        *("confirm_above_credit", "confirm_credit_limit", "confirm_credited", "confirm_due_on"),
        *("confirm_in_advance", "confirm_paid_out", "confirm_posted_on"),
    ],
    FLAG,
)
FORM = {**QUESTIONS, "once": OF_THE_FORM}
LINE_OF_FORM = {
    "items-0-DELETE": OF_THE_FORM, "items-0-place": OF_THE_FORM, "items-0-price_is": LISTED,
}  # fmt: skip
INSTEAD = "the rate the other way round, which the bodies of this table have as a rate"
OWNER = {"customer": "whose account it is, where one is opened: any name is right"}
# What a door has and no wrong value is tried for, and why.
UNTRIED: dict[str, dict[Door, dict[str, str]]] = {
    "payment": {
        Door.API: {"state": LISTED, "confirm_in_advance": FLAG, "confirm_posted_on": FLAG},
        Door.PAGE: FORM,
        Door.FILE: {"customer": "whose payment it is, where those of others go to suspense: any name is right"},
    },
    "invoice": {
        Door.API: {"state": LISTED, "confirm_due_on": FLAG, "confirm_posted_on": FLAG, "items.0.tax_inclusive": FLAG},
        Door.PAGE: {**FORM, **LINE_OF_FORM},
        Door.FILE: OWNER,
    },
    "credit note": {
        Door.API: {"state": LISTED, "confirm_posted_on": FLAG, "items.0.tax_inclusive": FLAG},
        Door.PAGE: {**FORM, **LINE_OF_FORM},
        Door.FILE: OWNER,
    },
    "customer": {Door.PAGE: {"opens_account": FLAG}},
    "account": {
        Door.API: {"credit_period.operator": LISTED, "credit_period.unit": LISTED},
        Door.PAGE: {"credit_period_operator": LISTED, "credit_period_unit": LISTED},
    },
    "product": {Door.API: {"is_active": FLAG}, Door.PAGE: {"is_active": FLAG}},
    "rate": {
        Door.API: {"confirm_rate": FLAG, "inverse_rate": INSTEAD},
        Door.PAGE: {"confirm_rate": FLAG, "direction": LISTED},
        Door.FILE: {"inverse_rate": INSTEAD},
    },
    "way to pay": {
        Door.API: {"is_default": FLAG, "use_for_recurring": FLAG},
        Door.PAGE: {"is_default": FLAG, "is_recurring": FLAG},
    },
}
