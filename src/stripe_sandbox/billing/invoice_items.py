"""Invoice items: what waits for a customer's next invoice."""

from fractions import Fraction
from typing import Any

from stripe_sandbox.billing import discounts, lines, pricing, tax_rates
from stripe_sandbox.billing.amounts import exact, half_up, plain, price_total
from stripe_sandbox.billing.filters import is_within
from stripe_sandbox.billing.refusals import invoice_not_editable
from stripe_sandbox.errors import invalid, missing_param
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, snapshot, take
from stripe_sandbox.store import Account

ITEM = Shape(
    "invoiceitem",
    beyond=("proration_details",),
    description=None,
    metadata={},
    parent=None,
    pricing=None,
    proration_details=None,
)


@route("POST", "/v1/invoiceitems")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    if "customer" not in given:
        raise missing_param("customer")
    customer = account.get("customer", given["customer"], "customer")
    invoice = _draft(account, given.get("invoice"), customer["id"])
    subscription = given.get("subscription")
    if subscription and account.get("subscription", subscription, "subscription")["customer"] != customer["id"]:
        raise invalid("The subscription belongs to another customer.", "subscription")
    currency = invoice["currency"] if invoice else customer["currency"]
    item = add(account, customer["id"], given, currency=currency, subscription=subscription)
    if invoice:
        attach(account, invoice, item)
        lines.reprice(account, invoice)
    return item


def _draft(account: Account, invoice_id: str | None, customer_id: str) -> Object | None:
    if invoice_id is None:
        return None
    invoice = account.get("invoice", invoice_id, "invoice")
    if invoice["customer"] != customer_id:
        raise invalid("The invoice belongs to another customer.", "invoice")
    if invoice["status"] != "draft":
        raise invoice_not_editable()
    return invoice


def add(
    account: Account,
    customer_id: str,
    given: dict[str, Any],
    *,
    currency: str | None,
    subscription: str | None = None,
    within: str = "",
) -> Object:
    """A pending item from the parameters of ``POST /v1/invoiceitems``, or of one of ``add_lines``.

    ``currency`` is what the item has to be in, None where nothing says so yet.
    """

    discounts.check(account, given.get("discounts"), customer_id, _named(within, "discounts"))
    rates = (
        tax_rates.check(account, given.get("tax_rates"), _named(within, "tax_rates")) if "tax_rates" in given else None
    )
    now = account.timeline_of(customer_id).now
    period = given.get("period") or {"start": now, "end": now}
    if period["end"] < period["start"]:
        raise invalid("The period's end must not be before its start.", _named(within, "period[end]"))
    cost = _cost(account, given, currency, within)
    if currency and cost["currency"] != currency:
        raise invalid(
            f"You cannot combine currencies on a single customer. This customer has had a subscription, coupon, or "
            f"invoice item with currency {currency}.",
            _named(within, "currency"),
        )
    item = ITEM.new(
        id=account.new_id("ii"),
        customer=customer_id,
        date=now,
        discountable=given.get("discountable", cost["amount"] >= 0),
        livemode=account.livemode,
        net_amount=None if given.get("discountable", cost["amount"] >= 0) else cost["amount"],
        period={"start": period["start"], "end": period["end"]},
        proration=False,
        tax_rates=rates,
        test_clock=account.get("customer", customer_id)["test_clock"],
        **cost,
    )
    if subscription:
        details = {"subscription": subscription, "subscription_item": None}
        item["parent"] = {"subscription_details": details, "type": "subscription_details"}
    take(item, given, "description")
    if item["description"] is None and item["pricing"] and item["pricing"]["price_details"]:
        price = account.get("price", item["pricing"]["price_details"]["price"])
        item["description"] = lines.product_name(account, price)
    item["discounts"] = discounts.give(
        account, given.get("discounts"), customer=customer_id, start=now, invoice_item=item["id"]
    )
    file(account, item)
    return item


def file(account: Account, item: Object) -> None:
    """Let an item wait for an invoice."""
    account.add(item)
    _waiting(account, item["customer"]).append(item)
    account.emit("invoiceitem.created", item)


def _waiting(account: Account, customer_id: str) -> list[Object]:
    held: list[Object] = account.secret(customer_id).setdefault("waiting", [])
    return held


def _named(within: str, name: str) -> str:
    return f"{within}[{name}]" if within else name


def _cost(account: Account, given: dict[str, Any], currency: str | None, within: str) -> dict[str, Any]:
    """Amount, currency, quantity and pricing of what was asked for, by whichever of the ways there are to ask."""
    quantity = exact(given["quantity_decimal"]) if "quantity_decimal" in given else Fraction(given.get("quantity", 1))
    if quantity < 0:
        raise invalid("Invalid non-negative integer", _named(within, "quantity"), "parameter_invalid_integer")
    counted = {"quantity": int(quantity), "quantity_decimal": plain(quantity)}
    if "amount" in given:
        if any(
            name in given for name in ("pricing", "price_data", "unit_amount_decimal", "quantity", "quantity_decimal")
        ):
            raise invalid(
                "You may only specify one of these parameters: amount, quantity, price.", _named(within, "amount")
            )
        code = check_currency(given.get("currency") or currency or "usd", _named(within, "currency"))
        unit = plain(given["amount"])
        return {"amount": given["amount"], "currency": code, "pricing": lines.pricing_of(None, unit), **counted}
    if "unit_amount_decimal" in given:
        code = check_currency(given.get("currency") or currency or "usd", _named(within, "currency"))
        unit = plain(given["unit_amount_decimal"])
        amount = half_up(exact(unit) * quantity)
        return {"amount": amount, "currency": code, "pricing": lines.pricing_of(None, unit), **counted}
    if "pricing" not in given and "price_data" not in given:
        raise missing_param(_named(within, "amount"))
    price = pricing.wanted(account, given, within, recurring=False)
    if price["custom_unit_amount"]:
        raise invalid("Prices with `custom_unit_amount` cannot be invoiced.", _named(within, "pricing[price]"))
    amount = half_up(price_total(pricing.priced(account, price), quantity))
    return {"amount": amount, "currency": price["currency"], "pricing": lines.pricing_of(price, None), **counted}


def pending(account: Account, customer_id: str, currency: str, subscription: str | None = None) -> list[Object]:
    """What waits for an invoice: items of the customer itself, and those of the one subscription."""
    return [
        item
        for item in _waiting(account, customer_id)
        if item["currency"] == currency and subscription_of(item) in (None, subscription)
    ]


def subscription_of(item: Object) -> str | None:
    """The subscription that an item belongs to."""
    details = (item["parent"] or {}).get("subscription_details") or {}
    named: str | None = details.get("subscription")
    return named


def attach(account: Account, invoice: Object, item: Object) -> Object:
    """Put a pending item on a draft invoice as a line; the invoice is repriced afterwards."""
    item["invoice"] = invoice["id"]
    _waiting(account, item["customer"]).remove(item)
    details = item["proration_details"] or {}
    hidden = account.secret(item["id"])
    line = lines.add_line(
        account,
        invoice,
        amount=item["amount"],
        description=item["description"],
        period=(item["period"]["start"], item["period"]["end"]),
        parent=lines.invoice_item_parent(item, _credited(account, details.get("credited_items"))),
        quantity=exact(item["quantity_decimal"]),
        pricing=item["pricing"],
        is_discountable=item["discountable"],
        own_discounts=item["discounts"],
        fixed=hidden.get("fixed"),
        rates=item["tax_rates"],
        metadata=item["metadata"],
    )
    hidden["line"] = line["id"]
    return line


def detach(account: Account, item: Object, *, for_good: bool) -> None:
    """Its line was taken off a draft: the item waits again, or is gone."""
    item["invoice"] = None
    account.secret(item["id"]).pop("line")
    if for_good:
        account.remove(item)
        account.emit("invoiceitem.deleted", item)
    else:
        _waiting(account, item["customer"]).append(item)


def _credited(account: Account, credited: Object | None) -> Object | None:
    """``credited_items`` in the form of a line: an invoice and its lines, once what is given back is on one."""
    if credited is None:
        return None
    if credited["type"] == "invoice_line_items":
        return dict(credited["invoice_line_item_details"])
    line_id = account.secret(credited["invoice_item"]).get("line")
    if line_id is None:
        return None
    return {"invoice": account.get("line_item", line_id)["invoice"], "invoice_line_items": [line_id]}


@route("GET", "/v1/invoiceitems/{invoiceitem}")
def retrieve(call: Call) -> Object:
    return call.named("invoiceitem")


@route("POST", "/v1/invoiceitems/{invoiceitem}")
def update(call: Call) -> Object:
    item = call.named("invoiceitem")
    return change(call.account, item, call.params)


def change(account: Account, item: Object, given: dict[str, Any], within: str = "") -> Object:
    """Change an item that waits, or that stands on a draft invoice, and its line with it."""

    invoice = _draft(account, item["invoice"], item["customer"])
    if item["proration"] and any(name in given for name in _COSTS):
        raise invalid("You cannot change the amount of a proration.", _named(within, "amount"))
    discounts.check(account, given.get("discounts"), item["customer"], _named(within, "discounts"))
    if "tax_rates" in given:
        item["tax_rates"] = tax_rates.check(account, given["tax_rates"], _named(within, "tax_rates"))
    if any(name in given for name in _COSTS):
        if "amount" not in given and not any(
            name in given for name in ("pricing", "price_data", "unit_amount_decimal")
        ):
            given = {**given, **_same_price(item)}
        item.update(_cost(account, given, item["currency"], within))
    if "discounts" in given:
        item["discounts"] = discounts.give(
            account, given["discounts"], customer=item["customer"], start=item["date"], invoice_item=item["id"]
        )
    take(item, given, "description", "discountable", "period")
    if invoice:
        line = account.get("line_item", account.secret(item["id"])["line"])
        for name in ("amount", "description", "discountable", "discounts", "period", "pricing", "quantity", "metadata"):
            line[name] = item[name]
        line["quantity_decimal"], line["subtotal"] = item["quantity_decimal"], item["amount"]
        account.secret(line["id"])["rates"] = item["tax_rates"]
        before = snapshot(invoice)
        lines.reprice(account, invoice)
        account.emit("invoice.updated", invoice, before)
    return item


_COSTS = ("amount", "pricing", "price_data", "unit_amount_decimal", "quantity", "quantity_decimal")


def _same_price(item: Object) -> dict[str, Any]:
    """The price parameters of an item whose quantity alone changes."""
    details = item["pricing"]["price_details"]
    if details:
        return {"pricing": {"price": details["price"]}}
    return {"unit_amount_decimal": exact(item["pricing"]["unit_amount_decimal"])}


@route("DELETE", "/v1/invoiceitems/{invoiceitem}")
def delete(call: Call) -> Object:
    item = call.named("invoiceitem")
    drop(call.account, item)
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


def drop(account: Account, item: Object) -> None:
    """Delete an item that waits, or that stands on a draft invoice."""
    invoice = _draft(account, item["invoice"], item["customer"])
    if invoice:
        lines.remove_line(account, invoice, account.get("line_item", account.secret(item["id"])["line"]))
        lines.reprice(account, invoice)
    else:
        _waiting(account, item["customer"]).remove(item)
    account.remove(item)
    account.emit("invoiceitem.deleted", item)


@route("GET", "/v1/invoiceitems")
def list_items(call: Call) -> Object:
    is_pending, created = call.params.get("pending"), call.params.pop("created", None)

    def keep(row: Object) -> bool:
        return is_pending in (None, row["invoice"] is None) and is_within(row["date"], created)

    return page(call, call.account.all("invoiceitem"), keep, equal=("customer", "invoice"))
