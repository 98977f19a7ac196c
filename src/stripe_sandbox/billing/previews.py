"""Previews: the next invoice, perhaps after a change, without anything having happened."""

import copy
import random
from typing import Any, NoReturn

from stripe_sandbox.billing import (
    cycles,
    discounts,
    invoice_items,
    invoice_states,
    lines,
    subscription_starts,
    subscription_updates,
)
from stripe_sandbox.billing.refusals import refuse_unsupported
from stripe_sandbox.clock import Timeline
from stripe_sandbox.errors import StripeError, invalid, missing_param
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account, Collection

#: What belongs to one customer and is copied for a rehearsal, by the field that names the customer.
OWN = {
    "customer": "id",
    "discount": "customer",
    "invoice": "customer",
    "invoiceitem": "customer",
    "subscription": "customer",
}
#: What a rehearsal may change or add to beside that.
SHARED = ("coupon", "price", "promotion_code")


class Made(Exception):
    """The rehearsal has come to an invoice."""

    def __init__(self, invoice: Object) -> None:
        self.invoice = invoice


class Rehearsal(Account):
    """A copy of what belongs to one customer, on which anything can be done until an invoice is drafted.

    Nothing of it is told, kept or paid: the first ``invoice.created`` ends it with ``Made``.
    """

    def __init__(self, account: Account, customer: Object) -> None:
        super().__init__(account.sandbox, account.name, livemode=account.livemode)
        self._random = random.Random(f"preview {account.sandbox.seed}")
        self._clock = Timeline(start=account.timeline_of(customer["id"]).now)
        self._collections = dict(account._collections)
        own = {kind: [r for r in account.all(kind) if r[field] == customer["id"]] for kind, field in OWN.items()}
        own["subscription_item"] = [item for row in own["subscription"] for item in row["items"]["data"]]
        own["line_item"] = [line for row in own["invoice"] for line in lines.lines_of(account, row)]
        ids = [row["id"] for rows in own.values() for row in rows]
        hidden = {object_id: account.secrets[object_id] for object_id in ids if object_id in account.secrets}
        # In one copy, so that what refers to the same object goes on doing so.
        copied, secrets = copy.deepcopy((own, hidden))
        self.secrets = {**account.secrets, **secrets}
        for kind in SHARED:
            copied[kind] = [dict(row) for row in account.all(kind)]
        for kind, rows in copied.items():
            collection = self._collections[kind] = Collection()
            for row in rows:
                collection.add(row)

    @property
    def timeline(self) -> Timeline:
        return self._clock

    @property
    def now(self) -> int:
        return self._clock.now

    def timeline_of(self, customer: str | None) -> Timeline:
        return self._clock

    def go_to(self, moment: int) -> None:
        """Let it be that late, without what would have happened until then."""
        self._clock = Timeline(start=moment)

    def emit(self, type: str, thing: Object, before: Object | None = None) -> None:
        if type == "invoice.created":
            raise Made(thing)


@route("POST", "/v1/invoices/create_preview")
def create_preview(call: Call) -> Object:
    account, given = call.account, call.params
    refuse_unsupported(given, ("schedule", "schedule_details", "customer_details"))
    if "subscription" in given:
        customer_id = account.get("subscription", given["subscription"], "subscription")["customer"]
    elif "customer" in given:
        customer_id = given["customer"]
    else:
        raise missing_param("customer")
    rehearsal = Rehearsal(account, account.get("customer", customer_id, "customer"))
    try:
        _rehearse(rehearsal, customer_id, given)
    except Made as made:
        return _upcoming(account, made.invoice)


def _rehearse(account: Rehearsal, customer_id: str, given: dict[str, Any]) -> NoReturn:
    """Do as asked until there is an invoice."""
    details = _details(given.get("subscription_details") or {})
    subscription_id = given.get("subscription")
    for position, wanted in enumerate(given.get("invoice_items") or ()):
        _add_item(account, customer_id, subscription_id, wanted, f"invoice_items[{position}]")
    if subscription_id:
        subscription = account.get("subscription", subscription_id)
        if "discounts" in given:
            details = {**details, "discounts": given["discounts"]}
        _rehearse_change(account, subscription, details)
        _rehearse_renewal(account, subscription)
    elif details.get("items"):
        fields = ("discounts", "currency")
        start = {**details, **{name: given[name] for name in fields if name in given}}
        start = {name: value for name, value in start.items() if name not in ("start_date", "proration_date")}
        subscription_starts.start(account, {**start, "customer": customer_id, "payment_behavior": "default_incomplete"})
    else:
        _rehearse_one_off(account, customer_id, given)
    raise _nothing(customer_id)


def _details(given: dict[str, Any]) -> dict[str, Any]:
    """``subscription_details`` in the words of the parameters of a subscription."""
    if given.get("cancel_now") and len(given) > 1 and set(given) - {"cancel_now", "proration_behavior"}:
        raise invalid("`cancel_now` cannot be combined with other changes.", "subscription_details[cancel_now]")
    anchor = given.get("billing_cycle_anchor")
    if anchor and anchor["type"] == "timestamp":
        raise invalid(
            "The sandbox previews anchors `now` and `unchanged`.", "subscription_details[billing_cycle_anchor]"
        )
    return given


def _add_item(
    account: Account, customer_id: str, subscription: str | None, wanted: dict[str, Any], within: str
) -> None:
    item_id = wanted.get("invoiceitem")
    given = {name: value for name, value in wanted.items() if name not in ("invoiceitem", "price", "unit_amount")}
    if "price" in wanted:
        given["pricing"] = {"price": wanted["price"]}
    if "unit_amount" in wanted:
        given["unit_amount_decimal"] = wanted["unit_amount"]
    if item_id:
        invoice_items.change(account, account.get("invoiceitem", item_id, f"{within}[invoiceitem]"), given, within)
        return
    currency = account.get("customer", customer_id)["currency"]
    invoice_items.add(account, customer_id, given, currency=currency, subscription=subscription, within=within)


def _rehearse_change(account: Rehearsal, subscription: Object, details: dict[str, Any]) -> None:
    if details.get("cancel_now"):
        prorates = details.get("proration_behavior") != "none"
        subscription_updates.cancel(account, subscription, {"invoice_now": True, "prorate": prorates})
        raise _nothing(subscription["customer"])
    names = ("metadata", "resume_at", "start_date", "billing_mode", "pause")
    changes = {name: value for name, value in details.items() if name not in names}
    if changes:
        subscription_updates.update(account, subscription, changes)


def _rehearse_renewal(account: Rehearsal, subscription: Object) -> None:
    """The invoice that will be made when the current period ends."""
    items = subscription["items"]["data"]
    end = min(item["current_period_end"] for item in items)
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= end:
        account.go_to(subscription["cancel_at"])
        cycles.end_planned(account, subscription)
        raise _nothing(subscription["customer"])
    account.go_to(end)
    cycles.renew(account, subscription, [item for item in items if item["current_period_end"] == end])


def _rehearse_one_off(account: Rehearsal, customer_id: str, given: dict[str, Any]) -> None:
    currency = given.get("currency") or account.get("customer", customer_id)["currency"] or "usd"
    discounts.check(account, given.get("discounts"), customer_id)
    invoice = invoice_states.draft(account, customer_id, currency=currency, reason="upcoming")
    invoice["discounts"] = discounts.give(
        account, given.get("discounts"), customer=customer_id, start=account.now, invoice=invoice["id"]
    )
    if invoice_states.sweep(account, invoice):
        invoice_states.drafted(account, invoice)


def _nothing(customer_id: str) -> StripeError:
    return invalid(f"No upcoming invoices for customer: {customer_id}", code="invoice_upcoming_none")


def _upcoming(account: Account, invoice: Object) -> Object:
    """The invoice of a rehearsal as a preview shows it: with a passing id, all its lines, and nothing planned."""
    upcoming = f"upcoming_{invoice['id']}"
    invoice.update(
        id=upcoming,
        auto_advance=False,
        automatically_finalizes_at=None,
        billing_reason="upcoming",
        next_payment_attempt=invoice["created"] + invoice_states.HOUR,
    )
    for line in invoice["lines"]["data"]:
        line["invoice"] = upcoming
    invoice["lines"]["url"] = f"/v1/invoices/upcoming/lines?customer={invoice['customer']}"
    return invoice
