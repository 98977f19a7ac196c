"""``add_invoice_items``: what a subscription's next invoice charges beside its own items."""

from typing import Any

from stripe_sandbox.billing import discounts, invoice_items, pricing, tax_rates
from stripe_sandbox.errors import invalid
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account


def check(account: Account, given: dict[str, Any], customer: str, currency: str) -> None:
    """Refuse ``add_invoice_items`` that could not be filed, before anything is written."""
    for position, extra in enumerate(given.get("add_invoice_items") or ()):
        within = f"add_invoice_items[{position}]"
        discounts.check(account, extra.get("discounts"), customer, f"{within}[discounts]")
        tax_rates.check(account, extra.get("tax_rates"), f"{within}[tax_rates]")
        data = extra.get("price_data")
        if data is not None:
            pricing.check(account, data, f"{within}[price_data]")
            account.get("product", data["product"], f"{within}[price_data][product]")
        of_price = data or pricing.wanted(account, extra, within, recurring=False)
        if of_price["currency"].lower() != currency:
            raise invalid(f"The price has to be in {currency}.", f"{within}[price]")


def add(account: Account, subscription: Object, given: dict[str, Any]) -> None:
    """File ``add_invoice_items`` for the next invoice of the subscription."""
    for position, extra in enumerate(given.get("add_invoice_items") or ()):
        wanted = {name: value for name, value in extra.items() if name not in ("period", "price")}
        if "price" in extra:
            wanted["pricing"] = {"price": extra["price"]}
        if "period" in extra:
            wanted["period"] = _period(subscription, extra["period"])
        invoice_items.add(
            account,
            subscription["customer"],
            wanted,
            currency=subscription["currency"],
            subscription=subscription["id"],
            within=f"add_invoice_items[{position}]",
        )


def _period(subscription: Object, given: dict[str, Any]) -> dict[str, int]:
    items = subscription["items"]["data"]
    starts = {
        "max_item_period_start": max(item["current_period_start"] for item in items),
        "now": subscription["created"],
    }
    ends = {"min_item_period_end": min(item["current_period_end"] for item in items)}
    start, end = given["start"], given["end"]
    return {
        "start": start.get("timestamp", starts.get(start["type"], 0)),
        "end": end.get("timestamp", ends.get(end["type"], 0)),
    }
