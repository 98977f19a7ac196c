"""The modules that hold the endpoints of payments."""

from stripe_sandbox import events
from stripe_sandbox.payments import (
    accounts,
    balance,
    charges,
    checkout,
    customers,
    disputes,
    mandates,
    pages,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)

MODULES = (
    accounts,
    events,
    customers,
    payment_methods,
    mandates,
    setup_intents,
    checkout,
    pages,
    payment_intents,
    charges,
    refunds,
    disputes,
    balance,
)
