"""What a Checkout session in subscription mode starts once the customer has given a payment method."""

from typing import Any

from stripe_sandbox.billing import subscription_starts
from stripe_sandbox.billing.subscription_items import Choice
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account

#: What ``subscription_data`` passes on as it is.
PASSED_ON = (
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "billing_mode",
    "default_tax_rates",
    "description",
    "invoice_settings",
    "metadata",
    "proration_behavior",
    "trial_end",
    "trial_period_days",
    "trial_settings",
)


def start_subscription(account: Account, session: Object, payment_method: str) -> Object:
    """The subscription to a session's recurring items; its one-time items are on the first invoice."""
    hidden = account.secret(session["id"])
    data: dict[str, Any] = hidden["data"]
    given: dict[str, Any] = {name: data[name] for name in PASSED_ON if name in data}
    given.update(customer=session["customer"], default_payment_method=payment_method, off_session=True)
    choices, extra = [], []
    for item in hidden["items"]:
        price = item["price"]
        if price["recurring"]:
            choices.append(Choice(price, item["quantity"]))
        else:
            account.secret(price["id"])["is_inline"] = True
            extra.append({"price": price["id"], "quantity": item["quantity"]})
    if extra:
        given["add_invoice_items"] = extra
    return subscription_starts.start(account, given, choices)
