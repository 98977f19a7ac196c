"""How a subscription begins: its items, its anchor, its first invoice."""

from typing import Any

from stripe_sandbox.billing import (
    collection,
    cycles,
    discounts,
    extra_items,
    invoice_states,
    lines,
    pricing,
    subscription_states,
    tax_rates,
)
from stripe_sandbox.billing.amounts import half_up
from stripe_sandbox.billing.periods import DAY, boundary, next_anchor, period_at
from stripe_sandbox.billing.proration import prorate
from stripe_sandbox.billing.refusals import check_ahead, refuse_unsupported
from stripe_sandbox.billing.subscription_items import (
    Choice,
    add_period_line,
    check_together,
    choose,
    full_amount,
    write,
)
from stripe_sandbox.errors import invalid, missing_param
from stripe_sandbox.lists import of
from stripe_sandbox.shapes import Object, Shape, take
from stripe_sandbox.store import Account

SUBSCRIPTION = Shape(
    "subscription",
    application_fee_percent=None,
    automatic_tax={"disabled_reason": None, "enabled": False, "liability": None},
    billing_cycle_anchor_config=None,
    billing_schedules=[],
    billing_thresholds=None,
    cancel_at=None,
    cancel_at_period_end=False,
    canceled_at=None,
    default_tax_rates=[],
    discounts=[],
    ended_at=None,
    invoice_settings={
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
        "issuer": {"type": "self"},
    },
    managed_payments=None,
    metadata={},
    next_pending_invoice_item_invoice=None,
    pause_collection=None,
    payment_settings={
        "payment_method_options": None,
        "payment_method_types": None,
        "save_default_payment_method": "off",
    },
    pending_invoice_item_interval=None,
    pending_update=None,
    transfer_data=None,
    trial_end=None,
    trial_settings={"end_behavior": {"billing_cycle_anchor": "now", "missing_payment_method": "create_invoice"}},
    trial_start=None,
)
#: The longest trial, in days.
LONGEST_TRIAL = 730
ANCHOR_BOUNDS = {"day_of_month": (1, 31), "month": (1, 12), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}
#: What Stripe can do with a subscription and this sandbox cannot.
UNSUPPORTED = (
    "application_fee_percent",
    "billing_schedules",
    "billing_thresholds",
    "customer_account",
    "default_source",
    "on_behalf_of",
    "pending_invoice_item_interval",
    "transfer_data",
)


def start(account: Account, given: dict[str, Any], choices: list[Choice] | None = None) -> Object:
    """Begin a subscription from the parameters of ``POST /v1/subscriptions``; ``choices`` stand in for ``items``.

    Raises:
        StripeError: a parameter makes no sense; or ``error_if_incomplete`` was: nothing is left of it then.
    """
    check_settings(given)
    customer = _customer(account, given)
    choices = choices or _choices(account, given, customer["id"])
    flexible = (given.get("billing_mode") or {}).get("type", "flexible") == "flexible"
    currency = check_together(choices, given.get("currency", customer["currency"]), is_flexible=flexible)
    now = account.timeline_of(customer["id"]).now
    _check(account, given, customer["id"], now)
    extra_items.check(account, given, customer["id"], currency)
    trial_end = _trial_end(given, choices, now)
    began = given.get("backdate_start_date", now)
    anchor = _anchor(given, choices, now, began, trial_end)
    _check_can_pay(account, given, customer, choices, trial_end)

    subscription = _new(account, given, customer, currency, now)
    subscription.update(billing_cycle_anchor=anchor, start_date=began)
    if trial_end:
        subscription.update(status="trialing", trial_start=now, trial_end=trial_end)
    for choice in choices:
        interval = pricing.interval_of(choice.price)
        write(account, subscription, choice, (now, trial_end) if trial_end else _first_period(anchor, interval, now))
    account.add(subscription)
    _bill_first(account, subscription, given, choices, began)
    _plan_end(subscription, given.get("cancel_at"))
    cycles.plan(account, subscription)
    if trial_end:
        cycles.plan_warning(account, subscription)
    return subscription


def _plan_end(subscription: Object, cancel_at: int | str | None) -> None:
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    if subscription["cancel_at_period_end"] or cancel_at == "max_period_end":
        subscription["cancel_at"] = max(ends)
    elif cancel_at == "min_period_end":
        subscription["cancel_at"] = min(ends)


def _customer(account: Account, given: dict[str, Any]) -> Object:
    if "customer" not in given:
        raise missing_param("customer")
    return account.get("customer", given["customer"], "customer")


def _choices(account: Account, given: dict[str, Any], customer: str) -> list[Choice]:
    if not given.get("items"):
        raise missing_param("items")
    return [choose(account, customer, item, f"items[{i}]") for i, item in enumerate(given["items"])]


def _check_anchor(config: dict[str, int]) -> None:
    for name, (least, most) in ANCHOR_BOUNDS.items():
        if name in config and not least <= config[name] <= most:
            raise invalid(f"{name} must be between {least} and {most}.", f"billing_cycle_anchor_config[{name}]")


def check_settings(given: dict[str, Any]) -> None:
    """Refuse settings that the sandbox would not act upon."""
    refuse_unsupported(given, UNSUPPORTED)
    end = (given.get("trial_settings") or {}).get("end_behavior") or {}
    if end.get("billing_cycle_anchor") == "unchanged":
        raise invalid(
            "The sandbox begins the billing cycle when a trial ends.",
            "trial_settings[end_behavior][billing_cycle_anchor]",
        )


def _check(account: Account, given: dict[str, Any], customer: str, now: int) -> None:
    discounts.check(account, given.get("discounts"), customer)
    tax_rates.check(account, given.get("default_tax_rates"), "default_tax_rates")
    check_method(account, given, customer)
    if given.get("collection_method") == "send_invoice" and "days_until_due" not in given:
        raise missing_param("days_until_due")
    if given.get("collection_method") != "send_invoice" and "days_until_due" in given:
        raise invalid("You can only set `days_until_due` with `collection_method=send_invoice`.", "days_until_due")
    check_ahead(given, now, "cancel_at", "billing_cycle_anchor", "trial_end")
    if not 0 <= given.get("backdate_start_date", now) <= now:
        raise invalid("Invalid timestamp: backdate_start_date must be in the past", "backdate_start_date")
    _check_anchor(given.get("billing_cycle_anchor_config") or {})
    if "billing_cycle_anchor" in given and "billing_cycle_anchor_config" in given:
        raise invalid(
            "You may only specify one of these parameters: billing_cycle_anchor, billing_cycle_anchor_config.",
            "billing_cycle_anchor",
        )


def check_method(account: Account, given: dict[str, Any], customer: str) -> None:
    """Refuse a default payment method that is not this customer's."""
    method_id = given.get("default_payment_method")
    if method_id and account.get("payment_method", method_id, "default_payment_method")["customer"] != customer:
        raise invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must be "
            "attached to the customer.",
            "default_payment_method",
            "resource_missing",
        )


def _trial_end(given: dict[str, Any], choices: list[Choice], now: int) -> int | None:
    if "trial_end" in given and "trial_period_days" in given:
        raise invalid("You may only specify one of these parameters: trial_end, trial_period_days.", "trial_end")
    days = given.get("trial_period_days")
    if days is None and given.get("trial_from_plan"):
        days = max((choice.price["recurring"]["trial_period_days"] or 0) for choice in choices)
    if days is not None and not 0 <= days <= LONGEST_TRIAL:
        raise invalid(f"A trial has between 0 and {LONGEST_TRIAL} days.", "trial_period_days")
    end = given.get("trial_end", now + days * DAY if days else None)
    return None if end == "now" else end


def _anchor(given: dict[str, Any], choices: list[Choice], now: int, began: int, trial_end: int | None) -> int:
    """The moment that periods are counted from."""
    if given.get("billing_cycle_anchor_config"):
        return next_anchor(now, **given["billing_cycle_anchor_config"])
    anchor: int = given.get("billing_cycle_anchor", trial_end or began)
    if "billing_cycle_anchor" in given and not trial_end:
        shortest = min(boundary(now, pricing.interval_of(choice.price), 1) for choice in choices)
        if anchor > shortest:
            raise invalid(
                f"billing_cycle_anchor cannot be later than next natural billing date ({shortest}) for plan.",
                "billing_cycle_anchor",
            )
    return anchor


def _first_period(anchor: int, interval: Any, now: int) -> tuple[int, int]:
    """From now to the next boundary; a whole period where the anchor is now or lay in the past."""
    start, end = period_at(anchor, interval, now)
    return (now if anchor > now else start), end


def _check_can_pay(
    account: Account, given: dict[str, Any], customer: Object, choices: list[Choice], trial_end: int | None
) -> None:
    """Refuse a start that has to be paid at once by a customer who has nothing to pay with."""
    waits = given.get("payment_behavior") == "default_incomplete" or given.get("collection_method") == "send_invoice"
    costs = any(choice.quantity and choice.price["unit_amount_decimal"] != "0" for choice in choices)
    method = given.get("default_payment_method") or customer["invoice_settings"]["default_payment_method"]
    if costs and not waits and not trial_end and not method and customer["balance"] >= 0:
        raise invalid(collection.MISSING_METHOD, code="resource_missing")


def _new(account: Account, given: dict[str, Any], customer: Object, currency: str, now: int) -> Object:
    mode = given.get("billing_mode") or {"type": "flexible"}
    subscription_id = account.new_id("sub")
    subscription = SUBSCRIPTION.new(
        id=subscription_id,
        billing_mode={
            "flexible": {"proration_discounts": (mode.get("flexible") or {}).get("proration_discounts", "included")}
            if mode["type"] == "flexible"
            else None,
            "type": mode["type"],
        },
        collection_method=given.get("collection_method", "charge_automatically"),
        created=now,
        currency=currency,
        customer=customer["id"],
        items=of(f"/v1/subscription_items?subscription={subscription_id}"),
        livemode=account.livemode,
        status="incomplete",
        test_clock=customer["test_clock"],
    )
    config = given.get("billing_cycle_anchor_config")
    if config:
        subscription["billing_cycle_anchor_config"] = {
            "hour": None, "minute": None, "month": None, "second": None, **config,
        }  # fmt: skip
    subscription["default_tax_rates"] = tax_rates.check(account, given.get("default_tax_rates"), "default_tax_rates")
    subscription["discounts"] = discounts.give(
        account, given.get("discounts"), customer=customer["id"], start=now, subscription=subscription_id
    )
    if isinstance(given.get("cancel_at"), int):
        subscription["cancel_at"] = given["cancel_at"]
        account.secret(subscription_id)["prorates_end"] = given.get("proration_behavior") != "none"
    take_settings(subscription, given)
    take(subscription, given, "cancel_at_period_end", "days_until_due", "default_payment_method", "description")
    return subscription


def take_settings(subscription: Object, given: dict[str, Any]) -> None:
    """Take nested settings into a subscription, member by member."""
    for name in ("invoice_settings", "payment_settings"):
        if given.get(name):
            subscription[name] = {**subscription[name], **given[name]}
    if given.get("trial_settings"):
        held = subscription["trial_settings"]["end_behavior"]
        subscription["trial_settings"] = {"end_behavior": {**held, **given["trial_settings"]["end_behavior"]}}


def _bill_first(
    account: Account, subscription: Object, given: dict[str, Any], choices: list[Choice], began: int
) -> None:
    """The first invoice, finalised at once; its payment decides whether the subscription is active."""
    behaviour = given.get("payment_behavior", "allow_incomplete")
    must_succeed = behaviour == "error_if_incomplete"
    invoice = cycles.open_draft(account, subscription, "subscription_create")
    extra_items.add(account, subscription, given)
    invoice_states.sweep(account, invoice)
    for item in subscription["items"]["data"]:
        _first_lines(account, subscription, invoice, item, given, began)
    invoice["automatically_finalizes_at"] = None
    lines.reprice(account, invoice)
    is_free = invoice["total"] + invoice["starting_balance"] <= 0
    starts_at_once = subscription["collection_method"] == "send_invoice" or is_free or must_succeed
    if subscription["status"] != "trialing" and starts_at_once:
        subscription["status"] = "active"
    if not must_succeed:
        account.emit("customer.subscription.created", subscription)
    if subscription["collection_method"] == "send_invoice" and not is_free:
        invoice["automatically_finalizes_at"] = invoice["created"] + invoice_states.HOUR
        invoice_states.drafted(account, invoice)
        cycles.made(account, subscription, invoice)
        return
    invoice_states.drafted(account, invoice)
    cycles.made(account, subscription, invoice)
    invoice_states.finalise(account, invoice)
    refusal = None
    if invoice["status"] == "open" and behaviour != "default_incomplete":
        refusal = collection.attempt(account, invoice, off_session=given.get("off_session", False))
    if must_succeed:
        if refusal:
            _take_back(account, subscription, invoice)
            raise refusal
        account.emit("customer.subscription.created", subscription)
    if subscription["status"] == "incomplete":
        cycles.plan_expiry(account, subscription)


def _take_back(account: Account, subscription: Object, invoice: Object) -> None:
    """The first payment had to succeed and did not: leave no subscription, and nobody owing."""
    subscription_states.end(account, subscription, "payment_failed", status="incomplete_expired")
    invoice_states.void(account, invoice)
    for item in subscription["items"]["data"]:
        account.remove(item)
    account.remove(subscription)
    invoice["parent"] = None


def _first_lines(
    account: Account, subscription: Object, invoice: Object, item: Object, given: dict[str, Any], began: int
) -> None:
    """What one item costs at first: nothing in a trial, a part up to an anchor, or a period and what was before it."""
    start = item["current_period_start"]
    full = full_amount(account, item)
    if subscription["status"] == "trialing":
        name = lines.product_name(account, item["price"])
        add_period_line(account, invoice, item, amount=0, description=f"Trial period for {name}")
        return
    interval = pricing.interval_of(item["price"])
    anchor = subscription["billing_cycle_anchor"]
    if anchor > start:
        whole = boundary(anchor, interval, -1), anchor
        charged = 0 if given.get("proration_behavior") == "none" else prorate(full, *whole, start)
        add_period_line(account, invoice, item, amount=charged, is_proration=True)
        return
    if began < start and given.get("proration_behavior") != "none":
        # Since before now: the periods that are over, and the part of the first one that it was there for.
        first = period_at(anchor, interval, began)
        periods = _periods_between(anchor, interval, first[1], start)
        amount = prorate(full, *first, began) + half_up(full) * periods
        name = lines.described(account, item["price"], item["quantity"])
        add_period_line(
            account, invoice, item, amount=amount, description=name, is_proration=True, period=(began, start)
        )
    add_period_line(account, invoice, item, amount=half_up(full))


def _periods_between(anchor: int, interval: Any, start: int, end: int) -> int:
    count = 0
    while start < end:
        start = period_at(anchor, interval, start)[1]
        count += 1
    return count
