"""The modules that hold the endpoints of billing."""

from stripe_sandbox.billing import (
    catalog,
    coupons,
    credit_notes,
    customer_balance,
    discounts,
    invoice_items,
    invoice_payments,
    invoices,
    previews,
    subscriptions,
    tax_ids,
    tax_rates,
    test_clocks,
)

MODULES = (
    catalog,
    coupons,
    credit_notes,
    customer_balance,
    discounts,
    invoice_items,
    invoice_payments,
    invoices,
    previews,
    subscriptions,
    tax_ids,
    tax_rates,
    test_clocks,
)
