"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "customer.created": "fields as [before, after]",
    "customer.updated": "fields as [before, after]",
    "customer.contact_person_added": "the contact person: id, name, role and what they receive",
    "customer.contact_person_changed": "the contact person: id and name; fields as [before, after]",
    "customer.contact_person_removed": "the contact person: id and name",
    "account.opened": "number and currency; fields as [before, after]",
    "account.updated": "number and currency; fields as [before, after]",
    "account.state_changed": "from, to, reason",
    "account.payment_preference_added": "the preference",
    "account.payment_preference_defaulted": "the preference",
    "account.payment_preference_released": "the preference",
    "account.payment_preference_recurring": "the preference",
    "account.payment_preference_not_recurring": "the preference",
    "account_definition.activated": "another definition is in force",
    "account.noted": "a note: text, author, day",
}
