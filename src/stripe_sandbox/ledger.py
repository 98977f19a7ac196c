"""The ledger of the world outside: every movement of money that really happened, for tests to count."""

from typing import Any

from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account


class Ledger:
    """Movements in the order in which they happened. Amounts are positive minor units; ``type`` says the direction."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def record(self, account: Account, type: str, charge: Object, amount: int, source: Object) -> None:
        """``type``: captured, refunded, refund_failed, disputed, dispute_won. ``source``: the object that moved it."""
        call = account.call
        self.rows.append(
            {
                "at": account.now,
                "account": account.name,
                "livemode": account.livemode,
                "type": type,
                "amount": amount,
                "currency": charge["currency"],
                "charge": charge["id"],
                "payment_intent": charge["payment_intent"],
                "customer": charge["customer"],
                "source": source["id"],
                "metadata": dict(source.get("metadata") or {}),
                "request": call.request_id if call else None,
                "idempotency_key": call.idempotency_key if call else None,
            }
        )
