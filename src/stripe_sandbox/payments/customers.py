"""Customers."""

from typing import Any

from stripe_sandbox.billing.subscription_states import end_all
from stripe_sandbox.errors import invalid, refuse_unsupported
from stripe_sandbox.expand import includable
from stripe_sandbox.lists import of, page
from stripe_sandbox.payments.payment_methods import attach_to, remove_from_customer, resolve
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, Shape, address, snapshot, take
from stripe_sandbox.store import Account

CUSTOMER = Shape(
    "customer",
    beyond=("customer_account", "business_name", "individual_name"),
    address=None,
    balance=0,
    currency=None,
    discount=None,
    invoice_settings={
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
    },
    shipping=None,
)
UNSUPPORTED = ("cash_balance", "source", "tax", "tax_id_data")
PLAIN = (
    "balance", "business_name", "description", "email", "individual_name", "name", "next_invoice_sequence", "phone",
    "preferred_locales", "tax_exempt",
)  # fmt: skip


@route("POST", "/v1/customers")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    if given.get("payment_method"):
        method = resolve(account, given["payment_method"])
        customer = new_customer(account, given)
        attach_to(account, method, customer["id"])
        return customer
    return new_customer(account, given)


def new_customer(account: Account, given: dict[str, Any]) -> Object:
    """A customer with what was given, announced by its event."""
    clock = given.get("test_clock")
    if clock:
        account.get("test_helpers.test_clock", clock, "test_clock")
    customer = CUSTOMER.new(
        id=account.new_id("cus"),
        created=account.test_clocks[clock].now if clock else account.now,
        invoice_prefix=given.get("invoice_prefix") or account.letters(8).upper(),
        livemode=account.livemode,
        test_clock=clock,
    )
    _write(account, customer, given)
    account.add(customer)
    account.emit("customer.created", customer)
    return customer


@route("GET", "/v1/customers/{customer}")
def retrieve(call: Call) -> Object:
    gone = call.account.all("deleted_customer").get(call.path["customer"])
    return gone or call.named("customer")


@route("POST", "/v1/customers/{customer}")
def update(call: Call) -> Object:
    customer, account = call.named("customer"), call.account
    before = snapshot(customer)
    _write(account, customer, call.params)
    account.emit("customer.updated", customer, before)
    return customer


@route("DELETE", "/v1/customers/{customer}")
def delete(call: Call) -> Object:
    customer, account = call.named("customer"), call.account
    end_all(account, customer["id"])
    for method in [row for row in account.all("payment_method") if row["customer"] == customer["id"]]:
        remove_from_customer(account, method)
    account.remove(customer)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    account.all("deleted_customer").add(gone)
    account.emit("customer.deleted", customer)
    return gone


@route("GET", "/v1/customers")
def list_customers(call: Call) -> Object:
    clock = call.params.get("test_clock")
    return page(call, call.account.all("customer"), lambda row: row["test_clock"] == clock, equal=("email",))


@route("GET", "/v1/customers/search")
def search_customers(call: Call) -> Object:
    return search(call, "customer", ("created", "email", "name", "phone"))


@includable("customer", "sources")
def sources(account: Account, customer: Object) -> Object:
    """Always empty: saved cards are PaymentMethods."""
    return of(f"/v1/customers/{customer['id']}/sources")


def _write(account: Account, customer: Object, given: dict[str, Any]) -> None:
    """Set what was given; everything is checked before anything is written."""
    refuse_unsupported(given, *UNSUPPORTED)
    settings: dict[str, Any] = given.get("invoice_settings") or {}
    default = settings.get("default_payment_method")
    if default:
        method = account.get("payment_method", default, "invoice_settings[default_payment_method]")
        if method["customer"] != customer["id"]:
            raise invalid(
                f"The customer does not have a payment method with the ID {default}. The payment method must be "
                "attached to the customer.",
                "invoice_settings[default_payment_method]",
                "resource_missing",
            )
    if "address" in given:
        customer["address"] = address(given["address"])
    if "shipping" in given:
        shipping = given["shipping"]
        customer["shipping"] = shipping and {"phone": None, **shipping, "address": address(shipping["address"])}
    if "invoice_settings" in given:
        customer["invoice_settings"] = {**customer["invoice_settings"], **settings}
    take(customer, given, *PLAIN)
