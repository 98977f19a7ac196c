"""Changes of a subscription in the middle of a period: what they give back and what they charge."""

from datetime import UTC, datetime
from fractions import Fraction

from stripe_sandbox.billing import invoice_items, lines
from stripe_sandbox.billing.amounts import half_up, plain
from stripe_sandbox.billing.proration import Debit, credit, part_left, prorate
from stripe_sandbox.billing.subscription_items import full_amount, full_discounts, last_debit
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account


def give_back(account: Account, subscription: Object, item: Object, moment: int) -> Object | None:
    """File the credit for an item's unused time from ``moment`` on; None if nothing is to be given back."""
    start, end = item["current_period_start"], item["current_period_end"]
    debit = last_debit(account, item)
    if debit is None or moment >= end:
        return None
    if is_flexible(subscription):
        amount, taken = credit(debit, moment)
    else:
        amount = prorate(full_amount(account, item), start, end, moment)
        taken = _prorated(account, subscription, item, moment, part_left(start, end, moment))
    if not amount:
        return None
    account.secret(item["id"]).pop("debit")  # given back once, whether or not something else is charged now
    return _file(
        account,
        subscription,
        item,
        amount=-amount,
        taken={discount: -off for discount, off in taken.items()},
        period=(max(moment, debit.start), end),
        description=f"Unused time on {_shown(account, item)} after {_day(moment)}",
        credited=_credited(debit),
    )


def charge_rest(account: Account, subscription: Object, item: Object, moment: int) -> Object | None:
    """File the charge for an item as it is now, from ``moment`` to the end of its period; None if it is free."""
    start, end = item["current_period_start"], item["current_period_end"]
    amount = prorate(full_amount(account, item), start, end, moment)
    if not amount:
        return None
    filed = _file(
        account,
        subscription,
        item,
        amount=amount,
        taken=_prorated(account, subscription, item, moment, part_left(start, end, moment)),
        period=(moment, end),
        description=f"Remaining time on {_shown(account, item)} after {_day(moment)}",
        credited=None,
    )
    account.secret(item["id"])["debit"] = ("invoiceitem", filed["id"])
    return filed


def is_flexible(subscription: Object) -> bool:
    """Whether credits go by what was charged (flexible) or by what the price is now (classic)."""
    return subscription["billing_mode"]["type"] == "flexible"


def _prorated(account: Account, subscription: Object, item: Object, moment: int, left: Fraction) -> dict[str, int]:
    now = account.timeline_of(subscription["customer"]).now
    return {discount: half_up(off * left) for discount, off in full_discounts(account, subscription, item, now).items()}


def _file(
    account: Account,
    subscription: Object,
    item: Object,
    *,
    amount: int,
    taken: dict[str, int],
    period: tuple[int, int],
    description: str,
    credited: Object | None,
) -> Object:
    """A proration as a pending invoice item.

    How discounts show is the billing mode's affair: *itemized* keeps the amount gross and says what each took off,
    *included* makes it net and names them with 0, classic makes it net and names none.
    """
    mode = subscription["billing_mode"]
    is_itemised = (mode["flexible"] or {}).get("proration_discounts") == "itemized"
    net = amount - sum(taken.values())
    if is_itemised:
        shown, fixed = amount, taken
    else:
        shown, fixed = net, dict.fromkeys(taken, 0) if is_flexible(subscription) else {}
    filed = invoice_items.ITEM.new(
        id=account.new_id("ii"),
        amount=shown,
        currency=subscription["currency"],
        customer=subscription["customer"],
        date=account.timeline_of(subscription["customer"]).now,
        description=description,
        discountable=False,
        discounts=list(fixed),
        livemode=account.livemode,
        metadata=dict(subscription["metadata"]),
        net_amount=net,
        parent={
            "subscription_details": {"subscription": subscription["id"], "subscription_item": item["id"]},
            "type": "subscription_details",
        },
        period={"start": period[0], "end": period[1]},
        pricing=lines.pricing_of(item["price"], None),
        proration=True,
        proration_details={
            "credited_items": credited,
            "discount_amounts": [{"amount": off, "discount": discount} for discount, off in fixed.items()],
        },
        quantity=item["quantity"],
        quantity_decimal=plain(item["quantity"]),
        tax_rates=item["tax_rates"] or None,
        test_clock=subscription["test_clock"],
    )
    account.secret(filed["id"])["fixed"] = fixed
    invoice_items.file(account, filed)
    return filed


def _credited(debit: Debit) -> Object:
    """What is given back, in the form of an invoice item."""
    if debit.invoice_item:
        return {
            "invoice_item": debit.invoice_item,
            "invoice_line_item_details": None,
            "type": "invoice_item",
        }
    return {
        "invoice_item": None,
        "invoice_line_item_details": {"invoice": debit.invoice, "invoice_line_items": [debit.line]},
        "type": "invoice_line_items",
    }


def _shown(account: Account, item: Object) -> str:
    name = lines.product_name(account, item["price"])
    return name if item["quantity"] == 1 else f"{item['quantity']} × {name}"


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y")
