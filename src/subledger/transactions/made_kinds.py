"""What an Idempotency-Key of this room may stand for."""

from __future__ import annotations

from subledger.platform.idempotency import MadeKind

TRANSACTION = MadeKind("transaction")

MADE_KINDS = [TRANSACTION]
