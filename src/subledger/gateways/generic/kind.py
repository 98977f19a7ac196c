"""The kind that is registered."""

from __future__ import annotations

from subledger.gateways.kind import GatewayKind
from subledger.kernel.sentences import say

from .declines import REASON_CLASSES

GENERIC = GatewayKind(name="generic", title=say("Generic"), has_keys=False, declines=REASON_CLASSES)
