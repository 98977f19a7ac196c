"""Pages for people: the Checkout page and the page that stands for a bank's 3-D Secure page."""

import re
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qs

from stripe_sandbox.errors import StripeError
from stripe_sandbox.payments import authentication, checkout
from stripe_sandbox.payments.cards import card_of_number, iban_of
from stripe_sandbox.payments.html import alert, field, html_page, message_page, redirect
from stripe_sandbox.payments.money import shown
from stripe_sandbox.payments.payment_methods import make_card, make_sepa
from stripe_sandbox.routing import Request, Response, web
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account
from stripe_sandbox.world import World

Given = dict[str, str]
SAYS = {"payment": "Pay", "setup": "Save", "subscription": "Subscribe"}


class Incomplete(Exception):
    """What is wrong with the form, in words for the person who fills it in."""


@web("GET", "/c/pay/{session}")
def show_checkout(sandbox: World, request: Request, path: dict[str, str]) -> Response:
    account, session = _session(sandbox, path["session"])
    if account is None or session is None:
        return message_page("Page not found", "This Checkout Session does not exist.", status=404)
    if session["status"] == "complete":
        if "redirect_status" in request.query:  # back from the bank
            return redirect(_success_url(session))
        return message_page("You're all done here", "You already completed this page.")
    if session["status"] == "expired":
        return message_page("This page has expired", "The link you followed is no longer valid.", status=410)
    return _form(account, session, {}, _last_error(account, session))


@web("POST", "/c/pay/{session}")
def submit_checkout(sandbox: World, request: Request, path: dict[str, str]) -> Response:
    account, session = _session(sandbox, path["session"])
    if account is None or session is None or session["status"] != "open":
        return show_checkout(sandbox, request, path)
    given = {name: values[-1].strip() for name, values in parse_qs(request.body.decode(errors="replace")).items()}
    try:
        method = _method(account, session, given)
    except Incomplete as incomplete:
        return _form(account, session, given, str(incomplete))
    error: StripeError | None
    try:
        error = checkout.submit(account, session, method, name=given.get("name"), email=given.get("email"))
    except StripeError as refusal:
        error = refusal
    if error:
        return _form(account, session, given, str(error))
    if session["status"] == "open":
        intent = account.secret(session["id"])["intent"]
        return redirect(intent["next_action"]["redirect_to_url"]["url"])
    return redirect(_success_url(session))


def _session(sandbox: World, session_id: str) -> tuple[Account | None, Object | None]:
    account, _ = sandbox.links.get(session_id, (None, ""))
    return account, account.all("checkout.session").get(session_id) if account else None


def _success_url(session: Object) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _last_error(account: Account, session: Object) -> str | None:
    """Why the customer is back on the page: the bank did not recognise them, or declined after it did."""
    intent: Object | None = account.secret(session["id"]).get("intent")
    error = intent and (intent.get("last_payment_error") or intent.get("last_setup_error"))
    return error["message"] if error else None


def _method(account: Account, session: Object, given: Given) -> Object:
    """A PaymentMethod from what was typed."""
    email, name = given.get("email", ""), given.get("name", "")
    email = email or session["customer_email"] or ""
    if not session["customer"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise Incomplete("Your email address is invalid.")
    billing = {"email": email or None, "name": name or None}
    kind = given.get("method") or session["payment_method_types"][0]
    if kind not in session["payment_method_types"]:
        raise Incomplete("That way of paying is not offered here.")
    if kind == "sepa_debit":
        iban = iban_of(given.get("iban", ""))
        if iban is None:
            raise Incomplete("Your IBAN is invalid.")
        if not name:
            raise Incomplete("Enter the name of the account's holder.")
        return make_sepa(account, iban, billing=billing)
    card = card_of_number(re.sub(r"[\s-]", "", given.get("number", "")))
    if card is None:
        raise Incomplete("Your card number is invalid.")
    month, year = _expiry(given.get("expiry", ""))
    today = datetime.fromtimestamp(account.now, UTC)
    if (year, month) < (today.year, today.month):
        raise Incomplete("Your card's expiration date is in the past.")
    if not re.fullmatch(r"[0-9]{4}" if card.brand == "amex" else r"[0-9]{3}", given.get("cvc", "")):
        raise Incomplete("Your card's security code is incomplete.")
    return make_card(account, card, exp_month=month, exp_year=year, billing=billing)


def _expiry(text: str) -> tuple[int, int]:
    """Month and year from ``12 / 34`` or ``12/2034``."""
    match = re.fullmatch(r"(0?[1-9]|1[0-2])\s*/?\s*((?:20)?[0-9]{2})", text)
    if not match:
        raise Incomplete("Your card's expiration date is incomplete.")
    return int(match[1]), int(match[2]) % 100 + 2000


def _form(account: Account, session: Object, given: Given, error: str | None) -> Response:
    mode, types = session["mode"], session["payment_method_types"]
    kind = given.get("method", types[0])
    title = {"setup": "Save your payment details", "subscription": "Subscribe"}.get(mode, "Pay")
    total = shown(session["amount_total"], session["currency"]) if session["amount_total"] is not None else ""
    rows = "".join(
        f"<tr><td>{escape(item['description'] or '')} × {item['quantity']}</td>"
        f"<td>{escape(shown(item['amount_total'], item['currency']))}</td></tr>"
        for item in account.secret(session["id"])["items"]
    )
    summary = f'<p class="sum">{escape(total)}</p><table>{rows}</table>' if rows else ""
    email = "" if session["customer"] else field(
        "email", "Email", given.get("email", session["customer_email"] or ""), complete="email"
    )  # fmt: skip
    cancel = f'<p><a href="{escape(session["cancel_url"])}">Cancel and go back</a></p>' if session["cancel_url"] else ""
    badge = "" if account.livemode else '<span class="mode">Sandbox: no money moves</span>'
    button = f"{SAYS[mode]} {total}" if mode == "payment" else SAYS[mode]
    body = (
        f"{badge}<h1>{title}</h1><p>{escape(account.name)}</p>{summary}{alert(error)}"
        f'<form method="post" action="/c/pay/{session["id"]}">{email}{_kinds(types, kind)}'
        f"{_card_fields(given) if 'card' in types else ''}{_sepa_fields(given) if 'sepa_debit' in types else ''}"
        f"{field('name', 'Name on the card or account', given.get('name', ''), complete='name')}"
        f"<button>{escape(button)}</button></form>{cancel}"
    )
    return html_page(title, body)


def _kinds(types: list[str], chosen: str) -> str:
    """The choice between ways to pay, if there is one."""
    if len(types) == 1:
        return f'<input type="hidden" name="method" value="{escape(types[0])}">'
    labels = {"card": "Card", "sepa_debit": "SEPA debit", "link": "Link"}
    choices = "".join(
        f'<label><input type="radio" id="{escape(kind)}" name="method" value="{escape(kind)}"'
        f"{' checked' if kind == chosen else ''}> {labels.get(kind, escape(kind))}</label>"
        for kind in types
    )
    return f"<fieldset><legend hidden>How to pay</legend>{choices}</fieldset>"


def _card_fields(given: Given) -> str:
    # What was typed as number and code is not written back into a page.
    return (
        '<div class="cards">'
        f"{field('number', 'Card number', hint='4242 4242 4242 4242', complete='cc-number', numeric=True)}"
        f'<div class="two">{field("expiry", "Expiry", given.get("expiry", ""), hint="MM / YY", complete="cc-exp")}'
        f"{field('cvc', 'CVC', hint='123', complete='cc-csc', numeric=True)}</div></div>"
    )


def _sepa_fields(given: Given) -> str:
    return (
        f'<div class="sepa">{field("iban", "IBAN", given.get("iban", ""), hint="AT61 1904 3002 3457 3201")}'
        "<p>By going on you accept a mandate to debit this account.</p></div>"
    )


@web("GET", "/3ds/{token}")
def show_bank(sandbox: World, request: Request, path: dict[str, str]) -> Response:
    account, intent = _intent(sandbox, path["token"])
    if account is None or intent is None:
        return message_page("This page has expired", "The authentication was completed or cancelled.", status=410)
    amount = f" of {shown(intent['amount'], intent['currency'])}" if "amount" in intent else ""
    what = "payment" if "amount" in intent else "saving of your card"
    body = (
        f"<h1>3-D Secure test page</h1><p>This page stands for your bank's. {escape(account.name)} asks for the {what}"
        f'{escape(amount)}.</p><form method="post" action="/3ds/{escape(path["token"])}">'
        '<button name="outcome" value="authorise">Authorise</button>'
        '<button class="plain" name="outcome" value="fail">Fail</button></form>'
    )
    return html_page("3-D Secure", body)


@web("POST", "/3ds/{token}")
def answer_bank(sandbox: World, request: Request, path: dict[str, str]) -> Response:
    account, intent = _intent(sandbox, path["token"])
    if account is None or intent is None:
        return show_bank(sandbox, request, path)
    outcome = parse_qs(request.body.decode(errors="replace")).get("outcome", [""])[0]
    if outcome not in ("authorise", "fail"):
        return message_page("Nothing was chosen", "Go back and choose Authorise or Fail.", status=422)
    url = authentication.decide(account, intent, is_done=outcome == "authorise")
    return redirect(url) if url else message_page("Done", "You can close this page.")


def _intent(sandbox: World, token: str) -> tuple[Account | None, Object | None]:
    account, object_id = sandbox.links.get(token, (None, ""))
    return account, account.find(object_id) if account else None
