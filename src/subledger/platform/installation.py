"""The secret key that books are served with: every machine has to have the same one.

With two keys people are thrown out at every second click, links to customers end, and what one machine sealed the other
cannot open. A fingerprint in the database lets a start with another key be refused instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db.transaction import atomic

from subledger.kernel.errors import DomainError, Door

from . import clock
from .models import Installation


class AnotherSecretKey(DomainError):
    code = "another_secret_key"

    def __init__(self, known: str, ours: str) -> None:
        super().__init__(
            f"These books are served with another secret key: its fingerprint is {known}, and that of this machine's "
            f"is {ours}. Set SUBLEDGER_SECRET_KEY to that key here, or name it in SUBLEDGER_OLD_SECRET_KEYS to change "
            "it for this one.",
            remedies={
                Door.COMMAND: "If that key is lost, or these books are a copy to try things on: "
                "subledger migrate --new-secret-key."
            },
        )


def fingerprint(secret: str) -> str:
    """The same on every machine with the same key, and nothing that the key could be found from."""
    return hashlib.sha256(b"subledger fingerprint " + secret.encode()).hexdigest()[:16]


@atomic
def keep_secret_key(*, secret_key: str, old_secret_keys: Sequence[str] = (), accept: bool = False) -> None:
    """Note the key that these books are served with: the first one, or one that takes the place of an old one.

    Raises:
        AnotherSecretKey: the books know another key; ``accept`` takes this one all the same.
    """
    ours = fingerprint(secret_key)
    row, _ = Installation.objects.select_for_update().get_or_create(
        pk=1, defaults={"secret_key": ours, "at": clock.now()}
    )
    if row.secret_key == ours:
        return
    if not accept and row.secret_key not in map(fingerprint, old_secret_keys):
        raise AnotherSecretKey(row.secret_key, ours)
    row.secret_key, row.at = ours, clock.now()
    row.save()
