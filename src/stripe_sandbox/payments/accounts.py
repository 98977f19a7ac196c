"""The account that a key belongs to."""

from stripe_sandbox.errors import no_such
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import EXAMPLES, Object, Shape
from stripe_sandbox.store import Account

NOTHING_DUE: Object = {
    name: [] if isinstance(value, list) else None for name, value in EXAMPLES["account"]["requirements"].items()
}
ACCOUNT = Shape(
    "account",
    business_type="company",
    capabilities={"card_payments": "active", "sepa_debit_payments": "active", "transfers": "active"},
    charges_enabled=True,
    country="DE",
    default_currency="eur",
    details_submitted=True,
    future_requirements=NOTHING_DUE,
    payouts_enabled=True,
    requirements=NOTHING_DUE,
)


def shown(account: Account) -> Object:
    thing = ACCOUNT.new(id=account.id, email=f"{account.name}@example.com")
    thing["external_accounts"]["url"] = f"/v1/accounts/{account.id}/external_accounts"
    thing["business_profile"]["name"] = account.name
    thing["settings"]["dashboard"]["display_name"] = account.name
    return thing


@route("GET", "/v1/account")
def retrieve_current(call: Call) -> Object:
    return shown(call.account)


@route("GET", "/v1/accounts/{account}", like="GET /v1/account")
def retrieve(call: Call) -> Object:
    if call.path["account"] != call.account.id:
        raise no_such("account", call.path["account"], "account", status=403)
    return shown(call.account)
