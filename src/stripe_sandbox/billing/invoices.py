"""Invoices and their lines."""

from typing import Any

from stripe_sandbox.billing import collection, discounts, invoice_items, invoice_states, lines, tax_rates
from stripe_sandbox.billing.filters import is_within, page_in_order
from stripe_sandbox.billing.periods import DAY
from stripe_sandbox.billing.refusals import invoice_not_editable, refuse_unsupported
from stripe_sandbox.billing.subscription_states import subscription_of
from stripe_sandbox.errors import StripeError, invalid, missing_param, no_such
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, snapshot, take
from stripe_sandbox.store import Account

PLAIN = ("custom_fields", "default_payment_method", "description", "effective_at", "footer", "statement_descriptor")
#: What may still change once an invoice is finalised.
CHANGEABLE = frozenset({"auto_advance", "metadata", "default_payment_method", "due_date", "days_until_due"})
#: What Stripe can do with an invoice and this sandbox cannot.
UNSUPPORTED = (
    "account_tax_ids",
    "application_fee_amount",
    "customer_account",
    "default_source",
    "from_invoice",
    "issuer",
    "on_behalf_of",
    "shipping_cost",
    "shipping_details",
    "transfer_data",
)


@route("POST", "/v1/invoices")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    if "customer" not in given:
        raise missing_param("customer")
    refuse_unsupported(given, UNSUPPORTED)
    customer = account.get("customer", given["customer"], "customer")
    subscription = (
        account.get("subscription", given["subscription"], "subscription") if "subscription" in given else None
    )
    if subscription and subscription["customer"] != customer["id"]:
        raise invalid("The subscription belongs to another customer.", "subscription")
    rates = tax_rates.check(account, given.get("default_tax_rates"), "default_tax_rates")
    discounts.check(account, given.get("discounts"), customer["id"])
    currency = (subscription or {}).get("currency") or check_currency(
        given.get("currency") or customer["currency"] or "usd"
    )
    usual: str = subscription["collection_method"] if subscription else "charge_automatically"
    method = str(given.get("collection_method", usual))
    _check_due(given, method, invoice=None)
    invoice = invoice_states.draft(
        account,
        customer["id"],
        currency=currency,
        reason="manual",
        collection_method=method,
        auto_advance=given.get("auto_advance", False),
        subscription=subscription,
        tax_rates=rates or (subscription or {}).get("default_tax_rates", ()),
    )
    _write(account, invoice, given)
    if "discounts" in given:
        _discount(account, invoice, given["discounts"])
    elif subscription:
        invoice["discounts"] = discounts.in_force(account, subscription["discounts"], invoice["created"])
    if given.get("pending_invoice_items_behavior") == "include" or subscription:
        invoice_states.sweep(account, invoice)
    invoice_states.drafted(account, invoice)
    return invoice


def _check_due(given: dict[str, Any], method: str, invoice: Object | None) -> None:
    is_due = "due_date" in given or "days_until_due" in given
    if "due_date" in given and "days_until_due" in given:
        raise invalid("You may only specify one of these parameters: due_date, days_until_due.", "due_date")
    if method == "charge_automatically" and is_due:
        raise invalid("You can only set due dates on invoices with `collection_method=send_invoice`.", "due_date")
    if method == "send_invoice" and not is_due and invoice is None:
        raise missing_param("days_until_due")


def _write(account: Account, invoice: Object, given: dict[str, Any]) -> None:
    """Set the plain parameters that were given."""
    if given.get("default_payment_method"):
        account.get("payment_method", given["default_payment_method"], "default_payment_method")
    number = given.get("number")
    if number and any(row["number"] == number and row is not invoice for row in account.all("invoice")):
        raise invalid(f"The invoice number '{number}' is already in use.", "number")
    take(invoice, given, "due_date", "number", *PLAIN)
    for name in ("payment_settings", "rendering"):
        if name in given:
            invoice[name] = {**(invoice[name] or {}), **(given[name] or {})}
    if "days_until_due" in given:
        account.secret(invoice["id"])["days_until_due"] = given["days_until_due"]
        if invoice["status"] == "open":
            invoice["due_date"] = invoice["status_transitions"]["finalized_at"] + given["days_until_due"] * DAY
    if "auto_advance" in given or "automatically_finalizes_at" in given:
        invoice["auto_advance"] = given.get("auto_advance", True)
        if invoice["status"] == "draft":
            soon = account.timeline_of(invoice["customer"]).now + invoice_states.HOUR
            invoice["automatically_finalizes_at"] = (
                given.get("automatically_finalizes_at", invoice["automatically_finalizes_at"] or soon)
                if invoice["auto_advance"]
                else None
            )


def _discount(account: Account, invoice: Object, given: Any) -> None:
    invoice["discounts"] = discounts.give(
        account, given, customer=invoice["customer"], start=invoice["created"], invoice=invoice["id"]
    )


@route("GET", "/v1/invoices/{invoice}")
def retrieve(call: Call) -> Object:
    return call.named("invoice")


@route("POST", "/v1/invoices/{invoice}")
def update(call: Call) -> Object:
    invoice, account, given = call.named("invoice"), call.account, call.params
    refuse_unsupported(given, UNSUPPORTED)
    if invoice["status"] != "draft" and not CHANGEABLE.issuperset(given):
        frozen = ", ".join(sorted(set(given) - CHANGEABLE))
        raise invalid(
            f"Finalized invoices can't be updated in this way: {frozen}.", next(iter(given)), "invoice_not_editable"
        )
    method: str = given["collection_method"] if "collection_method" in given else invoice["collection_method"]
    _check_due(given, method, invoice)
    rates = (
        tax_rates.check(account, given["default_tax_rates"], "default_tax_rates")
        if "default_tax_rates" in given
        else None
    )
    discounts.check(account, given.get("discounts"), invoice["customer"])
    before = snapshot(invoice)
    _write(account, invoice, given)
    invoice["collection_method"] = method
    if "default_tax_rates" in given:
        invoice["default_tax_rates"] = rates
    if "discounts" in given:
        _discount(account, invoice, given["discounts"])
    if invoice["status"] == "draft":
        invoice_states.changed(account, invoice, before)
        invoice_states.plan_finalisation(account, invoice)
    else:
        account.emit("invoice.updated", invoice, before)
    return invoice


@route("DELETE", "/v1/invoices/{invoice}")
def delete(call: Call) -> Object:
    """A one-off draft goes with its items."""
    invoice, account = call.named("invoice"), call.account
    if invoice["status"] != "draft":
        raise invalid("You can only delete draft invoices", code="invoice_not_editable")
    if subscription_of(account, invoice):
        raise invalid("You can only delete drafts that are not for a subscription; void them instead.")
    for line in list(lines.lines_of(account, invoice)):
        details = line["parent"]["invoice_item_details"]
        lines.remove_line(account, invoice, line)
        if details:
            account.remove(account.get("invoiceitem", details["invoice_item"]))
    account.remove(invoice)
    account.emit("invoice.deleted", invoice)
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


@route("GET", "/v1/invoices")
def list_invoices(call: Call) -> Object:
    given = call.params
    subscription = given.get("subscription")

    def keep(row: Object) -> bool:
        details = (row["parent"] or {}).get("subscription_details") or {}
        return subscription in (None, details.get("subscription")) and is_within(row["due_date"], given.get("due_date"))

    return page(call, call.account.all("invoice"), keep, equal=("customer", "status", "collection_method"))


@route("GET", "/v1/invoices/search")
def search_invoices(call: Call) -> Object:
    return search(call, "invoice", ("created", "currency", "customer", "number", "receipt_number", "status", "total"))


@route("POST", "/v1/invoices/{invoice}/finalize")
def finalise(call: Call) -> Object:
    invoice, account = call.named("invoice"), call.account
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
        )
    invoice["auto_advance"] = call.params.get("auto_advance", invoice["auto_advance"])
    invoice_states.finalise(account, invoice)
    if invoice["auto_advance"]:
        # By itself Stripe collects about an hour after it told everybody; here that is when somebody moves the clock.
        now = account.timeline_of(invoice["customer"]).now
        account.later(
            now + invoice_states.HOUR, lambda: _collect_when_due(account, invoice), customer=invoice["customer"]
        )
    return invoice


def _collect_when_due(account: Account, invoice: Object) -> None:
    waits = invoice["status"] == "open" and invoice["auto_advance"] and not invoice["attempted"]
    if waits and collection.is_customer_there(account, invoice):
        collection.collect(account, invoice)


@route("POST", "/v1/invoices/{invoice}/pay")
def pay(call: Call) -> Object:
    invoice, account, given = call.named("invoice"), call.account, call.params
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "void":
        raise invoice_states.wrong_state(invoice, "Voided invoices cannot be paid.")
    refuse_unsupported(given, ("source", "forgive"))
    if "payment_method" in given and not given["payment_method"].startswith("pm_card_"):
        account.get("payment_method", given["payment_method"], "payment_method")
    if invoice["status"] == "draft":
        invoice_states.finalise(account, invoice)
        if invoice["status"] == "paid":
            return invoice
    if given.get("paid_out_of_band"):
        collection.pay_out_of_band(account, invoice)
        return invoice
    refusal = collection.attempt(
        account, invoice, given.get("payment_method"), off_session=given.get("off_session", True)
    )
    if refusal:
        raise refusal
    return invoice


@route("POST", "/v1/invoices/{invoice}/attach_payment")
def attach_payment(call: Call) -> Object:
    invoice, account, given = call.named("invoice"), call.account, call.params
    if "payment_intent" not in given:
        raise missing_param("payment_intent")
    intent = account.get("payment_intent", given["payment_intent"], "payment_intent")
    if invoice["status"] not in ("open", "uncollectible"):
        raise invoice_states.wrong_state(invoice, "Payments can only be attached to open invoices.")
    if (intent["customer"], intent["currency"]) != (invoice["customer"], invoice["currency"]):
        raise invalid("The PaymentIntent is of another customer or currency than the invoice.", "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"The sandbox attaches succeeded PaymentIntents only; this one is {intent['status']}.", "payment_intent"
        )
    if any(row["payment"].get("payment_intent") == intent["id"] for row in account.all("invoice_payment")):
        raise invalid("The PaymentIntent is attached to an invoice already.", "payment_intent")
    collection.attach_paid(account, invoice, intent)
    return invoice


@route("POST", "/v1/invoices/{invoice}/void")
def void(call: Call) -> Object:
    invoice = call.named("invoice")
    invoice_states.void(call.account, invoice)
    return invoice


@route("POST", "/v1/invoices/{invoice}/mark_uncollectible")
def mark_uncollectible(call: Call) -> Object:
    invoice = call.named("invoice")
    invoice_states.write_off(call.account, invoice)
    return invoice


@route("POST", "/v1/invoices/{invoice}/send")
def send(call: Call) -> Object:
    invoice, account = call.named("invoice"), call.account
    if invoice["collection_method"] != "send_invoice":
        raise invalid("You can only manually send an invoice if its collection method is 'send_invoice'.")
    if invoice["status"] not in ("draft", "open"):
        raise invoice_states.wrong_state(invoice, "Only open invoices can be sent.")
    if invoice["status"] == "draft":
        invoice_states.finalise(account, invoice)
    account.emit("invoice.sent", invoice)
    return invoice


@route("GET", "/v1/invoices/{invoice}/lines")
def list_lines(call: Call) -> Object:
    return page_in_order(call, lines.lines_of(call.account, call.named("invoice")))


@route("POST", "/v1/invoices/{invoice}/lines/{line_item_id}")
def update_line(call: Call) -> Object:
    account, invoice = call.account, _editable(call)
    line = _line_of(account, invoice, call.path["line_item_id"], "line_item_id")
    change_line(account, line, call.params, "")
    return line


def _editable(call: Call) -> Object:
    invoice = call.named("invoice")
    if invoice["status"] != "draft":
        raise invoice_not_editable()
    return invoice


def _line_of(account: Account, invoice: Object, line_id: str, param: str) -> Object:
    line = account.all("line_item").get(line_id)
    if line is None or line["invoice"] != invoice["id"]:
        raise no_such("invoice line item", line_id, param, status=400 if param != "line_item_id" else 404)
    return line  # type: ignore[no-any-return]


def change_line(account: Account, line: Object, given: dict[str, Any], within: str) -> None:
    """Change a line of a draft: through its invoice item where it has one, else what says nothing of money."""
    _refuse_tax_amounts(given, within)
    parent = line["parent"]["invoice_item_details"] or line["parent"]["subscription_item_details"]
    if parent["invoice_item"]:
        invoice_items.change(account, account.get("invoiceitem", parent["invoice_item"]), given, within)
        return
    fixed = [
        name for name in given if name not in ("metadata", "description", "discounts", "tax_rates", "discountable")
    ]
    if fixed:
        raise invalid("Lines of a subscription change with the subscription only.", fixed[0])
    invoice = account.get("invoice", line["invoice"])
    discounts.check(account, given.get("discounts"), invoice["customer"])
    before = snapshot(invoice)
    take(line, given, "description", "discountable")
    if "tax_rates" in given:
        account.secret(line["id"])["rates"] = tax_rates.check(account, given["tax_rates"], "tax_rates")
    if "discounts" in given:
        line["discounts"] = discounts.give(
            account, given["discounts"], customer=invoice["customer"], start=invoice["created"], invoice=invoice["id"]
        )
    invoice_states.changed(account, invoice, before)


def _refuse_tax_amounts(given: dict[str, Any], within: str) -> None:
    if given.get("tax_amounts"):
        raise invalid(
            "The sandbox works taxes out from `tax_rates`.", f"{within}[tax_amounts]" if within else "tax_amounts"
        )


@route("POST", "/v1/invoices/{invoice}/add_lines")
def add_lines(call: Call) -> Object:
    account, invoice = call.account, _editable(call)
    given = call.params["lines"]
    for position, line in enumerate(given):
        _refuse_tax_amounts(line, f"lines[{position}]")
    before = snapshot(invoice)
    for position, line in enumerate(given):
        within = f"lines[{position}]"
        if "invoice_item" in line:
            item = account.get("invoiceitem", line["invoice_item"], f"{within}[invoice_item]")
            if item["invoice"] is not None or item["customer"] != invoice["customer"]:
                raise invalid(
                    "The invoice item is on an invoice already, or of another customer.", f"{within}[invoice_item]"
                )
        else:
            item = invoice_items.add(account, invoice["customer"], line, currency=invoice["currency"], within=within)
        invoice_items.attach(account, invoice, item)
    take(invoice, {"metadata": call.params["invoice_metadata"]} if "invoice_metadata" in call.params else {})
    invoice_states.changed(account, invoice, before)
    return invoice


@route("POST", "/v1/invoices/{invoice}/update_lines")
def update_lines(call: Call) -> Object:
    account, invoice = call.account, _editable(call)
    for position, given in enumerate(call.params["lines"]):
        within = f"lines[{position}]"
        line = _line_of(account, invoice, given["id"], f"{within}[id]")
        change_line(account, line, {name: value for name, value in given.items() if name != "id"}, within)
    return invoice


@route("POST", "/v1/invoices/{invoice}/remove_lines")
def remove_lines(call: Call) -> Object:
    """Take lines off: their items wait for another invoice (``unassign``) or are gone (``delete``)."""
    account, invoice = call.account, _editable(call)
    found = [
        (_line_of(account, invoice, given["id"], f"lines[{position}][id]"), given["behavior"])
        for position, given in enumerate(call.params["lines"])
    ]
    before = snapshot(invoice)
    for line, behaviour in found:
        parent = line["parent"]["invoice_item_details"] or line["parent"]["subscription_item_details"]
        if not parent["invoice_item"]:
            raise _fixed_line()
        item = account.get("invoiceitem", parent["invoice_item"])
        lines.remove_line(account, invoice, line)
        invoice_items.detach(account, item, for_good=behaviour == "delete")
    invoice_states.changed(account, invoice, before)
    return invoice


def _fixed_line() -> StripeError:
    return invalid("Lines of a subscription change with the subscription only.", "lines")
