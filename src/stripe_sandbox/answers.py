"""From a request to an answer: rights, rate, faults, idempotency, parameters, the endpoint, expansion."""

import json
import re
from decimal import Decimal
from typing import Any

from stripe_sandbox import idempotency
from stripe_sandbox.errors import StripeError, invalid, rate_limited, server_error, unrecognised_url
from stripe_sandbox.expand import expand
from stripe_sandbox.faults import Rule
from stripe_sandbox.forms import Form, decode
from stripe_sandbox.keys import Key, key_in, may_not_write, no_access
from stripe_sandbox.params import API_VERSION, check
from stripe_sandbox.routing import Call, NoAnswer, Outcome, Request, Response, Route
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account
from stripe_sandbox.world import World

FORM = "application/x-www-form-urlencoded"
_VERSION = re.compile(r"^20\d\d-\d\d-\d\d(\.[a-z_]+)?$")
#: How long a line stays open without an answer, and how long a slow answer takes, unless the script says (seconds).
SILENCE, SLOWNESS = 30.0, 1.0


def answer(sandbox: World, request: Request, found: tuple[Route, dict[str, str]] | None) -> "Outcome":
    """Answer one request to the API."""
    account, request_id = None, sandbox.strangers_request_id()
    try:
        key = key_in(request)
        account = sandbox.account(key.name, livemode=key.livemode)
        request_id = account.new_id("req")
        _admit(sandbox, request, key, account)
        if found is None:
            raise unrecognised_url(request.method, request.path)
        route, path = found
        form = _form(request)
        rule = _fault(sandbox, request, account, form, path)
        action = rule.action if rule else ""
        if action == "drop_before":
            return NoAnswer(is_done=False)
        if action == "error_before":
            raise server_error(is_kept=False)
        if action == "rate_limit":
            raise rate_limited()
        name = idempotency.key_of(request)
        replay = idempotency.find(account, name, request) if name else None
        if replay:
            return NoAnswer(is_done=True) if action in ("drop_after", "timeout_after") else replay
        params = check(route.params, form)
        call = Call(account, request.method, request.path, path, params, request_id, name)
        return _executed(call, route, request, rule)
    except StripeError as error:
        return _refusal(error, request, account, request_id)


def _admit(sandbox: World, request: Request, key: Key, account: Account) -> None:
    """What is checked before anything else: rights, connected accounts, version, rate."""
    if key.is_read_only and request.method != "GET":
        raise may_not_write(key, account.id)
    on_behalf = request.headers.get("stripe-account") or request.headers.get("stripe-context")
    if on_behalf and on_behalf != account.id:
        raise no_access(key, on_behalf)
    version = request.headers.get("stripe-version")
    if version and not _VERSION.match(version):
        raise invalid(f"Invalid Stripe API version: {version}", is_kept=False)
    if sandbox.is_over_the_limit(account):
        raise rate_limited()


def _form(request: Request) -> Form:
    """The parameters as sent: in the body of a POST, in the query of all others."""
    if request.method != "POST":
        return decode(request.query)
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip()
    if kind != FORM:
        raise invalid(
            f"Invalid request (check that your POST content type is {FORM}, not {kind}). If you have any questions, we "
            "can help at https://support.stripe.com/.",
            is_kept=False,
        )
    try:
        return decode(request.body.decode())
    except UnicodeDecodeError:
        raise invalid("Invalid UTF-8 in request body.", is_kept=False) from None


def _fault(sandbox: World, request: Request, account: Account, form: Form, path: dict[str, str]) -> Rule | None:
    """The rule of the fault script that acts on this request."""
    if not sandbox.faults.for_requests:
        return None
    named = account.find(next(iter(path.values()))) if path else None
    held = [form.get("metadata"), named.get("metadata") if named else None]
    return sandbox.faults.for_request(request.method, request.path, [m for m in held if isinstance(m, dict)])


def _executed(call: Call, route: Route, request: Request, rule: Rule | None) -> "Outcome":
    """Run the endpoint under its key, then do to the answer what the fault script says."""
    account, key = call.account, call.idempotency_key
    kept = idempotency.begin(account, key, request, call.request_id) if key else None
    expansions = call.params.pop("expand", [])
    account.call = call
    try:
        thing = route.function(call)
        response = _response(200, expand(account, thing, expansions) if expansions else thing, request, call.request_id)
    except StripeError as error:
        response = _refusal(error, request, account, call.request_id)
        if not error.is_kept and key:
            idempotency.forget(account, key)
    except Exception:  # a mistake of ours: let it be seen, and the key be used again
        if key:
            idempotency.forget(account, key)
        raise
    finally:
        account.call = None
    if kept:
        kept.answer = response
    if rule is None:
        return response
    if rule.action == "error_after":
        spoilt = _refusal(server_error(is_kept=rule.kept), request, account, call.request_id)
        if kept and rule.kept:
            kept.answer = spoilt
        return spoilt
    if rule.action == "slow":
        response.delay = SLOWNESS if rule.seconds is None else rule.seconds
        if kept:
            kept.answer = None
            response.sent = lambda: setattr(kept, "answer", response)
        return response
    silence = SILENCE if rule.seconds is None else rule.seconds
    return NoAnswer(is_done=True, wait=silence if rule.action == "timeout_after" else 0)


def _refusal(error: StripeError, request: Request, account: Account | None, request_id: str) -> Response:
    members = dict(error.members)
    if account:
        mode = "" if account.livemode else "test/"
        members["request_log_url"] = f"https://dashboard.stripe.com/{mode}logs/{request_id}?t={account.now}"
    response = _response(error.status, {"error": members}, request, request_id)
    response.headers.update(error.headers)
    return response


def _response(status: int, thing: Object, request: Request, request_id: str) -> Response:
    headers = {
        "Content-Type": "application/json",
        "Request-Id": request_id,
        "Stripe-Version": request.headers.get("stripe-version") or API_VERSION,
        "Cache-Control": "no-cache, no-store",
    }
    key = request.headers.get("idempotency-key")
    if key and request.method == "POST":
        headers["Idempotency-Key"] = key
        headers["Original-Request"] = request_id
    return Response(status, headers, json.dumps(thing, default=_plain, separators=(",", ":")).encode())


def _plain(value: Any) -> Any:
    """Percentages are exact inside and numbers outside."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is not JSON")
