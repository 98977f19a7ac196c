"""Invoice lines: where they come from, and what an invoice adds up to."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from stripe_sandbox.billing import discounts, tax_rates
from stripe_sandbox.billing.amounts import Line, Tax, apply_discounts, apply_taxes, exact, half_up, plain, totals
from stripe_sandbox.billing.pricing import interval_of
from stripe_sandbox.payments.money import shown
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

LINE = Shape(
    "line_item", discount_amounts=[], metadata={}, parent=None, pretax_credit_amounts=[], pricing=None, taxes=[]
)
SHOWN = 10  # how many lines stand in the invoice itself; the others are on further pages


def pricing_of(price: Object | None, unit_amount: str | None) -> Object | None:
    """The ``pricing`` of a line or invoice item: its price, or a unit amount alone."""
    if price is None:
        return (
            {"price_details": None, "type": "price_details", "unit_amount_decimal": unit_amount}
            if unit_amount
            else None
        )
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def item_parent(
    subscription_item: Object,
    *,
    invoice_item: str | None = None,
    is_proration: bool = False,
    credited: Object | None = None,
) -> Object:
    """The ``parent`` of a line that a subscription's item made. ``credited`` names the lines that it gives back."""
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": invoice_item,
            "proration": is_proration,
            "proration_details": {"credited_items": credited},
            "subscription": subscription_item["subscription"],
            "subscription_item": subscription_item["id"],
        },
        "type": "subscription_item_details",
    }


def invoice_item_parent(item: Object, credited: Object | None) -> Object:
    """The ``parent`` of a line that came from an invoice item; that of a subscription names the subscription's item."""
    details = (item["parent"] or {}).get("subscription_details") or {}
    if details.get("subscription_item"):
        made_by = {"id": details["subscription_item"], "subscription": details["subscription"]}
        return item_parent(made_by, invoice_item=item["id"], is_proration=item["proration"], credited=credited)
    return {
        "invoice_item_details": {
            "invoice_item": item["id"],
            "proration": item["proration"],
            "proration_details": {"credited_items": credited},
            "subscription": details.get("subscription"),
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }


def add_line(
    account: Account,
    invoice: Object,
    *,
    amount: int,
    description: str | None,
    period: tuple[int, int],
    parent: Object,
    quantity: Fraction | int = 1,
    pricing: Object | None = None,
    is_discountable: bool = True,
    own_discounts: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    rates: Sequence[Object] | None = None,
    metadata: dict[str, str] | None = None,
) -> Object:
    """Put a line on a draft invoice; ``reprice`` afterwards works out its discounts and taxes.

    ``rates`` are the line's own tax rates, None for the invoice's; ``fixed`` what discounts took off for good.
    """
    line = LINE.new(
        id=account.new_id("il"),
        amount=amount,
        currency=invoice["currency"],
        description=description,
        discountable=is_discountable,
        discounts=list(fixed if fixed is not None else own_discounts),
        invoice=invoice["id"],
        livemode=account.livemode,
        metadata=dict(metadata or {}),
        parent=parent,
        period={"start": period[0], "end": period[1]},
        pricing=pricing,
        quantity=int(quantity),
        quantity_decimal=plain(Fraction(quantity)),
        subtotal=amount,
    )
    details = parent["subscription_item_details"] or parent["invoice_item_details"]
    line["subscription"] = details["subscription"]
    account.secret(line["id"]).update(rates=rates, fixed=fixed)
    account.add(line)
    lines_of(account, invoice).append(line)
    return line


def remove_line(account: Account, invoice: Object, line: Object) -> None:
    """Take a line off a draft invoice."""
    lines_of(account, invoice).remove(line)
    account.remove(line)


def lines_of(account: Account, invoice: Object) -> list[Object]:
    """All lines of an invoice, whatever the invoice itself shows of them."""
    held: list[Object] = account.secret(invoice["id"]).setdefault("lines", [])
    return held


def reprice(account: Account, invoice: Object) -> None:
    """Work out discounts, taxes and totals of a draft invoice anew."""
    rows = lines_of(account, invoice)
    currency = invoice["currency"]
    lines = [_facts(account, invoice, row) for row in rows]
    apply_discounts(lines, discounts.reductions(account, invoice["discounts"], currency))
    apply_taxes(lines, exempt=invoice["customer_tax_exempt"] or "none")
    for row, line in zip(rows, lines, strict=True):
        row["discount_amounts"] = _amounts(line.discounts)
        row["pretax_credit_amounts"] = _credits(line.discounts)
        row["taxes"] = [tax_object(tax) for tax in line.taxes]
    sums = totals(lines)
    invoice["subtotal"], invoice["subtotal_excluding_tax"] = sums.subtotal, sums.subtotal_excluding_tax
    invoice["total"], invoice["total_excluding_tax"] = sums.total, sums.total_excluding_tax
    invoice["total_discount_amounts"] = _amounts(sums.discounts)
    invoice["total_pretax_credit_amounts"] = _credits(sums.discounts)
    invoice["total_taxes"] = [tax_object(tax) for tax in sums.taxes]
    shown_lines = {"data": rows[:SHOWN], "has_more": len(rows) > SHOWN, "total_count": len(rows)}
    invoice["lines"] = {"object": "list", **shown_lines, "url": f"/v1/invoices/{invoice['id']}/lines"}


def _facts(account: Account, invoice: Object, row: Object) -> Line:
    hidden = account.secret(row["id"])
    own_rates = hidden["rates"]
    pricing = row["pricing"] and row["pricing"]["price_details"]
    return Line(
        amount=row["amount"],
        discountable=row["discountable"],
        product=pricing["product"] if pricing else None,
        own=() if hidden["fixed"] is not None else discounts.reductions(account, row["discounts"], row["currency"]),
        rates=tax_rates.as_rates(invoice["default_tax_rates"] if own_rates is None else own_rates),
        fixed=hidden["fixed"] or {},
    )


def _amounts(by_discount: Mapping[str, int]) -> list[Object]:
    return [{"amount": amount, "discount": discount} for discount, amount in by_discount.items()]


def _credits(by_discount: Mapping[str, int]) -> list[Object]:
    return [{"amount": amount, "discount": discount, "type": "discount"} for discount, amount in by_discount.items()]


def tax_object(tax: Tax) -> Object:
    """A tax as lines, invoices and credit notes show it."""
    return {
        "amount": tax.amount,
        "tax_behavior": "inclusive" if tax.inclusive else "exclusive",
        "tax_rate_details": {"tax_rate": tax.rate},
        "taxability_reason": tax.reason,
        "taxable_amount": tax.taxable,
        "type": "tax_rate_details",
    }


def every(price: Object) -> str:
    """How often a price bills, in words: ``month``, ``every 3 months``."""
    interval = interval_of(price)
    return interval.unit if interval.count == 1 else f"every {interval.count} {interval.unit}s"


def described(account: Account, price: Object, quantity: int) -> str:
    """The description of a subscription's line: ``2 × Gold (at $10.00 / month)``."""
    name = product_name(account, price)
    if price["billing_scheme"] == "tiered":
        return f"{quantity} × {name} (Tier 1 / {every(price)})"
    cost = half_up(exact(price["unit_amount_decimal"]))
    return f"{quantity} × {name} (at {shown(cost, price['currency'])} / {every(price)})"


def product_name(account: Account, price: Object) -> str:
    """What the product of a price is called."""
    product = account.all("product").get(price["product"])
    return product["name"] if product else price["product"]
