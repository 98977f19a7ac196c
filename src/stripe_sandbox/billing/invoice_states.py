"""The life of an invoice: drafted, finalised, then paid, void or uncollectible."""

from collections.abc import Sequence
from typing import Any

from stripe_sandbox.billing import collection, customer_balance, invoice_items, lines, subscription_states
from stripe_sandbox.billing.periods import DAY
from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.payments.money import MINIMUM, THREE_DECIMAL
from stripe_sandbox.shapes import Object, Shape, snapshot
from stripe_sandbox.store import Account

INVOICE = Shape(
    "invoice",
    beyond=("amount_paid_off_stripe", "status_details"),
    account_name="Sandbox",
    amount_due=0,
    amount_overpaid=0,
    amount_remaining=0,
    automatic_tax={"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None},
    customer_shipping=None,
    default_tax_rates=[],
    due_date=None,
    effective_at=None,
    from_invoice=None,
    last_finalization_error=None,
    metadata={},
    next_payment_attempt=None,
    parent=None,
    payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
    rendering=None,
    shipping_cost=None,
    shipping_details=None,
    webhooks_delivered_at=None,
)
HOUR = 3600


def draft(
    account: Account,
    customer_id: str,
    *,
    currency: str,
    reason: str,
    collection_method: str = "charge_automatically",
    auto_advance: bool = True,
    subscription: Object | None = None,
    discount_ids: Sequence[str] = (),
    tax_rates: Sequence[Object] = (),
    period: tuple[int, int] | None = None,
    **fields: Any,
) -> Object:
    """A new draft without lines. With ``auto_advance`` it is finalised by itself an hour later."""
    customer = account.get("customer", customer_id)
    now = account.timeline_of(customer_id).now
    start, end = period or (now, now)
    invoice = INVOICE.new(
        id=account.new_id("in"),
        auto_advance=auto_advance,
        automatically_finalizes_at=now + HOUR if auto_advance else None,
        billing_reason=reason,
        collection_method=collection_method,
        created=now,
        currency=currency,
        customer=customer_id,
        default_tax_rates=list(tax_rates),
        discounts=list(discount_ids),
        livemode=account.livemode,
        period_end=end,
        period_start=start,
        starting_balance=customer["balance"],
        test_clock=customer["test_clock"],
        **fields,
    )
    for field in ("address", "email", "name", "phone", "shipping", "tax_exempt"):
        invoice[f"customer_{field}"] = customer[field]
    invoice["customer_tax_ids"] = [
        {"type": row["type"], "value": row["value"]} for row in account.all("tax_id") if row["customer"] == customer_id
    ]
    customer["currency"] = customer["currency"] or currency
    if subscription:
        invoice["parent"] = {
            "quote_details": None,
            "subscription_details": {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]},
            "type": "subscription_details",
        }
        subscription_states.invoices_of(account, subscription).append(invoice)
    account.add(invoice)
    return invoice


def sweep(account: Account, invoice: Object) -> list[Object]:
    """Put everything that waits for this invoice's customer, or subscription, on it; the new lines."""
    subscription = subscription_states.subscription_of(account, invoice)
    of_subscription = subscription["id"] if subscription else None
    waiting = invoice_items.pending(account, invoice["customer"], invoice["currency"], of_subscription)
    # A proration gives back what an earlier one charged, so charges find their line first.
    for item in waiting:
        invoice_items.attach(account, invoice, item)
    return waiting


def drafted(account: Account, invoice: Object) -> None:
    """The draft has all its lines: work it out, tell, and plan its finalisation."""
    lines.reprice(account, invoice)
    _set_due(account, invoice)
    account.emit("invoice.created", invoice)
    plan_finalisation(account, invoice)


def plan_finalisation(account: Account, invoice: Object) -> None:
    """Finalise when ``automatically_finalizes_at`` comes, if the invoice is still a draft that advances then."""
    when = invoice["automatically_finalizes_at"]
    if when is not None:
        account.later(when, lambda: _finalise_when_due(account, invoice), customer=invoice["customer"])


def _finalise_when_due(account: Account, invoice: Object) -> None:
    when, now = invoice["automatically_finalizes_at"], account.timeline_of(invoice["customer"]).now
    is_due = invoice["auto_advance"] and when is not None and when <= now
    if invoice["status"] == "draft" and is_due and collection.is_customer_there(account, invoice):
        finalise(account, invoice)
        collection.collect(account, invoice)


def _set_due(account: Account, invoice: Object) -> None:
    """What a draft would ask for, were it finalised now."""
    balance = account.get("customer", invoice["customer"])["balance"]
    invoice["starting_balance"] = balance
    invoice["amount_due"] = invoice["amount_remaining"] = _due(invoice, balance)


def _due(invoice: Object, balance: int) -> int:
    return max(invoice["total"] + balance, 0) if invoice["total"] >= 0 else 0


def changed(account: Account, invoice: Object, before: Object) -> None:
    """A draft's content changed: work it out anew and tell."""
    lines.reprice(account, invoice)
    _set_due(account, invoice)
    account.emit("invoice.updated", invoice, before)


def finalise(account: Account, invoice: Object) -> None:
    """Number a draft, settle it with the customer's balance, and open it; paid at once if nothing is due."""
    customer = account.get("customer", invoice["customer"])
    now = account.timeline_of(customer["id"]).now
    lines.reprice(account, invoice)
    _set_due(account, invoice)
    before = snapshot(invoice)
    invoice["status"] = "open"
    invoice["automatically_finalizes_at"] = None
    invoice["number"] = invoice["number"] or _number(customer)
    invoice["effective_at"] = invoice["effective_at"] or now
    invoice["status_transitions"]["finalized_at"] = now
    days = account.secret(invoice["id"]).get("days_until_due")
    if days is not None and invoice["due_date"] is None:
        invoice["due_date"] = now + days * DAY
    base = f"{account.sandbox.base_url}/invoice/{account.id}/{account.letters(32)}"
    invoice["hosted_invoice_url"], invoice["invoice_pdf"] = base, f"{base}/pdf"
    subscription = subscription_states.subscription_of(account, invoice)
    if subscription:
        invoice["parent"]["subscription_details"]["metadata"] = dict(subscription["metadata"])
    _settle_balance(account, invoice)
    invoice["ending_balance"] = customer["balance"]
    account.emit("invoice.finalized", invoice, before)
    if invoice["amount_due"] == 0:
        collection.paid(account, invoice, snapshot(invoice))
        return
    collection.open_payment(account, invoice)
    if invoice["due_date"] is not None:
        account.later(invoice["due_date"], lambda: collection.overdue(account, invoice), customer=customer["id"])


def _number(customer: Object) -> str:
    sequence = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] = sequence + 1
    return f"{customer['invoice_prefix']}-{sequence:04d}"


def _settle_balance(account: Account, invoice: Object) -> None:
    """Use the customer's balance, add to it what the customer gets, and carry over what is too little to charge."""
    balance, due, currency = invoice["starting_balance"], invoice["amount_due"], invoice["currency"]
    source = {"invoice": invoice["id"]}
    if invoice["total"] < 0:
        customer_balance.adjust(
            account, invoice["customer"], invoice["total"], currency, "applied_to_invoice", **source
        )
        return
    applied = due - invoice["total"]  # negative: credit that was used; positive: a debt that is now asked for
    if balance and applied:
        customer_balance.adjust(account, invoice["customer"], -applied, currency, "applied_to_invoice", **source)
    if 0 < due < least_charge(currency):
        customer_balance.adjust(account, invoice["customer"], due, currency, "invoice_too_small", **source)
        invoice["amount_due"] = invoice["amount_remaining"] = 0


def least_charge(currency: str) -> int:
    """The least that a card can be charged, in minor units."""
    return MINIMUM.get(currency, 500 if currency in THREE_DECIMAL else 50)


def void(account: Account, invoice: Object) -> None:
    """As if it had never been: the balance that it used comes back."""
    _refuse_unless(invoice, ("open", "uncollectible"), "You can only void open or uncollectible invoices.")
    before = snapshot(invoice)
    collection.cancel_payment(account, invoice)
    used = (invoice["ending_balance"] or 0) - invoice["starting_balance"]
    if used:
        customer_balance.adjust(
            account,
            invoice["customer"],
            -used,
            invoice["currency"],
            "unapplied_from_invoice",
            invoice=invoice["id"],
        )
    invoice["status"] = "void"
    invoice["auto_advance"] = False
    invoice["next_payment_attempt"] = None
    invoice["status_transitions"]["voided_at"] = account.timeline_of(invoice["customer"]).now
    account.emit("invoice.updated", invoice, before)
    account.emit("invoice.voided", invoice)
    subscription_states.invoice_written_off(account, invoice)


def write_off(account: Account, invoice: Object, reason: str = "user_forgiven") -> None:
    """Mark as uncollectible: nobody expects it to be paid, though it still may be."""
    _refuse_unless(invoice, ("open",), "You can only mark open invoices as uncollectible.")
    before = snapshot(invoice)
    invoice["status"] = "uncollectible"
    invoice["auto_advance"] = False
    invoice["next_payment_attempt"] = None
    invoice["status_details"] = {"uncollectible": {"reason": reason}}
    invoice["status_transitions"]["marked_uncollectible_at"] = account.timeline_of(invoice["customer"]).now
    account.emit("invoice.updated", invoice, before)
    account.emit("invoice.marked_uncollectible", invoice)
    subscription_states.invoice_written_off(account, invoice)


def _refuse_unless(invoice: Object, states: tuple[str, ...], message: str) -> None:
    if invoice["status"] not in states:
        raise wrong_state(invoice, message)


def wrong_state(invoice: Object, message: str) -> StripeError:
    """The refusal of something that an invoice in this state does not do."""
    return invalid(f"{message} This invoice is {invoice['status']}.", code="invoice_not_editable")
