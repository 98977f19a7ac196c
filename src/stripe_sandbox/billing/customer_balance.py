"""A customer's balance: what invoices left over in its favour (negative) or for the next one to ask for (positive)."""

from typing import Any

from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata, snapshot
from stripe_sandbox.store import Account

TRANSACTION = Shape("customer_balance_transaction", description=None, metadata={})
KIND = "customer_balance_transaction"


def adjust(account: Account, customer_id: str, amount: int, currency: str, type: str, **source: Any) -> Object:
    """Change a customer's balance by ``amount`` minor units (negative is in its favour) and say why.

    ``source`` names what it comes from: ``invoice=``, ``credit_note=``, ``description=``.
    """
    customer = account.get("customer", customer_id)
    before = snapshot(customer)
    customer["balance"] += amount
    customer["currency"] = customer["currency"] or currency
    transaction = TRANSACTION.new(
        id=account.new_id("cbtxn"),
        amount=amount,
        created=account.timeline_of(customer_id).now,
        currency=currency,
        customer=customer_id,
        ending_balance=customer["balance"],
        livemode=account.livemode,
        type=type,
        **source,
    )
    account.add(transaction)
    account.emit("customer.updated", customer, before)
    return transaction


@route("POST", "/v1/customers/{customer}/balance_transactions")
def create(call: Call) -> Object:
    customer, given = call.named("customer"), call.params
    check_currency(given["currency"], "currency")
    currency = given["currency"].lower()
    if customer["currency"] and customer["currency"] != currency:
        raise invalid(
            f"The currency of this customer is {customer['currency']}; its balance cannot be changed in {currency}.",
            "currency",
        )
    transaction = adjust(
        call.account, customer["id"], given["amount"], currency, "adjustment", description=given.get("description")
    )
    merge_metadata(transaction, given)
    return transaction


@route("GET", "/v1/customers/{customer}/balance_transactions/{transaction}")
def retrieve(call: Call) -> Object:
    call.named("customer")
    return call.account.get(KIND, call.path["transaction"])


@route("POST", "/v1/customers/{customer}/balance_transactions/{transaction}")
def update(call: Call) -> Object:
    call.named("customer")
    transaction = call.account.get(KIND, call.path["transaction"])
    if "description" in call.params:
        transaction["description"] = call.params["description"]
    merge_metadata(transaction, call.params)
    return transaction


@route("GET", "/v1/customers/{customer}/balance_transactions")
def list_transactions(call: Call) -> Object:
    customer = call.named("customer")["id"]
    keep_invoice = call.params.get("invoice")
    return page(
        call,
        call.account.all(KIND),
        lambda row: row["customer"] == customer and keep_invoice in (None, row["invoice"]),
    )
