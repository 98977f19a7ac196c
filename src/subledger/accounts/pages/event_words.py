"""What events of accounts are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.accounts.models import Account, AccountDefinition, Customer
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "customer.created": say("Customer created"),
    "customer.updated": say("Customer changed"),
    "customer.contact_person_added": say("Contact person added"),
    "customer.contact_person_changed": say("Contact person changed"),
    "customer.contact_person_removed": say("Contact person removed"),
    "account.opened": say("Account opened"),
    "account.updated": say("Account changed"),
    "account.state_changed": say("State of the account changed"),
    "account.payment_preference_added": say("Payment method added"),
    "account.payment_preference_defaulted": say("Payment method made the default"),
    "account.payment_preference_released": say("Payment method removed"),
    "account.payment_preference_recurring": say("Auto-charge switched on for a payment method"),
    "account.payment_preference_not_recurring": say("Auto-charge switched off for a payment method"),
    "account_definition.activated": say("Payment terms put in force"),
    "account.noted": say("Note"),
}
THINGS = {
    "account": say("Account"),
    "customer": say("Customer"),
    "contact_person": say("Contact person"),
    "accountdefinition": say("Payment terms"),
    "account_definition": say("Payment terms"),
    "accountclassification": say("Account classification"),
    "creditrating": say("Credit rating"),
    "paymentpreference": say("Account payment method"),
    "presentmentpreference": say("Delivery method"),
}
EVENT_LABELS = {
    "credit_limit_minor": say("Credit limit"),
    "presentment_preference": say("Delivery method"),
    "preference": say("Payment method"),
    "credit_period_operator": say("Custom terms"),
    "credit_period_value": say("Custom terms, how many"),
    "credit_period_unit": say("Custom terms, days or months"),
    "parent": say("Parent account"),
    "address_line1": say("Address"),
    "address_line2": say("Address, second line"),
    "account_id": say("Account"),
    "customer_id": say("Customer"),
    "proximity_days": say("Due-date tolerance in days"),
    "proximity_operator": say("Due-date tolerance"),
    "days": say("Net days"),
    "allocation_principle": say("Payments are applied"),
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
