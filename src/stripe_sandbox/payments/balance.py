"""The account's balance: every movement as a balance transaction with its fee, and simple payouts."""

from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import THREE_DECIMAL, check_currency, shown
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata, snapshot
from stripe_sandbox.store import Account

TRANSACTION = Shape("balance_transaction", description=None, fee_details=[], status="pending")
PAYOUT = Shape("payout", description=None, automatic=False, metadata={}, reconciliation_status="not_applicable",
               destination=None, trace_id=None, statement_descriptor=None)  # fmt: skip
DAY = 86400
AVAILABLE_AFTER = 2 * DAY
ARRIVES_AFTER = DAY
CATEGORIES = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "adjustment": "dispute",
    "payout": "payout",
    "payout_cancel": "payout_reversal",
}


def card_fee(amount: int, currency: str) -> int:
    """2.9 % and 30 of the second decimal, half a unit rounded up."""
    return (amount * 29 + 500) // 1000 + (300 if currency in THREE_DECIMAL else 30)


def sepa_fee(amount: int, currency: str) -> int:
    return 35


def transact(
    account: Account,
    *,
    type: str,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    fee_name: str = "Stripe processing fees",
    description: str | None = None,
    after: int = AVAILABLE_AFTER,
) -> Object:
    """Move an amount in or out (negative) of the balance; it becomes available ``after`` seconds."""
    details = [
        {"amount": fee, "application": None, "currency": currency, "description": fee_name, "type": "stripe_fee"}
    ]
    transaction = TRANSACTION.new(
        id=account.new_id("txn"),
        amount=amount,
        available_on=account.now + after,
        created=account.now,
        currency=currency,
        description=description,
        fee=fee,
        fee_details=details if fee else [],
        net=amount - fee,
        reporting_category=CATEGORIES[type],
        source=source,
        type=type,
        status="pending" if after else "available",
    )
    if after:
        account.timeline.at(transaction["available_on"], lambda: transaction.update(status="available"))
    return account.add(transaction)


@route("GET", "/v1/balance")
def retrieve_balance(call: Call) -> Object:
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for row in call.account.all("balance_transaction"):
        part = sums[row["status"]]
        part[row["currency"]] = part.get(row["currency"], 0) + row["net"]
    currencies = sorted(set(sums["available"]) | set(sums["pending"])) or ["usd"]
    shown_sums = {
        name: [{"amount": part.get(c, 0), "currency": c, "source_types": {"card": part.get(c, 0)}} for c in currencies]
        for name, part in sums.items()
    }
    reserved = [{"amount": 0, "currency": currency} for currency in currencies]
    return {"object": "balance", **shown_sums, "connect_reserved": reserved, "livemode": call.account.livemode}


@route("GET", "/v1/balance_transactions/{id}")
def retrieve(call: Call) -> Object:
    return call.named("balance_transaction")


@route("GET", "/v1/balance_transactions")
def list_transactions(call: Call) -> Object:
    payout = call.params.get("payout")
    held = (
        set(call.account.secret(payout)["transactions"])
        if payout and call.account.get("payout", payout, "payout")
        else ()
    )
    return page(
        call,
        call.account.all("balance_transaction"),
        lambda row: not payout or row["id"] in held,
        equal=("currency", "source", "type"),
    )


def _available(account: Account, currency: str) -> int:
    rows = account.all("balance_transaction")
    return sum(row["net"] for row in rows if row["currency"] == currency and row["status"] == "available")


@route("POST", "/v1/payouts")
def create_payout(call: Call) -> Object:
    account, given = call.account, call.params
    currency, amount = check_currency(given["currency"]), given["amount"]
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    available = _available(account, currency)
    if amount > available:
        raise invalid(
            f"You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You "
            f"have {shown(available, currency)} available.",
            "amount",
            "balance_insufficient",
        )
    payout = PAYOUT.new(
        id=account.new_id("po"),
        amount=amount,
        arrival_date=account.now + ARRIVES_AFTER,
        created=account.now,
        currency=currency,
        description=given.get("description"),
        livemode=account.livemode,
        method=given.get("method", "standard"),
        source_type=given.get("source_type", "card"),
        statement_descriptor=given.get("statement_descriptor"),
        status="pending",
    )
    merge_metadata(payout, given)
    _settle_into(account, payout)
    account.add(payout)
    account.emit("payout.created", payout)
    account.timeline.at(payout["arrival_date"], lambda: _arrive(account, payout))
    return payout


def _settle_into(account: Account, payout: Object) -> None:
    moved = transact(
        account, type="payout", amount=-payout["amount"], currency=payout["currency"], source=payout["id"], after=0
    )
    payout["balance_transaction"] = moved["id"]
    account.secret(payout["id"])["transactions"] = [moved["id"]]


def _arrive(account: Account, payout: Object) -> None:
    if payout["status"] == "pending":
        payout["status"] = "paid"
        account.emit("payout.paid", payout)


@route("GET", "/v1/payouts/{payout}")
def retrieve_payout(call: Call) -> Object:
    return call.named("payout")


@route("POST", "/v1/payouts/{payout}")
def update_payout(call: Call) -> Object:
    payout = call.named("payout")
    before = snapshot(payout)
    merge_metadata(payout, call.params)
    call.account.emit("payout.updated", payout, before)
    return payout


@route("POST", "/v1/payouts/{payout}/cancel")
def cancel_payout(call: Call) -> Object:
    account, payout = call.account, call.named("payout")
    if payout["status"] != "pending":
        raise invalid("Payouts can only be canceled while they are pending.", code="payout_not_cancelable")
    payout["status"] = "canceled"
    transact(
        account,
        type="payout_cancel",
        amount=payout["amount"],
        currency=payout["currency"],
        source=payout["id"],
        after=0,
    )
    account.emit("payout.canceled", payout)
    return payout


@route("GET", "/v1/payouts")
def list_payouts(call: Call) -> Object:
    return page(call, call.account.all("payout"), equal=("status", "destination"))
