"""3-D Secure: when a bank wants to see the cardholder, and the page that stands for the bank's."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from stripe_sandbox.payments.cards import Card
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account

FAILED = "We are unable to authenticate your payment method. Please choose a different payment method and try again."
Decided = Callable[[bool], None]


def is_needed(card: Card, *, is_set_up: bool, off_session: bool) -> bool:
    """Whether the cardholder has to be asked for this use of the card."""
    if card.authentication == "always":
        return True
    if card.authentication == "unless_set_up":
        return not (off_session and is_set_up)
    return card.authentication == "on_session" and not off_session


def is_requested(intent: Object) -> bool:
    """Whether the merchant wants the cardholder to be asked whatever the bank thinks."""
    options = intent["payment_method_options"].get("card") or {}
    return options.get("request_three_d_secure") in ("any", "challenge")


def ask(account: Account, intent: Object, return_url: str | None, decided: Decided) -> None:
    """Lead the cardholder to the bank's page; ``decided`` is called with what they did there."""
    forget(account, intent)
    token = account.letters(32)
    account.sandbox.links[token] = (account, intent["id"])
    account.secret(intent["id"])["challenge"] = {"token": token, "return_url": return_url, "decided": decided}
    url = f"{account.sandbox.base_url}/3ds/{token}"
    if return_url:
        intent["next_action"] = {"redirect_to_url": {"return_url": return_url, "url": url}, "type": "redirect_to_url"}
    else:
        script = {"type": "three_d_secure_redirect", "stripe_js": url}
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": script}


def forget(account: Account, intent: Object) -> None:
    """The question is no longer open: its page answers that it has expired."""
    challenge = account.secret(intent["id"]).pop("challenge", None)
    if challenge:
        account.sandbox.links.pop(challenge["token"], None)


def decide(account: Account, intent: Object, *, is_done: bool) -> str | None:
    """The cardholder authorised or refused; returns where to send them, None if there is nowhere."""
    challenge = account.secret(intent["id"])["challenge"]
    forget(account, intent)
    challenge["decided"](is_done)
    return back_to(challenge["return_url"], intent) if challenge["return_url"] else None


def back_to(return_url: str, intent: Object) -> str:
    """``return_url`` with what Stripe adds to it."""
    noun = intent["object"]
    has_passed = intent["status"] in ("succeeded", "processing", "requires_capture")
    added = {
        noun: intent["id"],
        f"{noun}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if has_passed else "failed",
    }
    parts = urlsplit(return_url)
    query = "&".join(filter(None, [parts.query, urlencode(added)]))
    return urlunsplit(parts._replace(query=query))
