from __future__ import annotations

from subledger.kernel.errors import DomainError, Door


class IdempotencyKeyReused(DomainError):
    code, status = "idempotency_key_reused", 422

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} was used for another request: its method, path or body differs. "
            "Use a new key for a new request.",
        )


class IdempotencyKeyInFlight(DomainError):
    code, status = "idempotency_key_in_flight", 409

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The first request with Idempotency-Key {key!r} has not finished. Repeat this one in a moment."
        )


class SealedWithAnotherKey(DomainError):
    code = "sealed_with_another_key"

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be opened: it was sealed with another secret key. Set the SUBLEDGER_SECRET_KEY it "
            "was sealed with, or add that one to SUBLEDGER_OLD_SECRET_KEYS; if it is lost, enter the secret again."
        )


class DatabaseAway(DomainError):
    """The database cannot be reached: refusing connections, starting, or gone in the middle of a statement."""

    code, status = "database_away", 503
    retry_after, what = 5, "the database is away"

    def __init__(self) -> None:
        super().__init__(
            "The books cannot be reached at the moment. Whether anything was changed is not known: look before you "
            "repeat it, in a few seconds.",
            remedies={Door.API: "A request with an Idempotency-Key can be repeated as it is."},
        )


class DiskFull(DomainError):
    """The disk of the database, or one of our own, takes no more."""

    code, status = "disk_full", 503
    retry_after, what = 60, "a disk is full"

    def __init__(self) -> None:
        super().__init__(
            "A disk of the server is full, so this could not be done. Have an administrator make room, and look before "
            "repeating it: whether anything was changed is not known.",
            remedies={Door.API: "A request with an Idempotency-Key can be repeated as it is."},
        )
