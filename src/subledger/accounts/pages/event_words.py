"""What events of accounts are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.accounts.models import Account, AccountDefinition, Customer
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "customer.created": "Customer created",
    "customer.updated": "Customer changed",
    "customer.contact_person_added": "Contact person added",
    "customer.contact_person_changed": "Contact person changed",
    "customer.contact_person_removed": "Contact person removed",
    "account.opened": "Account opened",
    "account.updated": "Account changed",
    "account.state_changed": "State of the account changed",
    "account.payment_preference_added": "Payment method added",
    "account.payment_preference_defaulted": "Payment method made the default",
    "account.payment_preference_released": "Payment method removed",
    "account_definition.activated": "Payment terms put in force",
    "account.noted": "Note",
}
THINGS = {
    "account": "Account",
    "customer": "Customer",
    "contact_person": "Contact person",
    "accountdefinition": "Payment terms",
    "account_definition": "Payment terms",
    "accountclassification": "Account classification",
    "creditrating": "Credit rating",
    "paymentpreference": "Account payment method",
    "presentmentpreference": "Delivery method",
}
EVENT_LABELS = {
    "credit_limit_minor": "Credit limit",
    "presentment_preference": "Delivery method",
    "credit_period_operator": "Custom terms",
    "credit_period_value": "Custom terms, how many",
    "credit_period_unit": "Custom terms, days or months",
    "parent": "Parent account",
    "address_line1": "Address",
    "address_line2": "Address, second line",
    "account_id": "Account",
    "customer_id": "Customer",
    "proximity_days": "Due-date tolerance in days",
    "proximity_operator": "Due-date tolerance",
    "days": "Net days",
    "allocation_principle": "Payments are applied",
}
REFERENCES = {
    "account_id": "account",
    "customer_id": "customer",
}
NAMED = {
    "account": Named(
        lambda idents: Account.objects.filter(pk__in=idents),
        lambda row: f"{row.number} {row.name}".strip(),
        lambda row: page_url("account", row.pk),
    ),
    "customer": Named(
        lambda idents: Customer.objects.filter(pk__in=idents),
        lambda row: row.name,
        lambda row: page_url("customer", row.pk),
    ),
    "account_definition": Named(
        lambda idents: AccountDefinition.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("entry", "account-definitions", row.public_id),
    ),
}
