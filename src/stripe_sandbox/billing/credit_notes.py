"""Credit notes: what takes back some of a finalised invoice, before or after it was paid."""

from stripe_sandbox.billing import collection, credit_note_amounts, customer_balance
from stripe_sandbox.billing.filters import page_in_order
from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import over_refund
from stripe_sandbox.payments.refunds import refund_charge
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, snapshot, take
from stripe_sandbox.store import Account


@route("POST", "/v1/credit_notes")
def create(call: Call) -> Object:
    account = call.account
    worked = credit_note_amounts.work_out(account, call.params)
    note, invoice, ways = worked.note, worked.invoice, worked.ways
    refunds = _refund(account, invoice, ways.refund) + ways.linked
    note["refunds"] = [
        {"amount_refunded": amount, "payment_record_refund": None, "refund": refund["id"], "type": "refund"}
        for refund, amount in refunds
    ]
    account.secret(note["id"])["lines"] = worked.rows
    for row in worked.rows:
        account.add(row)
    account.add(note)
    account.secret(invoice["id"]).setdefault("notes", []).append(note)
    if ways.balance:
        transaction = customer_balance.adjust(
            account, note["customer"], -ways.balance, note["currency"], "credit_note", credit_note=note["id"]
        )
        note["customer_balance_transaction"] = transaction["id"]
    account.emit("credit_note.created", note)
    collection.reduce(account, invoice, before_payment=note["pre_payment_amount"], after=note["post_payment_amount"])
    return note


def _refund(account: Account, invoice: Object, amount: int) -> list[tuple[Object, int]]:
    """Send money back to what the invoice was paid with, the latest payment first."""
    if not amount:
        return []
    charges = []
    for payment in reversed(collection.payments_of(account, invoice)):
        if payment["status"] == "paid":
            intent = account.get("payment_intent", payment["payment"]["payment_intent"])
            charges.append(account.get("charge", intent["latest_charge"]))
    left = sum(charge["amount_captured"] - charge["amount_refunded"] for charge in charges)
    if amount > left:
        raise over_refund(amount, left, invoice["currency"])
    made = []
    for charge in charges:
        share = min(amount, charge["amount_captured"] - charge["amount_refunded"])
        if share:
            made.append((refund_charge(account, charge["id"], share), share))
            amount -= share
    return made


@route("GET", "/v1/credit_notes/preview")
def preview(call: Call) -> Object:
    """The credit note that ``create`` would make."""
    return credit_note_amounts.work_out(call.account, call.params, is_preview=True).note


@route("GET", "/v1/credit_notes/preview/lines")
def preview_lines(call: Call) -> Object:
    return page_in_order(call, credit_note_amounts.work_out(call.account, call.params, is_preview=True).rows)


@route("GET", "/v1/credit_notes/{id}")
def retrieve(call: Call) -> Object:
    return call.named("credit_note")


@route("GET", "/v1/credit_notes/{credit_note}/lines")
def list_lines(call: Call) -> Object:
    return page_in_order(call, credit_note_amounts.lines_of(call.account, call.named("credit_note")))


@route("POST", "/v1/credit_notes/{id}")
def update(call: Call) -> Object:
    note = call.named("credit_note")
    before = snapshot(note)
    take(note, call.params, "memo")
    call.account.emit("credit_note.updated", note, before)
    return note


@route("POST", "/v1/credit_notes/{id}/void")
def void(call: Call) -> Object:
    """Take a note back: the invoice is owed again. Not once its money has gone anywhere."""
    note, account = call.named("credit_note"), call.account
    invoice = account.get("invoice", note["invoice"])
    if note["status"] == "void":
        raise invalid("This credit note is already void.")
    if note["post_payment_amount"] or invoice["status"] not in ("open", "uncollectible"):
        raise invalid("You can only void credit notes that were issued before payment, while their invoice is open.")
    note["status"] = "void"
    note["voided_at"] = account.timeline_of(note["customer"]).now
    account.emit("credit_note.voided", note)
    collection.reduce(account, invoice, before_payment=-note["pre_payment_amount"], after=0)
    return note


@route("GET", "/v1/credit_notes")
def list_notes(call: Call) -> Object:
    return page(call, call.account.all("credit_note"), equal=("customer", "invoice"))
