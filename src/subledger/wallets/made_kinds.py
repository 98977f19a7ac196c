"""What an Idempotency-Key of this room may stand for."""

from __future__ import annotations

from subledger.platform.idempotency import MadeKind

ENTRY = MadeKind("wallet_transaction")

MADE_KINDS = [ENTRY]
