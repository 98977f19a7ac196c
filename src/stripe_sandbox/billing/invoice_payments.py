"""Invoice payments: which PaymentIntent paid what of which invoice."""

from stripe_sandbox.expand import includable
from stripe_sandbox.lists import of, page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

INVOICE_PAYMENT = Shape("invoice_payment", amount_paid=None, status_transitions={"canceled_at": None, "paid_at": None})


@includable("invoice", "payments")
def payments(account: Account, invoice: Object) -> Object:
    """The payments of an invoice; shown only when expanded."""
    held = account.secret(invoice["id"]).get("payments", [])
    return of(f"/v1/invoice_payments?invoice={invoice['id']}", held)


@includable("invoice", "confirmation_secret")
def confirmation_secret(account: Account, invoice: Object) -> Object | None:
    """What a page needs to confirm the payment of an open invoice; shown only when expanded."""
    intent = account.secret(invoice["id"]).get("intent")
    if intent is None or invoice["status"] != "open":
        return None
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}


@route("GET", "/v1/invoice_payments/{invoice_payment}")
def retrieve(call: Call) -> Object:
    return call.named("invoice_payment")


@route("GET", "/v1/invoice_payments")
def list_payments(call: Call) -> Object:
    payment = call.params.get("payment") or {}
    intent = payment.get("payment_intent")
    keep = None if intent is None else lambda row: row["payment"].get("payment_intent") == intent
    return page(call, call.account.all("invoice_payment"), keep, equal=("invoice", "status"))
