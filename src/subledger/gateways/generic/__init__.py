"""Gateways that execute nothing themselves: an integrator pulls the requests, by API or file, and reports back.

`exports` writes pending requests as files, `results` reads what came of them; `services.reporting` is the loop.
"""

from subledger.gateways.kind import GatewayKind
from subledger.kernel.sentences import say

from .declines import REASON_CLASSES

GENERIC = GatewayKind(name="generic", title=say("Generic"), has_keys=False, declines=REASON_CLASSES)
