"""How a subscription stands, as its invoices are paid or not."""

from stripe_sandbox.billing import discounts
from stripe_sandbox.shapes import Object, snapshot
from stripe_sandbox.store import Account

#: States from which nothing leads back.
ENDED = frozenset({"canceled", "incomplete_expired"})


def subscription_of(account: Account, invoice: Object) -> Object | None:
    """The subscription that an invoice is for, if it is for one and that one is still there."""
    details = (invoice["parent"] or {}).get("subscription_details")
    held: Object | None = account.all("subscription").get(details["subscription"]) if details else None
    return held


def invoices_of(account: Account, subscription: Object) -> list[Object]:
    """All invoices of a subscription, oldest first."""
    held: list[Object] = account.secret(subscription["id"]).setdefault("invoices", [])
    return held


def move(account: Account, subscription: Object, status: str) -> None:
    """Change the status, with its event; not where it is so already, and never out of an end."""
    if subscription["status"] == status or subscription["status"] in ENDED:
        return
    before = snapshot(subscription)
    subscription["status"] = status
    account.emit("customer.subscription.updated", subscription, before)


def invoice_paid(account: Account, invoice: Object, method: str | None) -> None:
    """A first payment starts an incomplete subscription; one that was past due is so no longer.

    ``method`` is what it was paid with, kept for the next time where the subscription says so.
    """
    subscription = subscription_of(account, invoice)
    if subscription is None:
        return
    if method and subscription["payment_settings"]["save_default_payment_method"] == "on_subscription":
        subscription["default_payment_method"] = method
    if subscription["status"] == "incomplete" or (
        subscription["status"] in ("past_due", "unpaid") and not _owes(account, subscription)
    ):
        move(account, subscription, "active")


def invoice_written_off(account: Account, invoice: Object) -> None:
    """A void or uncollectible invoice is no longer owed."""
    subscription = subscription_of(account, invoice)
    if subscription and subscription["status"] == "past_due" and not _owes(account, subscription):
        move(account, subscription, "active")


def _owes(account: Account, subscription: Object) -> bool:
    """Whether an invoice that payment was tried for, or whose day has passed, is still open."""
    now = account.timeline_of(subscription["customer"]).now
    return any(
        row["status"] == "open" and (row["attempted"] or (row["due_date"] is not None and row["due_date"] <= now))
        for row in invoices_of(account, subscription)
    )


def invoice_failed(account: Account, invoice: Object, *, is_last: bool) -> None:
    """A payment did not come: past due, and cancelled when no further try is to be made."""
    subscription = subscription_of(account, invoice)
    if subscription is None or subscription["status"] == "incomplete":
        return
    if is_last:
        end(account, subscription, "payment_failed")
    else:
        move(account, subscription, "past_due")


def end(
    account: Account,
    subscription: Object,
    reason: str,
    *,
    status: str = "canceled",
    details: Object | None = None,
) -> None:
    """End a subscription now. Its drafts no longer advance by themselves."""
    now = account.timeline_of(subscription["customer"]).now
    before = snapshot(subscription)
    subscription["status"] = status
    subscription["ended_at"] = now
    subscription["canceled_at"] = subscription["canceled_at"] or now
    subscription["cancellation_details"] = {**subscription["cancellation_details"], "reason": reason, **(details or {})}
    account.secret(subscription["id"])["turn"] = object()  # nothing that was planned happens any more
    for invoice in invoices_of(account, subscription):
        if invoice["status"] == "draft":
            invoice["auto_advance"] = False
    if status == "canceled":
        account.emit("customer.subscription.deleted", subscription)
    else:
        account.emit("customer.subscription.updated", subscription, before)


def end_all(account: Account, customer_id: str) -> None:
    """A customer is about to be deleted: its subscriptions end with it."""
    for subscription in account.all("subscription"):
        if subscription["customer"] == customer_id and subscription["status"] not in ENDED:
            end(account, subscription, "cancellation_requested")


def use_up_discounts(account: Account, subscription: Object, now: int) -> None:
    """Drop discounts that were for one invoice, or whose time is over, once an invoice has been made."""
    held = subscription["discounts"]
    kept = [row for row in discounts.in_force(account, held, now) if not discounts.is_once(account, row)]
    for gone in held:
        if gone not in kept:
            discounts.end(account, gone, now)
    subscription["discounts"] = kept
    for item in subscription["items"]["data"]:
        item["discounts"] = [
            row for row in discounts.in_force(account, item["discounts"], now) if not discounts.is_once(account, row)
        ]
