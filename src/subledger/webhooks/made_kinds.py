"""What an Idempotency-Key of this room may stand for."""

from __future__ import annotations

from subledger.platform.idempotency import MadeKind

WEBHOOK_ENDPOINT = MadeKind("webhook_endpoint")

MADE_KINDS = [WEBHOOK_ENDPOINT]
