"""Signatures of what is sent, as Standard Webhooks (standardwebhooks.com) specifies them: symmetric, version 1."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


def secret_of(random: bytes) -> str:
    """A secret as its owner is shown it."""
    return PREFIX + b64encode(random).decode()


def hint_of(secret: str) -> str:
    """Enough of a secret to tell it from others: ``whsec_…b2k=``."""
    return f"{PREFIX}…{secret[-4:]}"


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,…`` over id, timestamp and body."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digest = hmac.new(b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def signed_headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message; one signature for each secret that is valid now, the newest first."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }
