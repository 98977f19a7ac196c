from __future__ import annotations

from subledger.kernel.errors import DomainError, Door
from subledger.kernel.sentences import say


class IdempotencyKeyReused(DomainError):
    code, status = "idempotency_key_reused", 422

    def __init__(self, key: str) -> None:
        super().__init__(
            say(
                "The Idempotency-Key {key!r} was used for another request: its method, path or body "
                "differs. Use a new key for a new request.",
                key=key,
            ),
        )


class IdempotencyKeyInFlight(DomainError):
    code, status = "idempotency_key_in_flight", 409

    def __init__(self, key: str) -> None:
        super().__init__(
            say(
                "The first request with Idempotency-Key {key!r} has not finished. Repeat this one in a moment.", key=key
            )
        )


class DryRunStaysInside(DomainError):
    code, status = "dry_run_stays_inside", 422

    def __init__(self) -> None:
        super().__init__(
            say(
                "A dry run shows what would be done and asks nobody outside, and this cannot be shown without "
                "asking: a gateway, or the name of an address. Send it without the dry run."
            ),
            param="/dry_run",
        )


class SealedWithAnotherKey(DomainError):
    code = "sealed_with_another_key"

    def __init__(self) -> None:
        super().__init__(
            say(
                "A stored secret cannot be opened: it was sealed with another secret key. Set the "
                "SUBLEDGER_SECRET_KEY it was sealed with, or add that one to SUBLEDGER_OLD_SECRET_KEYS; "
                "if it is lost, enter the secret again."
            )
        )


class DatabaseAway(DomainError):
    """The database cannot be reached: refusing connections, starting, or gone in the middle of a statement."""

    code, status = "database_away", 503
    retry_after, what = 5, say("the database is away")

    def __init__(self) -> None:
        super().__init__(
            say(
                "The books cannot be reached at the moment. Whether anything was changed is not known: "
                "look before you repeat it, in a few seconds."
            ),
            remedies={Door.API: say("A request with an Idempotency-Key can be repeated as it is.")},
        )


class DiskFull(DomainError):
    """The disk of the database, or one of our own, takes no more."""

    code, status = "disk_full", 503
    retry_after, what = 60, say("a disk is full")

    def __init__(self) -> None:
        super().__init__(
            say(
                "A disk of the server is full, so this could not be done. Have an administrator make "
                "room, and look before repeating it: whether anything was changed is not known."
            ),
            remedies={Door.API: say("A request with an Idempotency-Key can be repeated as it is.")},
        )
