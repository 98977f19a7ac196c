"""Stripe's secret keys and the versions of its API."""

from __future__ import annotations

import re

# The version that the SDK in use is written for, then older ones whose answers read the same here.
API_VERSIONS = ("2026-10-28.endive", "2026-03-25.dahlia", "2025-09-30.clover", "2025-03-31.basil", "2024-09-30.acacia")

_KEY = re.compile(r"^[sr]k_(test|live)_[A-Za-z0-9_-]{4,240}$")


def check_key(key: str, mode: str) -> str:
    """What is wrong with a key for a provider of that mode (test or live), or "". Never repeats the key."""
    if not key:
        return f"There is no {mode} key. Copy the secret key from Stripe's dashboard, Developers, API keys."
    if key.startswith("pk_"):
        return "This is a publishable key, which cannot collect. Use the secret key (sk_… or rk_…)."
    if key.startswith("whsec_"):
        return "This is the signing secret of a webhook. Use the secret key (sk_… or rk_…)."
    found = _KEY.match(key)
    if found is None:
        return f"This is not a secret key of Stripe's. It begins with sk_{mode}_ or rk_{mode}_."
    if found[1] != mode:
        return f"This is a {found[1]} key, and the provider's mode is {mode}. Use the {mode} key, or change the mode."
    return ""


def types_parameter(api_version: str) -> str:
    """The parameter that narrows the kinds of payment methods.

    Stripe took ``payment_method_types`` away from intents and Checkout in 2026-09-30.endive and refuses it since.
    """
    return "allowed_payment_method_types" if api_version[:10] >= "2026-09-30" else "payment_method_types"
