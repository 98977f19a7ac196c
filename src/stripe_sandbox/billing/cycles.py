"""What a subscription does by itself: trials end, periods are billed, it is cancelled when that day comes."""

from stripe_sandbox.billing import collection, discounts, invoice_states, pricing, subscription_states
from stripe_sandbox.billing.amounts import half_up
from stripe_sandbox.billing.changes import give_back
from stripe_sandbox.billing.periods import DAY, period_at
from stripe_sandbox.billing.subscription_items import add_period_line, full_amount
from stripe_sandbox.shapes import Object, snapshot
from stripe_sandbox.store import Account

#: A subscription whose first invoice is not paid within 23 hours never was.
FIRST_PAYMENT_WITHIN = 23 * 3600
TRIAL_WARNING = 3 * DAY


def plan(account: Account, subscription: Object) -> None:
    """Wake up for the next thing that happens by itself; whatever was planned before no longer is."""
    moments = [item["current_period_end"] for item in subscription["items"]["data"]]
    if subscription["status"] == "paused":
        moments = []
    if subscription["cancel_at"] is not None:
        moments.append(subscription["cancel_at"])
    turn = account.secret(subscription["id"])["turn"] = object()
    if moments:
        account.later(min(moments), lambda: _wake(account, subscription, turn), customer=subscription["customer"])


def plan_warning(account: Account, subscription: Object) -> None:
    """Tell three days before a trial ends, or at once if it ends sooner."""
    trial_end = subscription["trial_end"]
    when = max(trial_end - TRIAL_WARNING, account.timeline_of(subscription["customer"]).now)

    def warn() -> None:
        if subscription["status"] == "trialing" and subscription["trial_end"] == trial_end:
            account.emit("customer.subscription.trial_will_end", subscription)

    account.later(when, warn, customer=subscription["customer"])


def plan_expiry(account: Account, subscription: Object) -> None:
    """Give up on a subscription whose first invoice stays unpaid."""

    def expire() -> None:
        if subscription["status"] != "incomplete":
            return
        subscription_states.end(account, subscription, "payment_failed", status="incomplete_expired")
        invoice = account.get("invoice", subscription["latest_invoice"])
        if invoice["status"] == "open":
            invoice_states.void(account, invoice)

    account.later(subscription["created"] + FIRST_PAYMENT_WITHIN, expire, customer=subscription["customer"])


def _wake(account: Account, subscription: Object, turn: object) -> None:
    if (
        account.secret(subscription["id"]).get("turn") is not turn
        or subscription["status"] in subscription_states.ENDED
    ):
        return
    now = account.timeline_of(subscription["customer"]).now
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= now:
        end_planned(account, subscription)
        return
    due = [item for item in subscription["items"]["data"] if item["current_period_end"] <= now]
    if due and subscription["status"] not in ("incomplete", "paused"):
        if subscription["status"] == "trialing" and not _may_go_on(account, subscription):
            return
        renew(account, subscription, due)
    plan(account, subscription)


def _may_go_on(account: Account, subscription: Object) -> bool:
    """What becomes of a trial at whose end there is nothing to charge."""
    customer = account.get("customer", subscription["customer"])
    method = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    if method or subscription["collection_method"] == "send_invoice":
        return True
    choice = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if choice == "cancel":
        subscription_states.end(account, subscription, "payment_failed")
    elif choice == "pause":
        subscription_states.move(account, subscription, "paused")
        account.emit("customer.subscription.paused", subscription)
    return bool(choice == "create_invoice")


def end_planned(account: Account, subscription: Object) -> None:
    """The day it was to be cancelled: give back what lies beyond it, bill what waits, end."""
    hidden = account.secret(subscription["id"])
    if hidden.get("prorates_end"):
        now = account.timeline_of(subscription["customer"]).now
        for item in subscription["items"]["data"]:
            give_back(account, subscription, item, now)
    bill_waiting(account, subscription, "subscription_cycle")
    subscription_states.end(account, subscription, "cancellation_requested")


def bill_waiting(account: Account, subscription: Object, reason: str) -> Object | None:
    """One invoice, finalised at once, for whatever waits for this subscription; None where nothing does."""
    invoice = open_draft(account, subscription, reason)
    if not invoice_states.sweep(account, invoice):
        account.remove(invoice)
        subscription_states.invoices_of(account, subscription).remove(invoice)
        return None
    issue(account, subscription, invoice)
    return invoice


def open_draft(account: Account, subscription: Object, reason: str, period: tuple[int, int] | None = None) -> Object:
    """A draft for a subscription, with the subscription's discounts, tax rates and way of collection."""
    now = account.timeline_of(subscription["customer"]).now
    settings = subscription["invoice_settings"]
    invoice = invoice_states.draft(
        account,
        subscription["customer"],
        currency=subscription["currency"],
        reason=reason,
        collection_method=subscription["collection_method"],
        subscription=subscription,
        discount_ids=discounts.in_force(account, subscription["discounts"], now),
        tax_rates=subscription["default_tax_rates"],
        period=period,
        default_payment_method=None,
        description=settings["description"],
        footer=settings["footer"],
    )
    account.secret(invoice["id"])["days_until_due"] = subscription["days_until_due"]
    return invoice


def issue(account: Account, subscription: Object, invoice: Object, *, off_session: bool = True) -> None:
    """Finalise a subscription's draft at once and collect it."""
    invoice["automatically_finalizes_at"] = None
    invoice_states.drafted(account, invoice)
    made(account, subscription, invoice)
    invoice_states.finalise(account, invoice)
    if invoice["status"] != "open":
        return
    if invoice["collection_method"] == "send_invoice":
        account.emit("invoice.sent", invoice)
    else:
        collection.attempt(account, invoice, off_session=off_session)


def made(account: Account, subscription: Object, invoice: Object) -> None:
    """An invoice of the subscription has its lines: it is the latest one, and discounts for one invoice are used up."""
    subscription["latest_invoice"] = invoice["id"]
    if any(row["amount"] for row in invoice["total_discount_amounts"]):
        subscription_states.use_up_discounts(account, subscription, invoice["created"])


def renew(account: Account, subscription: Object, due: list[Object]) -> Object:
    """Bill the next period of items whose period is over; a draft that is finalised an hour later."""
    before = snapshot(subscription)
    now = account.timeline_of(subscription["customer"]).now
    started = min(item["current_period_start"] for item in due)
    for item in due:
        period = period_at(subscription["billing_cycle_anchor"], pricing.interval_of(item["price"]), now)
        item["current_period_start"], item["current_period_end"] = period
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    invoice = open_draft(account, subscription, "subscription_cycle", (started, now))
    invoice_states.sweep(account, invoice)
    for item in due:
        add_period_line(account, invoice, item, amount=half_up(full_amount(account, item)))
    paused = subscription["pause_collection"]
    if paused:
        invoice["auto_advance"] = False
        invoice["automatically_finalizes_at"] = None
    invoice_states.drafted(account, invoice)
    made(account, subscription, invoice)
    account.emit("customer.subscription.updated", subscription, before)
    if paused and paused["behavior"] != "keep_as_draft":
        invoice_states.finalise(account, invoice)
        if invoice["status"] == "open" and paused["behavior"] == "void":
            invoice_states.void(account, invoice)
        elif invoice["status"] == "open":
            invoice_states.write_off(account, invoice, "subscription_paused")
    return invoice
