"""Secrets that the program has to use again, such as a gateway's key: sealed before they reach a row.

The sealing key is derived from the installation's secret key and is kept nowhere: whoever reads the database, or a
backup of it, reads no secret. To change the secret key, put the old one in ``SUBLEDGER_OLD_SECRET_KEYS``: what it
sealed still opens, and whatever is entered again is sealed with the new one.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from . import clock
from .errors import SealedWithAnotherKey

# Keeps this key apart from whatever else is derived from the same secret (sessions, forms, links).
PURPOSE = b"subledger.platform.encryption"


def seal(text: str) -> str:
    """``text`` so that only this installation reads it: ASCII, different each time. Empty stays empty."""
    if not text:
        return ""
    return _seals().encrypt_at_time(text.encode(), int(clock.now().timestamp())).decode()


def unseal(text: str) -> str:
    """What was sealed.

    Raises:
        SealedWithAnotherKey: by none of the secret keys that are set here.
    """
    if not text:
        return ""
    try:
        return _seals().decrypt(text.encode()).decode()
    except InvalidToken:
        raise SealedWithAnotherKey from None


def _seals() -> MultiFernet:
    return _seals_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _seals_of(secret_keys: tuple[str, ...]) -> MultiFernet:
    """Seals with the first, opens with any."""
    return MultiFernet([Fernet(_derived(key)) for key in secret_keys])


def _derived(secret_key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(derivation.derive(secret_key.encode()))
