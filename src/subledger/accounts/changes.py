"""What of customers and accounts people change, and the version of it that they were shown."""

from __future__ import annotations

from subledger.platform.versions import version_of

from .models import Account, Customer

CUSTOMER_FIELDS = frozenset(
    [
        "code",
        "name",
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
        "metadata",
    ]
)
ACCOUNT_FIELDS = frozenset(
    [
        "code",
        "name",
        "description",
        "classification",
        "credit_rating",
        "credit_limit_minor",
        "tax_number",
        "billing_address",
        "buyer_reference",
        "electronic_address",
        "presentment_preference",
        "parent",
        "metadata",
    ]
)
PERIOD = ("credit_period_value", "credit_period_operator", "credit_period_unit")


def version_of_customer(row: Customer) -> str:
    return version_of(row, *sorted(CUSTOMER_FIELDS))


def version_of_account(row: Account) -> str:
    return version_of(row, *sorted(ACCOUNT_FIELDS), *PERIOD)
