"""API keys: which account and mode a key opens, and what it may do there.

``sk_test_<name>`` and ``sk_live_<name>`` open the two modes of the account ``<name>``, which comes into being when
first asked for. ``rk_`` keys are restricted keys and may do all; those of ``readonly_<name>`` only read. A key of
``revoked_<name>`` is known and no longer valid.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from stripe_sandbox.errors import StripeError, unauthorised
from stripe_sandbox.routing import Request

_KEY = re.compile(r"^(sk|rk)_(test|live)_(revoked_|readonly_)?([A-Za-z0-9_-]{1,200})$")


@dataclass(frozen=True, slots=True)
class Key:
    """What a key opens. ``hidden`` is the key as an error may show it."""

    name: str
    livemode: bool
    is_read_only: bool
    hidden: str


def key_in(request: Request) -> Key:
    """The key that a request carries, by Bearer or by Basic authentication.

    Raises:
        StripeError: 401: there is none, it is malformed, publishable or revoked.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    text = credentials.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(text, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            text = ""
    if not text:
        raise unauthorised(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/."
        )
    if text.startswith("pk_"):
        raise unauthorised(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list "
            "of your API keys at https://dashboard.stripe.com/account/apikeys.",
            "secret_key_required",
        )
    match = _KEY.match(text)
    if not match:
        raise unauthorised(f"Invalid API Key provided: {hidden(text)}")
    if match[3] == "revoked_":
        raise unauthorised(f"Expired API Key provided: {hidden(text)}", "api_key_expired")
    return Key(match[4], match[2] == "live", match[3] == "readonly_", hidden(text))


def hidden(key: str) -> str:
    """A key with all but its ends starred out, as Stripe shows it."""
    start = 8 if key[2:3] == "_" else 4
    return key[:start] + "*" * max(len(key) - start - 4, 4) + key[-4:] if len(key) > start + 4 else "*" * len(key)


def may_not_write(key: Key, account_id: str) -> StripeError:
    return StripeError(
        f"The provided key '{key.hidden}' does not have the required permissions for this endpoint on account "
        f"'{account_id}'. A key with write permission would allow this request to continue.",
        code="more_permissions_required",
        status=403,
        is_kept=False,
    )


def no_access(key: Key, account_id: str) -> StripeError:
    """Requests on behalf of connected accounts: there are none here."""
    return StripeError(
        f"The provided key '{key.hidden}' does not have access to account '{account_id}' (or that account does not "
        "exist). Application access may have been revoked.",
        code="account_invalid",
        status=403,
        is_kept=False,
    )
