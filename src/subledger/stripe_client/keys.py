"""Stripe's secret keys, the versions of its API, and how often an account may call."""

from __future__ import annotations

import re
from hashlib import sha256

from subledger.kernel.sentences import say

# The version that the SDK in use is written for, then older ones whose answers read the same here.
API_VERSIONS = ("2026-10-28.endive", "2026-03-25.dahlia", "2025-09-30.clover", "2025-03-31.basil", "2024-09-30.acacia")

# Calls a second of an account, by mode. Below Stripe's own: what is counted when it leaves arrives a little closer
# together, or further apart.
LIMITS = {"live": 80, "test": 20}

_KEY = re.compile(r"^[sr]k_(test|live)_[A-Za-z0-9_-]{4,240}$")


def check_key(key: str, mode: str) -> str:
    """What is wrong with a key for that mode (test or live), or "". Never repeats the key."""
    if not key:
        return say(
            "There is no {mode} key. Copy the secret key from Stripe's dashboard, Developers, API keys.", mode=mode
        )
    if key.startswith("pk_"):
        return say("This is a publishable key, which cannot collect. Use the secret key (sk_… or rk_…).")
    if key.startswith("whsec_"):
        return say("This is the signing secret of a webhook. Use the secret key (sk_… or rk_…).")
    found = _KEY.match(key)
    if found is None:
        return say("This is not a secret key of Stripe's. It begins with sk_{mode}_ or rk_{mode}_.", mode=mode)
    if found[1] != mode:
        return say(
            "This is a {found} key, and the mode is {mode}. Use the {mode} key, or change the mode.",
            found=found[1],
            mode=mode,
        )
    return ""


# Stripe writes an account's own letters into its keys: sk_live_51AbC… belongs to acct_1AbC…. Nothing documents it, and
# where it does not hold a key has a budget of its own.
_ACCOUNT_IN_KEY = re.compile(r"^[sr]k_(?:test|live)_5(1[A-Za-z0-9]{15})[A-Za-z0-9]{40,}$")


def account_key(key: str, mode: str) -> str:
    """By what all users of one Stripe account are known as such, in one mode: its id where the key says it, else the
    key's fingerprint. It opens nothing."""
    found = _ACCOUNT_IN_KEY.match(key)
    return f"{mode} acct_{found[1]}" if found else f"{mode} {sha256(key.encode()).hexdigest()}"
