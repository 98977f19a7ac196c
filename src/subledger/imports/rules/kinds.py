"""What can be imported, and the fields of each kind (specification: the interfaces' section 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    CUSTOMERS = "customers"
    ACCOUNTS = "accounts"
    PRODUCTS = "products"
    INVOICES = "invoices"
    CREDIT_NOTES = "credit-notes"
    PAYMENTS = "payments"
    EXCHANGE_RATES = "exchange-rates"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a kind. Of each group in ``one_of`` the file must have at least one."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    metadata: bool = False  # columns named meta:KEY are kept

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.needed, *(name for group in self.one_of for name in group), *self.optional)


# What whoever imports a file of a kind needs besides `imports.run`: what its rows need entered by hand.
NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.CUSTOMERS: ("customers.edit",),
    Kind.ACCOUNTS: ("accounts.edit",),
    Kind.PRODUCTS: ("products.edit",),
    Kind.INVOICES: ("transactions.post:invoice",),
    Kind.CREDIT_NOTES: ("transactions.post:credit_note",),
    Kind.PAYMENTS: ("transactions.post:payment",),
    Kind.EXCHANGE_RATES: ("journal.rates",),
}
TO_CREATE_MISSING = ("customers.edit", "accounts.edit")

ADDRESS = ("address_line1", "address_line2", "city", "postal_code", "region", "country")
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
    "total",
)

FIELDS: dict[Kind, Fields] = {
    Kind.CUSTOMERS: Fields(("customer",), ("name", "email", "phone", "tax_number", *ADDRESS), metadata=True),
    Kind.ACCOUNTS: Fields(
        ("account",),
        (
            "customer",
            "name",
            "currency",
            "classification",
            "credit_limit",
            "credit_period_days",
            "opening_balance",
            "opening_on",
        ),
    ),
    Kind.PRODUCTS: Fields(("product",), ("name", "description", "unit_price", "currency", "tax_rate")),
    Kind.INVOICES: Fields(("account", "number", "unit_price"), DOCUMENT, (("posted_on", "issued_on"),)),
    Kind.CREDIT_NOTES: Fields(
        ("account", "number", "unit_price"), (*DOCUMENT, "allocate_to"), (("posted_on", "issued_on"),)
    ),
    Kind.PAYMENTS: Fields(
        ("account", "amount", "posted_on"),
        ("currency", "method", "reference", "back_office_code", "allocate_to", "customer", "received_on"),
    ),
    Kind.EXCHANGE_RATES: Fields(("currency", "on"), (), (("rate", "inverse_rate"),)),
}

# Fields that hold numbers, and those of them that may have more decimals than an amount.
PRICES = frozenset({"unit_price", "rate", "inverse_rate"})
MONEY = frozenset({"amount", "credit_limit", "discount_amount", "opening_balance", "total", "unit_price"})
NUMBERS = PRICES | MONEY | {"discount_percent", "quantity", "tax_rate"}
