"""What an Idempotency-Key of this room may stand for."""

from __future__ import annotations

from subledger.platform.idempotency import MadeKind

PREFERENCE = MadeKind("account_payment_preference")
PROVIDER = MadeKind("payment_gateway_provider")
REQUEST = MadeKind("payment_request", stored="")  # as versions wrote it that knew nothing else

MADE_KINDS = [PREFERENCE, PROVIDER, REQUEST]
