"""How a subscription is changed: items, anchor, trial, cancellation, pauses."""

from typing import Any

from stripe_sandbox.billing import (
    cycles,
    discounts,
    extra_items,
    invoice_states,
    pricing,
    subscription_starts,
    subscription_states,
    tax_rates,
)
from stripe_sandbox.billing.amounts import half_up
from stripe_sandbox.billing.changes import charge_rest, give_back, is_flexible
from stripe_sandbox.billing.invoice_items import drop, pending
from stripe_sandbox.billing.periods import boundary, period_at
from stripe_sandbox.billing.refusals import check_ahead
from stripe_sandbox.billing.subscription_items import (
    Choice,
    add_period_line,
    check_together,
    choose,
    full_amount,
    write,
)
from stripe_sandbox.errors import invalid, missing_param
from stripe_sandbox.shapes import Object, snapshot, take
from stripe_sandbox.store import Account

PLAIN = ("days_until_due", "default_payment_method", "description", "collection_method")


def update(account: Account, subscription: Object, given: dict[str, Any]) -> Object:
    """Change a subscription as the parameters of ``POST /v1/subscriptions/{id}`` say."""
    if subscription["status"] in subscription_states.ENDED and set(given) - {"metadata", "cancellation_details"}:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.", next(iter(given))
        )
    subscription_starts.check_settings(given)
    if given.get("payment_behavior") in ("pending_if_incomplete", "error_if_incomplete"):
        raise invalid("The sandbox supports allow_incomplete and default_incomplete here.", "payment_behavior")
    now = account.timeline_of(subscription["customer"]).now
    choices = _choices(account, subscription, given.get("items") or [])
    _check(account, subscription, given, now)
    before = snapshot(subscription)
    take(subscription, given, *PLAIN)
    subscription_starts.take_settings(subscription, given)
    _take_rates_and_discounts(account, subscription, given, now)
    if given.get("cancellation_details"):
        subscription["cancellation_details"] = {**subscription["cancellation_details"], **given["cancellation_details"]}
    extra_items.add(account, subscription, given)
    _change(account, subscription, choices, given, now)
    _set_end(account, subscription, given, now)
    _set_pause(account, subscription, given)
    if subscription["status"] not in subscription_states.ENDED:
        cycles.plan(account, subscription)
    account.emit("customer.subscription.updated", subscription, before)
    return subscription


def _choices(account: Account, subscription: Object, given: list[dict[str, Any]]) -> list[Choice]:
    """What is wanted of the items that were named; the others stay as they are."""
    held = {item["id"]: item for item in subscription["items"]["data"]}
    choices = []
    for position, wanted in enumerate(given):
        within = f"items[{position}]"
        item_id = wanted.get("id")
        if item_id is not None and item_id not in held:
            raise invalid(f"No such subscription item: '{item_id}'", f"{within}[id]", "resource_missing")
        if item_id is None and wanted.get("deleted"):
            raise missing_param(f"{within}[id]")
        asked = {name: value for name, value in wanted.items() if name != "id"}
        choices.append(choose(account, subscription["customer"], asked, within, held.pop(item_id, None)))
    if choices:
        others = [Choice(item["price"], item["quantity"], item=item) for item in held.values()]
        check_together([*choices, *others], subscription["currency"], is_flexible=is_flexible(subscription))
    return choices


def _check(account: Account, subscription: Object, given: dict[str, Any], now: int) -> None:
    discounts.check(account, given.get("discounts"), subscription["customer"])
    tax_rates.check(account, given.get("default_tax_rates"), "default_tax_rates")
    subscription_starts.check_method(account, given, subscription["customer"])
    extra_items.check(account, given, subscription["customer"], subscription["currency"])
    check_ahead(given, now, "trial_end", "cancel_at")
    check_ahead(given.get("pause_collection") or {}, now, "resumes_at")
    if given.get("cancel_at") == "max_billed_until":
        raise invalid("The sandbox does not support cancel_at=max_billed_until.", "cancel_at")
    if given.get("cancel_at") is not None and given.get("cancel_at_period_end"):
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at")
    moment = given.get("proration_date")
    if moment is not None:
        starts = [item["current_period_start"] for item in subscription["items"]["data"]]
        ends = [item["current_period_end"] for item in subscription["items"]["data"]]
        if not max(starts) <= moment <= min(ends):
            raise invalid("Invalid timestamp: proration_date must be within the current period", "proration_date")
    if given.get("collection_method") == "send_invoice" and not (
        "days_until_due" in given or subscription["days_until_due"] is not None
    ):
        raise invalid("Missing required param: days_until_due.", "days_until_due", "parameter_missing")


def _take_rates_and_discounts(account: Account, subscription: Object, given: dict[str, Any], now: int) -> None:
    if "default_tax_rates" in given:
        subscription["default_tax_rates"] = tax_rates.check(account, given["default_tax_rates"], "default_tax_rates")
    if "discounts" in given:
        kept = discounts.give(
            account,
            given["discounts"],
            customer=subscription["customer"],
            start=now,
            subscription=subscription["id"],
        )
        for gone in set(subscription["discounts"]) - set(kept):
            discounts.end(account, gone, now)
        subscription["discounts"] = kept


def _change(account: Account, subscription: Object, choices: list[Choice], given: dict[str, Any], now: int) -> None:
    """Take new items, prices, quantities, anchor and trial into force, with what that gives back and charges."""
    behaviour = given.get("proration_behavior", "create_prorations")
    moment = given.get("proration_date", now)
    was_trial = subscription["status"] == "trialing"
    trial = given.get("trial_end")
    ends_trial = was_trial and trial == "now"
    resets = (given.get("billing_cycle_anchor") or {}).get("type") == "now" or ends_trial
    changed = [choice for choice in choices if choice.is_changed]
    resets = resets or _changes_interval(subscription, changed)
    starts_trial = trial is not None and trial != "now"
    if not (choices or resets or starts_trial):
        return

    prorates = behaviour != "none" and not was_trial and subscription["status"] != "incomplete"
    touched = subscription["items"]["data"] if resets or starts_trial else [c.item for c in changed if c.item]
    if prorates:
        for item in touched:
            give_back(account, subscription, item, moment)
    if resets:
        subscription["billing_cycle_anchor"] = now
    written = _write(account, subscription, choices, now)
    items = subscription["items"]["data"]
    if isinstance(trial, int):
        _start_trial(account, subscription, trial, now)
    elif resets:
        if was_trial:
            subscription.update(status="active", trial_end=now if ends_trial else subscription["trial_end"])
        for item in items:
            interval = pricing.interval_of(item["price"])
            item["current_period_start"], item["current_period_end"] = now, boundary(now, interval, 1)
    elif prorates:
        for item in written:
            charge_rest(account, subscription, item, moment)
    if resets and not starts_trial:
        _bill_now(account, subscription, items, given)
    elif behaviour == "always_invoice" and (changed or starts_trial):
        cycles.bill_waiting(account, subscription, "subscription_update")


def _changes_interval(subscription: Object, changed: list[Choice]) -> bool:
    """Whether the whole subscription goes over to another interval: then a new cycle begins, and is billed at once."""
    held = {pricing.interval_of(item["price"]) for item in subscription["items"]["data"]}
    moved = [choice for choice in changed if choice.item and not choice.is_gone]
    after = {pricing.interval_of(choice.price) for choice in moved}
    everything = len(moved) == len(subscription["items"]["data"])
    return bool(after) and everything and not after <= held


def _write(account: Account, subscription: Object, choices: list[Choice], now: int) -> list[Object]:
    """Write what was chosen; the items whose price or quantity is another now, new ones included."""
    written = []
    for choice in choices:
        if choice.is_gone:
            assert choice.item is not None
            subscription["items"]["data"].remove(choice.item)
            account.all("subscription_item").remove(choice.item["id"])
            continue
        is_changed = choice.is_changed
        interval = pricing.interval_of(choice.price)
        changes_interval = choice.item is not None and interval != pricing.interval_of(choice.item["price"])
        period = (
            (now, subscription["trial_end"])
            if subscription["status"] == "trialing"
            else period_at(subscription["billing_cycle_anchor"], interval, now)
        )
        item = write(account, subscription, choice, period)
        if changes_interval and subscription["status"] != "trialing":
            item["current_period_start"], item["current_period_end"] = period
        if is_changed:
            written.append(item)
    return written


def _start_trial(account: Account, subscription: Object, trial_end: int, now: int) -> None:
    subscription.update(
        status="trialing",
        trial_start=subscription["trial_start"] or now,
        trial_end=trial_end,
        billing_cycle_anchor=trial_end,
    )
    for item in subscription["items"]["data"]:
        item["current_period_start"], item["current_period_end"] = now, trial_end
        account.secret(item["id"]).pop("debit", None)
    cycles.plan_warning(account, subscription)


def _bill_now(account: Account, subscription: Object, items: list[Object], given: dict[str, Any]) -> None:
    """A new cycle begins in the middle of one: one invoice for it and for all that waits."""
    invoice = cycles.open_draft(account, subscription, "subscription_update")
    invoice_states.sweep(account, invoice)
    for item in items:
        add_period_line(account, invoice, item, amount=half_up(full_amount(account, item)))
    cycles.issue(account, subscription, invoice, off_session=given.get("off_session", False))


def _set_end(account: Account, subscription: Object, given: dict[str, Any], now: int) -> None:
    """Plan or unplan the cancellation."""
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    hidden = account.secret(subscription["id"])
    if "cancel_at" in given:
        chosen = given["cancel_at"]
        moment = {"min_period_end": min(ends), "max_period_end": max(ends)}.get(chosen, chosen)
        subscription["cancel_at"] = moment
        subscription["cancel_at_period_end"] = False
        hidden["prorates_end"] = given.get("proration_behavior") != "none"
    elif "cancel_at_period_end" in given:
        subscription["cancel_at_period_end"] = given["cancel_at_period_end"]
        subscription["cancel_at"] = max(ends) if given["cancel_at_period_end"] else None
        hidden["prorates_end"] = False
    else:
        if subscription["cancel_at_period_end"]:
            subscription["cancel_at"] = max(ends)
        return
    is_planned = subscription["cancel_at"] is not None
    subscription["canceled_at"] = now if is_planned else None
    subscription["cancellation_details"] = {
        **subscription["cancellation_details"],
        "reason": "cancellation_requested" if is_planned else None,
    }


def _set_pause(account: Account, subscription: Object, given: dict[str, Any]) -> None:
    if "pause_collection" not in given:
        return
    wanted = given["pause_collection"]
    subscription["pause_collection"] = wanted and {"resumes_at": None, **wanted}
    held = subscription["pause_collection"]
    if held and held["resumes_at"] is not None:

        def resume() -> None:
            if subscription["pause_collection"] is held:
                before = snapshot(subscription)
                subscription["pause_collection"] = None
                account.emit("customer.subscription.updated", subscription, before)

        account.later(held["resumes_at"], resume, customer=subscription["customer"])


def cancel(account: Account, subscription: Object, given: dict[str, Any]) -> Object:
    """Cancel at once; unused time is given back with ``prorate``, and what waits is billed with ``invoice_now``."""
    now = account.timeline_of(subscription["customer"]).now
    if given.get("prorate"):
        for item in subscription["items"]["data"]:
            give_back(account, subscription, item, now)
    if given.get("invoice_now"):
        cycles.bill_waiting(account, subscription, "subscription_update")
    elif not given.get("prorate"):
        for item in pending(account, subscription["customer"], subscription["currency"], subscription["id"]):
            if item["proration"]:
                drop(account, item)
    subscription_states.end(account, subscription, "cancellation_requested", details=given.get("cancellation_details"))
    return subscription


def pause(account: Account, subscription: Object, given: dict[str, Any]) -> Object:
    """Stop billing until it is resumed; the rest of the period is given back if asked for."""
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise invalid(f"You cannot pause a subscription that is {subscription['status']}.")
    before = snapshot(subscription)
    unused = ((given.get("bill_for") or {}).get("unused_time_from") or {}).get("type", "now")
    for item in subscription["items"]["data"]:
        now = account.timeline_of(subscription["customer"]).now
        moment = item["current_period_start"] if unused == "item_current_period_start" else now
        if unused != "none":
            give_back(account, subscription, item, moment)
    if given.get("invoicing_behavior", "pending_invoice_item") == "invoice":
        cycles.bill_waiting(account, subscription, "subscription_update")
    subscription["status"] = "paused"
    cycles.plan(account, subscription)
    account.emit("customer.subscription.updated", subscription, before)
    account.emit("customer.subscription.paused", subscription)
    return subscription


def resume(account: Account, subscription: Object, given: dict[str, Any]) -> Object:
    """Go on after a pause: a new cycle begins now, unless the anchor is to stay."""
    if subscription["status"] != "paused":
        raise invalid("You cannot resume a subscription that is not paused.")
    before = snapshot(subscription)
    now = account.timeline_of(subscription["customer"]).now
    stays = (given.get("billing_cycle_anchor") or {}).get("type") == "unchanged"
    if not stays:
        subscription["billing_cycle_anchor"] = now
    subscription["status"] = "active"
    items = subscription["items"]["data"]
    for item in items:
        period = period_at(subscription["billing_cycle_anchor"], pricing.interval_of(item["price"]), now)
        item["current_period_start"], item["current_period_end"] = period
        if stays and given.get("proration_behavior") != "none":
            charge_rest(account, subscription, item, given.get("proration_date", now))
    if not stays:
        _bill_now(account, subscription, items, given)
    elif given.get("proration_behavior") == "always_invoice":
        cycles.bill_waiting(account, subscription, "subscription_update")
    cycles.plan(account, subscription)
    account.emit("customer.subscription.updated", subscription, before)
    account.emit("customer.subscription.resumed", subscription)
    return subscription
