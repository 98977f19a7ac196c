"""Tax ids of customers, such as a VAT number: shown on invoices, and verified by nobody here."""

from stripe_sandbox.errors import no_such
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape

TAX_ID = Shape("tax_id")


@route("POST", "/v1/customers/{customer}/tax_ids")
def create(call: Call) -> Object:
    customer, account, given = call.named("customer")["id"], call.account, call.params
    is_european = given["type"] in ("eu_vat", "gb_vat")
    tax_id = TAX_ID.new(
        id=account.new_id("txi"),
        country=given["value"][:2] if is_european else None,
        created=account.timeline_of(customer).now,
        customer=customer,
        livemode=account.livemode,
        owner={"customer": customer, "type": "customer", "customer_account": None},
        type=given["type"],
        value=given["value"],
        verification={
            "status": "pending" if is_european else "unavailable",
            "verified_address": None,
            "verified_name": None,
        },
    )
    account.add(tax_id)
    account.emit("customer.tax_id.created", tax_id)
    return tax_id


@route("GET", "/v1/customers/{customer}/tax_ids/{id}")
def retrieve(call: Call) -> Object:
    customer = call.named("customer")["id"]
    tax_id = call.account.get("tax_id", call.path["id"])
    if tax_id["customer"] != customer:
        raise no_such("tax_id", tax_id["id"])
    return tax_id


@route("DELETE", "/v1/customers/{customer}/tax_ids/{id}")
def delete(call: Call) -> Object:
    tax_id = retrieve(call)
    call.account.remove(tax_id)
    call.account.emit("customer.tax_id.deleted", tax_id)
    return {"id": tax_id["id"], "object": "tax_id", "deleted": True}


@route("GET", "/v1/customers/{customer}/tax_ids")
def list_tax_ids(call: Call) -> Object:
    customer = call.named("customer")["id"]
    return page(call, call.account.all("tax_id"), lambda row: row["customer"] == customer)
